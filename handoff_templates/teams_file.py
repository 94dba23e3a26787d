"""Reads teams.yaml."""

from __future__ import annotations

from handoff_templates.form import Form, mapping
from handoff_templates.naming import require_slug
from handoff_templates.problems import Problems
from handoff_templates.yaml_source import Value
from orchestrator.domain.model import Channel
from orchestrator.domain.policy import Team

FILE = "teams.yaml"
CHANNELS = tuple(channel.value for channel in Channel)
_KEYS = ("name", "channels", "lead")


def read_teams(document: Value, problems: Problems) -> dict[str, Team]:
    """Return the teams in their order; what is wrong goes to `problems`."""
    entries = mapping(document, FILE, problems)
    if not entries:
        problems.add(document.place, "there are no teams; add at least one")
    teams: dict[str, Team] = {}
    for id, entry in entries.items():
        require_slug(id, "team", entry.key, problems)
        form = Form.open(entry.value, _KEYS, f"team {id!r}", problems)
        form.required("name", f"team {id!r}")
        teams[id] = Team(
            id=id,
            name=form.text("name") or id,
            channels=tuple(Channel(c) for c in form.names("channels", "channel", CHANNELS)),
            lead=form.text("lead"),
        )
    return teams
