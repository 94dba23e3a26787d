"""The way of a case through the teams: what keeps it from being tossed around."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from orchestrator.domain.ages import in_words
from orchestrator.domain.handoff import Handoff, Outcome, Status
from orchestrator.domain.policy import Rules

HOPS_KEPT: Final = 100
"""Hops of a case that are loaded at most, the newest; a hop limit above it is never reached."""

_GIVEN: Final = frozenset({Status.OFFERED, Status.ACCEPTED, Status.COMPLETED, Status.HANDED_ON})
"""The case went to the receiving team, and that team has not given it back by an answer."""
_MOVED: Final = _GIVEN | {Status.RETURNED}


class Hop(NamedTuple):
    """One handoff of a case."""

    handoff_id: UUID
    sending_team: str
    receiving_team: str
    requested_at: datetime
    status: Status
    is_side: bool = False
    """Whether the sending team kept the case, so that it did not move."""
    declined_by: tuple[str, ...] = ()
    """Ids of the agents who declined it, gave it back or let it time out."""
    kind: str = ""
    reason: str = ""
    """Why it was requested, in one line."""
    agent: str | None = None
    """Who accepted it."""
    outcome: Outcome | None = None

    @property
    def place(self) -> tuple[datetime, bool, UUID]:
        """Its place in the order of time; of two in the same instant, the one that is open came later."""
        return self.requested_at, self.status.is_open, self.handoff_id


class Trail(NamedTuple):
    """All handoffs of a case."""

    hops: tuple[Hop, ...] = ()
    """The oldest first."""
    newest: Handoff | None = None
    """The newest that moved the case, or tried to: no side handoff."""

    def including(self, handoffs: Iterable[Handoff]) -> Trail:
        """Return the trail with these handoffs of the case as they are now, be they new or known to it."""
        current = {handoff.id: handoff for handoff in handoffs}
        if not current:
            return self
        others = [hop for hop in self.hops if hop.handoff_id not in current]
        hops = sorted((*others, *map(hop_of, current.values())), key=lambda hop: hop.place)
        if self.newest is not None:
            current.setdefault(self.newest.id, self.newest)
        moving = (each for each in current.values() if not each.sender_keeps_case)
        return Trail(tuple(hops), max(moving, key=lambda each: hop_of(each).place, default=None))

    def before(self, handoff: Handoff) -> Trail:
        """Return the trail as far as it was gone when `handoff` was requested."""
        place = hop_of(handoff).place
        others = (hop for hop in self.hops if hop.handoff_id != handoff.id and hop.requested_at <= place[0])
        return Trail(tuple(others), self.newest)


NO_TRAIL: Final = Trail()


def hop_of(handoff: Handoff) -> Hop:
    """Return a handoff as a hop."""
    return Hop(
        handoff.id,
        handoff.sending_team,
        handoff.receiving_team,
        handoff.requested_at,
        handoff.status,
        handoff.sender_keeps_case,
        handoff.refused_by,
        handoff.kind,
        handoff.reason,
        handoff.receiving_agent,
        handoff.outcome,
    )


def refused_agents(trail: Trail) -> frozenset[str]:
    """Return the ids of all agents who have turned the case down, to whom it is not offered again."""
    return frozenset(agent for hop in trail.hops for agent in hop.declined_by)


def bounced(trail: Trail, sending: str, receiving: str, at: datetime, rules: Rules) -> str | None:
    """Return why a request made `at` this time moves the case once too often; None when it does not.

    Ping-pong: within `ping_pong_within` the receiving team itself gave the case to the sending team, which
    now gives it back by a request. An offer that was declined or withdrawn, or work that was returned, is no
    such gift: to answer is what a team should do. Neither is A→B→C→A, which only the hop limit counts.

    Hop limit: with this request the case has moved more than `hop_limit` times since it was last completed.
    An offer that was declined or withdrawn moved nothing, work that was returned did.

    Side handoffs count in neither: the case stays where it is. Times are compared, never the order of
    arrival.
    """
    moves = 1
    is_counting = True
    for hop in reversed(trail.hops):
        if hop.is_side or hop.status not in _MOVED:
            continue
        span = abs(at - hop.requested_at)
        is_gift = (hop.sending_team, hop.receiving_team) == (receiving, sending) and hop.status in _GIVEN
        if is_gift and span <= rules.routing.ping_pong_within:
            giver, taker = _name(receiving, rules), _name(sending, rules)
            return f"it comes back to {giver}, which gave it to {taker} {in_words(span)} ago"
        is_counting = is_counting and hop.status is not Status.COMPLETED
        moves += is_counting
    if moves > rules.routing.hop_limit:
        return f"this is move {moves} of the case, and {rules.routing.hop_limit} are allowed"
    return None


def _name(team: str, rules: Rules) -> str:
    return rules.teams[team].name if team in rules.teams else team
