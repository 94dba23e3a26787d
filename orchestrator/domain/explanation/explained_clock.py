"""What an explanation says of one run of a clock: plain values, for people and programs."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from orchestrator.domain.clocks.clock import ClockState
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.clocks.spec import Effect
from orchestrator.domain.model import Frozen

_NOTHING = timedelta()


class CalendarInForce(Frozen):
    """The calendar on which a clock was measured."""

    since: datetime | None
    """None: from the start of the clock."""
    name: str
    zone: str
    week: str
    """Its week in one line."""
    exceptions: tuple[str, ...] = ()
    """Holidays, closures and extra openings while the clock ran, or will run."""


class Happening(Frozen):
    """What started or ended a clock."""

    at: datetime
    what: Occasion
    by: str | None = None
    """None: the system."""
    detail: str | None = None
    is_automatic: bool = False
    """Whether no person did it, which never keeps a promise."""


class Still(Frozen):
    """A span in which the clock stood still."""

    since: datetime
    until: datetime | None
    """None while it lasts."""
    resumes_at: datetime | None = None
    """When it ends by itself at the latest, while it lasts."""
    why: str
    by: str
    ended_by: str | None = None
    """What happened then; `itself` when it had lasted as long as it may, `end` when its clock ended."""
    lasted: timedelta
    """In elapsed time, up to now while it lasts."""
    working: timedelta
    """How much of it was working time, which the budget was spared."""


class Acknowledgement(Frozen):
    """A span in which the ladder stood still, since a lead had seen the breach."""

    since: datetime
    until: datetime
    by: str
    note: str | None = None


class Span(Frozen):
    """Working time in one piece, in which the clock ran."""

    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.until - self.since


class RungState(StrEnum):
    """Where a rung stands."""

    FIRED = "fired"
    DROPPED = "dropped"
    """A warning whose instant was past when the start of its clock came to light."""
    BEFORE = "before"
    """It fired in an earlier run, from which this one goes on."""
    WITHDRAWN = "withdrawn"
    """It fired, and was taken back."""
    NEXT = "next"
    DUE = "due"
    """Its instant has come, and nobody has noticed yet."""
    TO_COME = "to-come"
    HELD = "held"
    """The clock stands still, so that it has no instant."""
    NEVER = "never"
    """The clock ended before."""


class Firing(Frozen):
    """One time a rung fired."""

    at: datetime
    noticed_at: datetime
    withdrawn: str | None = None
    """Why it does not stand any more."""


class RungStory(Frozen):
    """A rung of a run: when it is reached, and how that is computed."""

    name: str
    effect: Effect
    to: Literal["lead", "manager"] | None = None
    loop: int = 1
    share: float | None
    before: timedelta | None
    """As the rules write it: before the budget is used up, negative when after."""
    moved_up: timedelta = _NOTHING
    """How much earlier it comes, since steps before it were skipped."""
    offset: timedelta
    """The consumed time at which it is reached."""
    instant: datetime | None
    spans: tuple[Span, ...] = ()
    """The working time up to it; with what was carried it adds up to `offset`."""
    state: RungState
    firings: tuple[Firing, ...] = ()


class Moved(Frozen):
    """A time the clock was measured anew."""

    at: datetime
    what: Literal["reprojected", "breach-withdrawn", "met-late-delivery"]
    due_before: datetime | None
    due_after: datetime | None
    why: str


class Used(Frozen):
    """What one team used of the budget that all teams share."""

    team: str | None
    """None: nobody held the case."""
    consumed: timedelta


class ClockStory(Frozen):
    """One run of one clock."""

    kind: str
    generation: int
    team: str
    is_shared: bool
    state: ClockState
    budget: timedelta
    carried: timedelta
    consumed: timedelta
    """With what was carried."""
    left: timedelta
    """Negative when it is over."""
    due_at: datetime | None
    calendars: tuple[CalendarInForce, ...]
    started: Happening
    ended: Happening | None = None
    outcome: Literal["met", "cancelled"] | None = None
    stood_still: tuple[Still, ...] = ()
    acknowledged: tuple[Acknowledgement, ...] = ()
    rungs: tuple[RungStory, ...] = ()
    skipped: tuple[str, ...] = ()
    """Steps of the ladder that nobody could take, with the reason."""
    moved: tuple[Moved, ...] = ()
    used_by: tuple[Used, ...] = ()
    """Of a shared clock: whose time it was."""
