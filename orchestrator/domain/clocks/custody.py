"""Which team held a case, from when to when: the spans follow on each other and leave nothing out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from orchestrator.domain.clocks.occasions import Mark, Occasion


class Moved(Protocol):
    """A handoff, as far as it tells who held its case."""

    @property
    def sending_team(self) -> str: ...

    @property
    def sender_keeps_case(self) -> bool: ...

    @property
    def began_held(self) -> bool: ...

    @property
    def marks(self) -> tuple[Mark, ...]: ...


class Hold(NamedTuple):
    """A span in which one team held the case."""

    team: str
    since: datetime
    until: datetime | None
    """None while it lasts."""
    is_offered: bool
    """Whether it had offered the case to another team, and waited for an answer."""


class _Turn(NamedTuple):
    at: datetime
    order: int
    team: str | None
    is_offered: bool
    is_release: bool = False
    """Whether a packet that was held went out: its team, if it has the case still, offers it from now on."""


_ORDER: Final = {
    Occasion.REQUESTED: 0,
    Occasion.ACCEPTED: 1,
    Occasion.DECLINED: 2,
    Occasion.RETURNED: 2,
    Occasion.WITHDRAWN: 2,
    Occasion.COMPLETED: 3,
    Occasion.REOPENED: 4,
}


def holds(handoffs: Iterable[Moved]) -> list[Hold]:
    """Return who held the case of these handoffs; a team holds it until the next one has accepted it.

    A handoff whose sender goes on working on the case moves nothing. While its packet is held, the case is
    offered to nobody. Between completion and reopening nobody holds it; the last span is open unless the case
    is completed.
    """
    turns = _without_idle_releases(
        sorted(
            turn
            for handoff in handoffs
            if not handoff.sender_keeps_case
            for mark in handoff.marks
            if (turn := _turn(handoff, mark)) is not None
        )
    )
    spans: list[Hold] = []
    for turn, after in zip(turns, [*turns[1:], None], strict=False):
        until = after.at if after is not None else None
        if turn.team is None or turn.at == until:
            continue
        last = spans[-1] if spans else None
        if last is not None and last.until == turn.at and last[::3] == (turn.team, turn.is_offered):
            spans[-1] = last._replace(until=until)
        else:
            spans.append(Hold(turn.team, turn.at, until, turn.is_offered))
    return spans


def _without_idle_releases(turns: list[_Turn]) -> list[_Turn]:
    """Leave out each release of a packet whose team had not got the case any more."""
    kept: list[_Turn] = []
    for turn in turns:
        if not turn.is_release or (kept and kept[-1].team == turn.team):
            kept.append(turn)
    return kept


def _turn(handoff: Moved, mark: Mark) -> _Turn | None:
    match mark.what:
        case Occasion.REQUESTED:
            return _Turn(mark.at, 0, handoff.sending_team, not handoff.began_held)
        case Occasion.OFFERED if handoff.began_held and mark == _first_offer(handoff):
            return _Turn(mark.at, 0, handoff.sending_team, True, is_release=True)
        case Occasion.ACCEPTED | Occasion.REOPENED:
            return _Turn(mark.at, _ORDER[Occasion(mark.what)], mark.team, False)
        case Occasion.DECLINED | Occasion.RETURNED | Occasion.WITHDRAWN:
            return _Turn(mark.at, 2, handoff.sending_team, False)
        case Occasion.COMPLETED:
            return _Turn(mark.at, 3, None, False)
        case _:
            return None


def _first_offer(handoff: Moved) -> Mark | None:
    return next((mark for mark in handoff.marks if mark.what == Occasion.OFFERED), None)
