"""Handoffs that are not in memory: those that are over too, the newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from pydantic import AwareDatetime, TypeAdapter

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.agent.lines import risk_of
from orchestrator.board.api.cursor import decode, encode, next_page
from orchestrator.board.api.endpoint import Answer, Call
from orchestrator.board.api.handoff_models import HandoffPage, line_of
from orchestrator.board.api.handoff_queries import HandoffsQuery
from orchestrator.board.live.card import Card, CardClock
from orchestrator.board.order import FAR
from orchestrator.board.rules import remember
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.policy import Kind
from orchestrator.ledger.handoff_list import Asked, Listed, Newest, newest_handoffs

_PLACE: Final = TypeAdapter(tuple[AwareDatetime, UUID])
_KIND: Final = "new"


async def newest(call: Call, query: HandoffsQuery) -> Answer:
    """Return a page of them."""
    asked = Asked(
        is_over=query.status == ("closed",),
        case_id=query.case,
        among=_among(call.viewer),
        teams=query.team,
        senders=query.from_,
        receivers=query.to,
        kinds=query.kind,
        priorities=query.priority,
    )
    place = decode(query.cursor, _KIND, _PLACE)
    after = None if place is None else Newest(*place)
    policy, now = call.parts.policy, call.parts.clock.now()
    async with call.parts.readers.connection() as db:
        found = await newest_handoffs(db, asked, after=after, limit=query.limit + 1)
        await remember(policy, db, {each.handoff.policy_version for each in found})
    shown = found[: query.limit]
    at_end = None
    if len(found) > query.limit:
        last = shown[-1].handoff
        at_end = encode(_KIND, (last.requested_at, last.id))
    address, headers = next_page(call.request, at_end)
    kinds = (policy.kind_of(each.handoff.kind, each.handoff.policy_version) for each in shown)
    cards = (card_of(each, kind, now=now) for each, kind in zip(shown, kinds, strict=True))
    return Answer(HandoffPage(items=[line_of(card, call.viewer) for card in cards], next=address), headers)


def card_of(listed: Listed, kind: Kind, *, now: datetime) -> Card:
    """Return a handoff as lists have it, whether it is open or not."""
    handoff, customer = listed.handoff, listed.customer
    clocks = (_clock(clock, now) for clock in handoff.open_clocks())
    return Card(
        id=handoff.id,
        version=handoff.version,
        case_id=handoff.case_id,
        kind=handoff.kind,
        title=kind.title,
        status=handoff.status,
        priority=handoff.priority,
        reason=handoff.reason,
        sending_team=handoff.sending_team,
        receiving_team=handoff.receiving_team,
        agent=handoff.receiving_agent,
        offered_to=handoff.offered_to,
        customer_id=handoff.customer_id,
        account_id=handoff.account_id,
        customer=(customer.name if customer else None) or handoff.customer_id,
        tier=handoff.entitlement.tier,
        requested_at=handoff.requested_at,
        items_done=sum(item.id in handoff.done for item in kind.checklist),
        items=len(kind.checklist),
        missing=tuple(id for id in handoff.required if id not in handoff.done),
        bounces=listed.bounces,
        questions=len(handoff.open_questions),
        clocks=tuple(sorted(clocks, key=lambda clock: clock.due_at or FAR)),
    )


def _among(viewer: Viewer) -> frozenset[str] | None:
    """Return the teams whose handoffs they may see; None: all."""
    return None if viewer.has(Role.OPS, Role.AUDITOR) else viewer.teams


def _clock(clock: Clock, now: datetime) -> CardClock:
    return CardClock(
        kind=clock.kind,
        generation=clock.generation,
        team=clock.team,
        started_at=clock.started_at,
        due_at=clock.due_at,
        risk=risk_of(clock, now),
        acknowledged_until=clock.acknowledged_until,
    )
