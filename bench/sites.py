"""Three sites in three zones, all of them at work now and closed for a while before: rules for lateness.

Each clock of first contact has run over a break of its site, ends within the hours after, warns before and
climbs a ladder afterwards. Two hours of the run would not bring a site's closing near.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handoff_templates import load
from orchestrator.domain.calendars.calendar import WEEKDAYS, BusinessCalendar
from orchestrator.domain.clocks.spec import BREACH_RUNG, TEAM_CALENDAR, ClockSpec, Rung
from orchestrator.domain.policy import Policy

KIND = "team-to-team"
BUDGET = timedelta(hours=6)
"""Of first contact."""
WARNS_BEFORE = timedelta(seconds=2)
_H, _S = timedelta(hours=1), timedelta(seconds=1)
_OPENED, _CLOSES = 12 * _H, 6 * _H

RUNGS = (
    Rung(name="half", share=0.5),
    Rung(name="soon", before=WARNS_BEFORE),
    BREACH_RUNG,
    Rung(name="lead", effect="notify", before=-1 * _S, to="lead"),
    Rung(name="manager", effect="notify", before=-2 * _S, to="manager"),
)
FALLS_DUE = 4
"""How many of them fall due within seconds: all but the first."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a team sits."""

    team: str
    zone: str
    break_since: timedelta
    break_until: timedelta
    """When nobody was there, before now."""
    waits: timedelta = timedelta()
    """How long the team waited for the customer, in the middle of it."""
    is_waiting: bool = False
    """Whether it still does; its clocks go on by themselves just before they warn."""

    def calendar(self, now: datetime) -> BusinessCalendar:
        """Return its hours, the same every day."""
        local = now.astimezone(ZoneInfo(self.zone))
        windows = [(_OPENED, self.break_since), (self.break_until, -_CLOSES)]
        hours = [f"{local - since:%H:%M}-{local - until:%H:%M}" for since, until in windows]
        week = dict.fromkeys(WEEKDAYS, tuple(hours))
        return BusinessCalendar.model_validate({"name": self.zone, "zone": self.zone, "week": week})


SITES = (
    Site("tier-2", "Europe/Berlin", 5 * _H, 3 * _H),
    Site("billing", "America/New_York", 5 * _H, 4 * _H, waits=_H / 6),
    Site("engineering", "Asia/Kolkata", 4.5 * _H, 3 * _H, is_waiting=True),
)


def sites_policy(now: datetime) -> Policy:
    """Return the rules for handoffs to the sites."""
    loaded = load()
    rules = loaded.rules
    kind = rules.kinds[KIND]
    clocks = tuple(_on_site(clock) for clock in kind.clocks)
    calendars = {site.zone: site.calendar(now) for site in SITES}
    teams = {id: team.model_copy(update={"calendar": "elapsed"}) for id, team in rules.teams.items()}
    for site in SITES:
        teams[site.team] = teams[site.team].model_copy(update={"calendar": site.zone})
    changes = {
        "version": "bench-sites",
        "kinds": {KIND: kind.model_copy(update={"clocks": clocks, "policies": ()})},
        "teams": teams,
        "calendars": calendars,
    }
    return Policy(rules.model_copy(update=changes), loaded.words)


def _on_site(clock: ClockSpec) -> ClockSpec:
    change: dict[str, object] = {"calendar": TEAM_CALENDAR}
    if clock.kind == "first_contact":
        change |= {"budget": BUDGET, "rungs": RUNGS}
    elif clock.kind == "resolve":
        # Its next rung comes hours after the run, and before the site closes.
        change |= {"budget": BUDGET + 4 * _H, "rungs": (Rung(name="80%", share=0.8), BREACH_RUNG)}
    return clock.model_copy(update=change)
