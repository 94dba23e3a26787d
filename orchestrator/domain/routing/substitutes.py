"""Who takes the work of a team that is closed, full, or not made of people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from orchestrator.domain.calendars.calendar import BeyondHorizon, BusinessCalendar
from orchestrator.domain.clocks.spec import ELAPSED_TIME
from orchestrator.domain.policy import Rules, Team

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def why_shut(team: Team, rules: Rules, now: datetime, open_counts: Mapping[str, int]) -> str | None:
    """Return why a team cannot take work at `now`, in words; None when it can.

    Raises:
        KeyError: the rules have no calendar of the team's name for it.
    """
    if team.calendar != ELAPSED_TIME:
        calendar = rules.calendar(team.calendar)
        if not calendar.is_open(now):
            return f"{team.name} is closed{_until_opening(calendar, now)}"
    if team.most_open is not None and (count := open_counts.get(team.id, 0)) >= team.most_open:
        return f"{team.name} is full ({count} open)"
    return None


def substitute(
    first: str,
    rules: Rules,
    *,
    now: datetime,
    open_counts: Mapping[str, int],
    is_fit: Callable[[Team], bool],
) -> tuple[str, str | None]:
    """Return the team that takes the work of `first` at `now`, and what the packet has to say about it.

    It is `first` itself when that can take it, else the first of its fallbacks, and of theirs, that is fit
    and can. When none can, the work waits with `first`.
    """
    team = rules.teams[first]
    why = why_shut(team, rules, now, open_counts)
    if why is None:
        return first, None
    reasons = [why]
    for other in filter(is_fit, _chain(team, rules)):
        why = why_shut(other, rules, now, open_counts)
        if why is None:
            return other.id, f"{'; '.join(reasons)}: {other.name} has it meanwhile"
        reasons.append(why)
    return first, f"{'; '.join(reasons)}: it waits for {team.name}"


def takes_over(
    first: str, rules: Rules, *, now: datetime, open_counts: Mapping[str, int], is_fit: Callable[[Team], bool]
) -> str | None:
    """Return the first fallback of `first`, or of that, that is fit and can take work; None when none can."""
    if first not in rules.teams:
        return None
    others = filter(is_fit, _chain(rules.teams[first], rules))
    return next((o.id for o in others if why_shut(o, rules, now, open_counts) is None), None)


def people_instead_of(automated: str, sender: str, rules: Rules, otherwise: str | None) -> str | None:
    """Return the first of an automated team's fallbacks in which people work, or the team `otherwise`.

    It is never the sending team; None when there is no such team.
    """
    candidates = list(_chain(rules.teams[automated], rules))
    if otherwise is not None:
        candidates.append(rules.teams[otherwise])
    return next((team.id for team in candidates if team.id != sender and not team.is_automated), None)


def _chain(team: Team, rules: Rules) -> Iterator[Team]:
    """Return the fallback of a team, that team's own, and so on: each once, however they point in circles."""
    passed = {team.id}
    while (fallback := team.fallback) is not None and fallback not in passed and fallback in rules.teams:
        passed.add(fallback)
        team = rules.teams[fallback]
        yield team


def _until_opening(calendar: BusinessCalendar, now: datetime) -> str:
    try:
        opening = calendar.next_opening(now)
    except BeyondHorizon:
        return ""
    zone = ZoneInfo(calendar.zone)
    local = opening.astimezone(zone)
    # From a week on, a weekday alone would be taken for the nearer one.
    days = (local.date() - now.astimezone(zone).date()).days
    date = f" {local.date().isoformat()}" if days >= 7 else ""
    return f" until {_DAYS[local.weekday()]}{date} {local:%H:%M} ({calendar.zone})"
