"""One customer, one story: what every team has open for them, and how the case came here.

`OpenHandoffs` is what a ledger finds, `OpenWorkList` and `EarlierList` are what a packet shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.model import Frozen, Priority
from orchestrator.domain.policy import Rules
from orchestrator.domain.routing.trail import Hop, Trail

SHOWN: Final = 5
"""The newest, in a packet; the others are counted."""
LOADED: Final = 6
"""More than are shown, as some of them may end with the request that asks."""
COUNTED: Final = 20
"""Handoffs of one customer that are counted, at most."""


class Whose(NamedTuple):
    """Whose work is looked for.

    The account is the customer's company: what is open for one person of it concerns the others. A handoff
    that names no account belongs to the person, whatever account another one names.
    """

    account_id: str | None
    customer_id: str

    def owns(self, other: Whose) -> bool:
        """Whether work for `other` concerns this one too."""
        if self.account_id is not None and other.account_id is not None:
            return self.account_id == other.account_id
        return self.customer_id == other.customer_id


class OpenHandoff(NamedTuple):
    """A handoff that somebody still has to act on."""

    handoff_id: UUID
    case_id: str
    kind: str
    receiving_team: str
    status: Status
    requested_at: datetime
    priority: Priority
    reason: str


class OpenHandoffs(NamedTuple):
    """All open handoffs of somebody."""

    newest: tuple[OpenHandoff, ...] = ()
    """The newest first."""
    total: int = 0
    """How many there are; `COUNTED` stands for as many or more."""


NOTHING_OPEN: Final = OpenHandoffs()


class OpenWork(Frozen):
    """Work that a team has open for the account or customer, as a packet shows it."""

    handoff_id: UUID
    case_id: str
    title: str
    """Of its kind of handoff."""
    team: str
    """The team that has it, or to which it is offered."""
    status: Status
    since: datetime
    priority: Priority
    reason: str
    """One line; empty when none was given."""


class OpenWorkList(Frozen):
    """What all teams have open for the account or customer, beside the handoff that it is shown with."""

    shown: tuple[OpenWork, ...] = ()
    """The newest first."""
    more: int = 0
    """How many there are beside those that are shown, at least."""


class EarlierHandoff(Frozen):
    """An earlier handoff of the case, and what became of it."""

    handoff_id: UUID
    title: str
    from_team: str
    to_team: str
    requested_at: datetime
    reason: str
    """Why it was requested, in one line; empty when that is not known."""
    status: Status
    outcome: str
    """The final outcome, or why it was declined, returned or withdrawn; empty when there is none."""
    ended_at: datetime | None
    by: str | None
    """Who gave the outcome, or accepted the work."""
    is_side: bool
    """Whether the sending team kept the case and asked for help."""


class EarlierList(Frozen):
    """The handoffs that the case has had before."""

    shown: tuple[EarlierHandoff, ...] = ()
    """The newest first."""
    more: int = 0


def owner_of(request: RequestHandoff) -> Whose:
    """Return whose work a request asks for."""
    return Whose(request.customer.account_id, request.customer.id)


def whose(handoff: Handoff) -> Whose:
    """Return whose work a handoff is."""
    return Whose(handoff.account_id, handoff.customer_id)


def open_handoff(handoff: Handoff) -> OpenHandoff:
    """Return a handoff as a ledger finds it."""
    return OpenHandoff(
        handoff.id,
        handoff.case_id,
        handoff.kind,
        handoff.receiving_team,
        handoff.status,
        handoff.requested_at,
        handoff.priority,
        handoff.reason,
    )


def newest_first(handoffs: Iterable[OpenHandoff]) -> tuple[OpenHandoff, ...]:
    """Return handoffs in the order in which they are shown."""
    return tuple(sorted(handoffs, key=lambda each: (each.requested_at, each.handoff_id), reverse=True))


def list_open(found: OpenHandoffs, rules: Rules) -> OpenWorkList:
    """Return what a packet shows of open work."""
    if not found.newest:
        return _NOTHING_LISTED
    shown = found.newest[:SHOWN]
    return OpenWorkList(
        shown=tuple(
            OpenWork(
                handoff_id=each.handoff_id,
                case_id=each.case_id,
                title=_title(each.kind, rules),
                team=each.receiving_team,
                status=each.status,
                since=each.requested_at,
                priority=each.priority,
                reason=each.reason,
            )
            for each in shown
        ),
        more=max(found.total - len(shown), 0),
    )


def list_earlier(trail: Trail, rules: Rules, *, ending: Collection[UUID] = ()) -> EarlierList:
    """Return what a packet shows of the way of its case; `ending` are those that the request hands on."""
    if not trail.hops:
        return _NONE_EARLIER
    shown = trail.hops[: -SHOWN - 1 : -1]
    return EarlierList(
        shown=tuple(_earlier(hop, rules, hop.handoff_id in ending) for hop in shown),
        more=len(trail.hops) - len(shown),
    )


def _earlier(hop: Hop, rules: Rules, is_ending: bool) -> EarlierHandoff:
    outcome = hop.outcome
    return EarlierHandoff(
        handoff_id=hop.handoff_id,
        title=_title(hop.kind, rules),
        from_team=hop.sending_team,
        to_team=hop.receiving_team,
        requested_at=hop.requested_at,
        reason=hop.reason,
        status=_ENDED.get(hop.status, hop.status) if is_ending else hop.status,
        outcome=outcome.said if outcome is not None else "",
        ended_at=outcome.at if outcome is not None else None,
        by=(outcome.by if outcome is not None else None) or hop.agent,
        is_side=hop.is_side,
    )


def _title(kind: str, rules: Rules) -> str:
    return rules.kinds[kind].title if kind in rules.kinds else kind


_ENDED: Final = {
    Status.HELD: Status.WITHDRAWN,
    Status.OFFERED: Status.HANDED_ON,
    Status.ACCEPTED: Status.HANDED_ON,
}
"""What becomes of a handoff whose case goes on."""
_NOTHING_LISTED: Final = OpenWorkList()
_NONE_EARLIER: Final = EarlierList()
