"""Teams that work through the nights in which clocks change, in five zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from bench.faults.simulation.rules import CHECKLIST
from orchestrator.domain.calendars.calendar import BusinessCalendar, Week
from orchestrator.domain.clocks.occasions import Occasion as O
from orchestrator.domain.clocks.spec import BREACH_RUNG, ClockSpec, Rung
from orchestrator.domain.policy import Kind, Rules, Team

ZONES: Final = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/St_Johns",
)
_YEAR: Final = 2026
_HOURS: Final = {
    "night": ("22:00-06:00",),
    "split": ("00:30-01:45", "02:15-03:30", "08:00-12:00", "13:00-17:30"),
    "inside": ("01:30-02:30", "20:00-23:00"),
    "day": ("09:00-18:00",),
}
"""Shifts over, around, within and far from the hour that is skipped or comes twice."""
SENDER: Final = "desk"


class Night(NamedTuple):
    """When the clocks of a zone change."""

    zone: str
    at: datetime
    by: timedelta


@cache
def nights(zone: str) -> tuple[Night, ...]:
    """Return when a zone changes its clocks during the year; one that never does has Berlin's nights."""
    wall = ZoneInfo(zone)
    found = []
    at = datetime(_YEAR, 1, 1, tzinfo=UTC)
    while at.year == _YEAR:
        later = at + timedelta(minutes=30)
        before, after = at.astimezone(wall).utcoffset(), later.astimezone(wall).utcoffset()
        assert before is not None
        assert after is not None
        if before != after:
            found.append(Night(zone, later, after - before))
        at = later
    if found:
        return tuple(found)
    return tuple(Night(zone, night.at, timedelta()) for night in nights("Europe/Berlin"))


@cache
def rules_of(zone: str) -> Rules:
    """Return the rules of a desk whose teams all work in one zone."""
    teams = {name: Team(id=name, name=name, lead="lead", manager="manager", calendar=name) for name in _HOURS}
    teams["night"] = teams["night"].model_copy(update={"fallback": "split"})
    teams["split"] = teams["split"].model_copy(update={"fallback": "inside"})
    teams[SENDER] = Team(id=SENDER, name=SENDER)
    calendars = {
        name: BusinessCalendar(
            name=name,
            zone=zone,
            week=Week.model_validate(dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), hours)),
        )
        for name, hours in _HOURS.items()
    }
    kind = Kind(name="any", title="Any", checklist=CHECKLIST, clocks=_clocks())
    return Rules(version=zone, kinds={"any": kind}, teams=teams, calendars=calendars)


def _clocks() -> tuple[ClockSpec, ...]:
    minute = timedelta(minutes=1)
    over = (O.COMPLETED, O.HANDED_ON)
    ladder = (
        Rung(name="lead", effect="notify", to="lead", before=-5 * minute),
        Rung(name="again", effect="reoffer", before=-20 * minute),
        Rung(name="manager", effect="notify", to="manager", before=-40 * minute),
    )
    team = {"owes": "receiving", "calendar": "team"}
    rows = (
        {"kind": "accept", "starts": (O.OFFERED,), "stops": (O.ACCEPTED,), "cancels": (O.WITHDRAWN, *over)},
        {"kind": "first_contact", "starts": (O.ACCEPTED,), "stops": (O.CONTACTED,), "cancels": over},
        {"kind": "resolve", "starts": (O.ACCEPTED,), "stops": over},
    )
    budgets = (50 * minute, 95 * minute, 400 * minute)
    return tuple(
        ClockSpec.model_validate(
            {
                **team,
                **row,
                "budget": budget,
                "longest_pause": 90 * minute,
                "rungs": (
                    Rung(name="half", share=0.5),
                    BREACH_RUNG,
                    *ladder[: 3 if row["kind"] == "accept" else 1],
                ),
            }
        )
        for row, budget in zip(rows, budgets, strict=True)
    )
