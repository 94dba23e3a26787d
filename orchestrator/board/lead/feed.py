"""The breach feed: promises that are broken now, and those that were answered late or given up since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self
from uuid import UUID

from orchestrator.board.lead.selection import Selection
from orchestrator.board.live.card import Card, CardClock
from orchestrator.ledger.breaches import Acknowledgement, Over

MOST_OVER: Final = 20
OVER_FOR: Final = timedelta(hours=24)
"""For how long a breach that stands no more is listed."""
_EPOCH_END: Final = 253_402_300_799
"""The last second of the year 9999, in Unix time."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A line of the feed."""

    handoff: UUID
    case_id: str
    clock: str
    generation: int
    team: str
    """The team that owes, or owed."""
    sending_team: str
    receiving_team: str
    due_at: datetime
    ended_at: datetime | None = None
    """When it was answered late, or given up; None while it stands."""
    acknowledgement: Acknowledgement | None = None
    """The newest one of this breach, if any."""
    is_acknowledged: bool = False
    """Whether it has not expired."""
    may_acknowledge: bool = False

    @property
    def element(self) -> str:
        """Its id on a page."""
        prefix = "breach" if self.ended_at is None else "over"
        return f"{prefix}-{self.handoff}-{self.clock}-{self.generation}"

    @property
    def order(self) -> str:
        """Its place on a page: the newest first."""
        at = self.ended_at or self.due_at
        return f"{_EPOCH_END - int(at.timestamp()):012d}~{self.element}"


@dataclass(frozen=True, slots=True)
class Feed:
    """Both parts of it, by the ids of their elements."""

    standing: Mapping[str, Breach]
    over: Mapping[str, Breach]

    @classmethod
    def of(cls, standing: Iterable[Breach], over: Iterable[Breach]) -> Self:
        """Return a feed of these lines, which are in order."""
        return cls({each.element: each for each in standing}, {each.element: each for each in over})


def as_breach(
    selection: Selection,
    card: Card,
    clock: CardClock,
    acknowledgement: Acknowledgement | None,
    *,
    now: datetime,
) -> Breach:
    """Return a breach that stands, as those who share `selection` may treat it."""
    assert clock.due_at is not None
    newest = acknowledgement
    if newest is not None and (clock.kind not in newest.clocks or newest.at < clock.due_at):
        newest = None
    return Breach(
        handoff=card.id,
        case_id=card.case_id,
        clock=clock.kind,
        generation=clock.generation,
        team=clock.team,
        sending_team=card.sending_team,
        receiving_team=card.receiving_team,
        due_at=clock.due_at,
        acknowledgement=newest,
        is_acknowledged=newest is not None and now < newest.until,
        may_acknowledge=selection.viewer.may_acknowledge(card),
    )


def over(selection: Selection, ended: Iterable[Over]) -> list[Breach]:
    """Return the breaches that stand no more, of the teams that `selection` is about."""
    filters, viewer = selection.filters, selection.viewer
    theirs = (
        each
        for each in ended
        if viewer.may_see(each)
        and filters.is_between(each.sending_team, each.receiving_team)
        and (not filters.kind or each.kind in filters.kind)
    )
    return [
        Breach(
            handoff=each.handoff,
            case_id=each.case_id,
            clock=each.clock,
            generation=each.generation,
            team=each.team,
            sending_team=each.sending_team,
            receiving_team=each.receiving_team,
            due_at=each.due_at,
            ended_at=each.ended_at,
        )
        for each, _ in zip(theirs, range(MOST_OVER), strict=False)
    ]
