"""Cards from what the ledger holds of open handoffs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from sys import intern
from typing import Any, Final
from uuid import UUID

import structlog
from pydantic import ValidationError

from orchestrator.board.live.card import Card, CardClock, Risk
from orchestrator.domain.clocks.spec import BREACH
from orchestrator.domain.handoff import Status
from orchestrator.domain.model import Frozen, Priority
from orchestrator.domain.policy import Kind, Policy
from orchestrator.ledger.floor import Watched

log = structlog.get_logger(__name__)
_AT_ONCE: Final = 500
"""Rows in memory; each may be as long as all that happened to a handoff."""
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_STATUSES: Final = {status.value: status for status in Status}
_PRIORITIES: Final = {priority.value: priority for priority in Priority}


# What a card needs of a handoff's state and of its first journal entry. PostgreSQL could pick it out, but its
# JSON functions fail on an escaped NUL; and to read all of it takes three times as long.


class _Suspension(Frozen):
    until: datetime | None = None


class _Clock(Frozen):
    kind: str
    generation: int
    team: str
    started_at: datetime
    fired: tuple[str, ...] = ()
    suspensions: tuple[_Suspension, ...] = ()
    acknowledged_until: datetime | None = None
    ended_at: datetime | None = None
    due_at: datetime | None = None


class _Question(Frozen):
    answered_at: datetime | None = None


class _Entitlement(Frozen):
    tier: str | None = None


class _State(Frozen):
    version: int
    policy_version: str
    receiving_agent: str | None = None
    offered_to: str | None = None
    done: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    entitlement: _Entitlement = _Entitlement()
    clocks: tuple[_Clock, ...] = ()
    questions: tuple[_Question, ...] = ()


class _Customer(Frozen):
    name: str | None = None


class _Requested(Frozen):
    customer: _Customer


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of some handoffs; those that are in neither are not open."""

    cards: tuple[Card, ...]
    unreadable: tuple[UUID, ...] = ()
    """Open ones of which a card could not be made, which the log says more of."""


class CardReading:
    """Reads cards, many at once."""

    def __init__(self, ledger: Watched, policy: Policy) -> None:
        self._ledger = ledger
        self._policy = policy

    async def all_open(self) -> AsyncIterator[Read]:
        """Read every open handoff, a few hundred at a time."""
        ids = await self._ledger.open_ids()
        for start in range(0, len(ids), _AT_ONCE):
            yield await self._read(ids[start : start + _AT_ONCE])

    async def read(self, ids: Sequence[UUID]) -> Read:
        """Read those of these handoffs that are open."""
        found = [await self._read(ids[start : start + _AT_ONCE]) for start in range(0, len(ids), _AT_ONCE)]
        return Read(
            tuple(card for each in found for card in each.cards),
            tuple(id for each in found for id in each.unreadable),
        )

    async def _read(self, ids: Sequence[UUID]) -> Read:
        cards: list[Card] = []
        unreadable: list[UUID] = []
        for row in await self._ledger.open_rows(ids):
            try:
                cards.append(await self._card(row))
            except (ValidationError, KeyError) as error:
                # One that nobody can read must not hide the others.
                unreadable.append(row["id"])
                log.error(
                    "board.unreadable_handoff",
                    handoff=str(row["id"]),
                    error=repr(error),
                    do="see `handoff show` with its id; is the board older than the workers?",
                )
        return Read(tuple(cards), tuple(unreadable))

    async def _card(self, row: Any) -> Card:
        state = _State.model_validate_json(row["state"])
        kind = await self._kind(row["kind"], state.policy_version)
        status = _STATUSES[row["status"]]
        asked = state.questions if status.is_with_receiver else ()
        return Card(
            id=row["id"],
            version=state.version,
            case_id=row["case_id"],
            kind=kind.name,
            title=kind.title,
            status=status,
            priority=_PRIORITIES[row["priority"]],
            reason=row["reason"],
            sending_team=intern(row["sending_team"]),
            receiving_team=intern(row["receiving_team"]),
            agent=state.receiving_agent,
            offered_to=state.offered_to,
            customer_id=row["customer_id"],
            account_id=row["account_id"],
            customer=_name(row["requested"]) or row["customer_id"],
            tier=state.entitlement.tier and intern(state.entitlement.tier),
            requested_at=row["requested_at"],
            items_done=sum(item.id in state.done for item in kind.checklist),
            items=len(kind.checklist),
            missing=tuple(id for id in state.required if id not in state.done),
            bounces=row["bounces"],
            questions=sum(question.answered_at is None for question in asked),
            clocks=_clocks(state.clocks),
        )

    async def _kind(self, name: str, version: str) -> Kind:
        """Return the kind as it was in the version of the rules that a handoff is under."""
        if not self._policy.knows(version):
            rules = await self._ledger.rules(version)
            if rules is None:
                raise KeyError(f"policy version {version} is stamped on a handoff, but was never stored")
            self._policy.remember(rules)
        return self._policy.kind_of(name, version)


def _name(requested: str | None) -> str | None:
    return _Requested.model_validate_json(requested).customer.name if requested is not None else None


def _clocks(clocks: Sequence[_Clock]) -> tuple[CardClock, ...]:
    standing = [_card_clock(clock) for clock in clocks if clock.ended_at is None]
    return tuple(sorted(standing, key=lambda each: each.due_at or _NEVER))


def _card_clock(clock: _Clock) -> CardClock:
    return CardClock(
        kind=intern(clock.kind),
        generation=clock.generation,
        team=intern(clock.team),
        started_at=clock.started_at,
        due_at=clock.due_at,
        risk=_risk(clock),
        acknowledged_until=clock.acknowledged_until,
    )


def _risk(clock: _Clock) -> Risk:
    if BREACH in clock.fired:
        return Risk.BREACHED
    if clock.fired:
        # Before its breach a clock has no rungs but warnings.
        return Risk.AT_RISK
    is_paused = bool(clock.suspensions) and clock.suspensions[-1].until is None
    return Risk.PAUSED if is_paused else Risk.ON_TIME
