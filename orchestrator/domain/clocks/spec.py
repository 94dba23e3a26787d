"""What a kind of handoff promises: its clocks, when they run, and the rungs on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import Field

from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.model import Frozen

WARN: Final = "warn"
BREACH: Final = "breach"
ELAPSED_TIME: Final = "elapsed"
"""The calendar that never closes."""
TEAM_CALENDAR: Final = "team"
"""Stands for the calendar of the team that owes."""

Effect = Literal["warn", "breach", "notify", "reoffer", "raise-priority"]


class Rung(Frozen):
    """A step on a clock, reached after so much of its budget; those after the breach are its ladder."""

    name: str
    effect: Effect = WARN
    share: Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)] | None = None
    before: timedelta | None = None
    """How long before the due instant; used when `share` is absent. Negative: how long after it."""
    to: Literal["lead", "manager"] | None = None
    """Whom a step of the ladder notifies."""
    loop: int = 1
    """Which round of the ladder it belongs to."""

    def offset(self, budget: timedelta) -> timedelta:
        """Return the consumed time at which this rung is reached."""
        if self.share is not None:
            return budget * self.share
        return budget - (self.before or timedelta())

    @property
    def is_ladder(self) -> bool:
        """Whether it comes after a breach, and not before."""
        return self.effect not in (WARN, BREACH)


BREACH_RUNG: Final = Rung(name=BREACH, effect="breach", share=1.0)


class ClockSpec(Frozen):
    """One clock of a kind, as `handoff.yaml` writes it."""

    kind: str
    owes: Literal["sending", "receiving", "all"]
    """`all`: what all teams together owe the customer; the clock goes on when the case is handed on."""
    budget: Annotated[timedelta, Field(gt=timedelta())]
    calendar: str = ELAPSED_TIME
    starts: tuple[Occasion, ...] = ()
    stops: tuple[Occasion, ...] = ()
    """What keeps the promise."""
    cancels: tuple[Occasion, ...] = ()
    """What makes the promise no longer apply."""
    resets: tuple[Occasion, ...] = ()
    """What keeps the promise and makes it anew, with a whole budget."""
    pauses: tuple[str, ...] | None = None
    """Codes of the reasons for which it may stand still: any when None, never when empty."""
    longest_pause: timedelta | None = None
    """After so much elapsed time it goes on by itself."""
    reopening: Literal["fresh", "first", "total"] = "fresh"
    """When it starts again: with a whole budget, not at all, or with what was consumed."""
    rungs: tuple[Rung, ...] = (BREACH_RUNG,)
    acknowledged_for: timedelta = timedelta(minutes=30)
    """How long a lead's acknowledgement stops the ladder."""

    def rung(self, name: str) -> Rung:
        """Return a rung by its name.

        Raises:
            KeyError: it has none of this name.
        """
        for rung in self.rungs:
            if rung.name == name:
                return rung
        raise KeyError(f"the clock {self.kind!r} has no rung {name!r}")
