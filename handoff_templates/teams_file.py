"""Reads teams.yaml."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from handoff_templates.form import Form, mapping
from handoff_templates.naming import require_slug
from handoff_templates.problems import Place, Problems
from handoff_templates.yaml_source import Value
from orchestrator.domain.clocks.spec import ELAPSED_TIME
from orchestrator.domain.model import Channel
from orchestrator.domain.policy import Team

FILE = "teams.yaml"
CHANNELS = tuple(channel.value for channel in Channel)
_KEYS = ("name", "channels", "lead", "manager", "calendar", "fallback", "most_open", "automated")
_MOST_OPEN = 1_000_000


def read_teams(document: Value, calendars: Collection[str] | None, problems: Problems) -> dict[str, Team]:
    """Return the teams in their order; what is wrong goes to `problems`.

    `calendars` is None when they could not be read: their names are then not checked.
    """
    entries = mapping(document, FILE, problems)
    if not entries:
        problems.add(document.place, "there are no teams; add at least one")
    teams: dict[str, Team] = {}
    fallbacks: dict[str, Place] = {}
    for id, entry in entries.items():
        require_slug(id, "team", entry.key, problems)
        form = Form.open(entry.value, _KEYS, f"team {id!r}", problems)
        form.required("name", f"team {id!r}")
        teams[id] = Team(
            id=id,
            name=form.text("name") or id,
            channels=tuple(Channel(c) for c in form.names("channels", "channel", CHANNELS)),
            lead=form.text("lead"),
            manager=form.text("manager"),
            calendar=form.name("calendar", "calendar", calendars) or ELAPSED_TIME,
            fallback=form.name("fallback", "team", entries),
            most_open=form.whole("most_open", 0, 1, _MOST_OPEN) or None,
            is_automated=form.flag("automated", False),
        )
        fallbacks[id] = form.at("fallback")
    _check_fallbacks(teams, fallbacks, problems)
    return teams


def _check_fallbacks(teams: Mapping[str, Team], places: Mapping[str, Place], problems: Problems) -> None:
    """Note each ring of teams that would hand work on for ever, once."""
    seen: set[str] = set()
    for id in teams:
        chain: list[str] = []
        team: str | None = id
        while team is not None and team not in seen:
            seen.add(team)
            chain.append(team)
            team = teams[team].fallback
        if team not in chain:
            continue
        ring = chain[chain.index(team) :]
        if len(ring) == 1:
            problems.add(places[team], f"team {team!r} is its own fallback; name another team, or none")
        else:
            way = " -> ".join([*ring, team])
            problems.add(places[team], f"the fallbacks go in a ring: {way}; take one of them away")
