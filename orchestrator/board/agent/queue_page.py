"""A team's queue: what waits for it, what it works on, and what it owes others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.agent.queue_rows import Part, part_of, rows_of
from orchestrator.board.doing import ACTIONS
from orchestrator.board.filters import Filters
from orchestrator.board.live.card import Card
from orchestrator.board.look.preferences import Preferences
from orchestrator.board.parts import Parts, parts_of
from orchestrator.board.problems import NotFound

SHOWN: Final = 200
"""Rows of one list; of more, those that are due first."""


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team whose queue may be opened, and how much stands in it."""

    id: str
    name: str
    offered: int
    accepted: int


def selected(parts: Parts, team: str, filters: Filters, viewer: Viewer) -> dict[Part, list[Card]]:
    """Return the lists of a team's queue, each by time left."""
    lists: dict[Part, list[Card]] = {part: [] for part in Part}
    for card in filters.select(parts.floor.cards(), viewer):
        part = part_of(card, team, viewer)
        if part is not None:
            lists[part].append(card)
    return lists


async def queue(request: Request) -> Response:
    """Show the queue of a team."""
    parts, viewer = parts_of(request), _viewer(request)
    team: str = request.path_params["team"]
    if not may_open(parts, viewer, team):
        raise NotFound(f"there is no team {team!r}")
    filters = Filters.of(request.query_params)
    preferences: Preferences = request.state.preferences
    lists = selected(parts, team, filters, viewer)
    rows = rows_of(parts.renderer)
    html = {
        part.value: Markup(  # noqa: S704  # each row was rendered by a template, which escapes
            "".join(rows.html(card, part, viewer, preferences.language) for card in cards[:SHOWN])
        )
        for part, cards in lists.items()
    }
    done = request.query_params.get("done", "")
    return parts.renderer.page(
        request,
        "agent/queue.html.j2",
        team_id=team,
        rows=html,
        counts={part.value: len(cards) for part, cards in lists.items()},
        filters=filters,
        shown_most=SHOWN,
        seq=parts.floor.seq,
        done=done if done in ACTIONS else "",
        others=[line for line in team_lines(parts, viewer) if line.id != team],
    )


async def queues(request: Request) -> Response:
    """Lead to the queue of who asks, or list those that they may open."""
    parts, viewer = parts_of(request), _viewer(request)
    lines = team_lines(parts, viewer)
    home = viewer.home if viewer.home and may_open(parts, viewer, viewer.home) else None
    if home is not None and "all" not in request.query_params:
        return RedirectResponse(f"/queue/{home}", status_code=303)
    if len(lines) == 1:
        return RedirectResponse(f"/queue/{lines[0].id}", status_code=303)
    return parts.renderer.page(request, "agent/queues.html.j2", lines=lines)


def may_open(parts: Parts, viewer: Viewer, team: str) -> bool:
    """Whether somebody may open the queue of a team, which has to be one of the rules."""
    sees_all = viewer.has(Role.OPS, Role.AUDITOR)
    return team in parts.policy.rules.teams and (viewer.is_of(team) or sees_all)


def team_lines(parts: Parts, viewer: Viewer) -> list[TeamLine]:
    """Return the teams whose queues somebody may open, those with the most to accept first."""
    found: Counter[tuple[str, str]] = Counter()
    for card in parts.floor.cards():
        if viewer.may_see(card):
            found[card.receiving_team, card.status] += 1
    teams = [team for team in parts.policy.rules.teams.values() if may_open(parts, viewer, team.id)]
    lines = [
        TeamLine(team.id, team.name, found[team.id, "offered"], found[team.id, "accepted"]) for team in teams
    ]
    return sorted(lines, key=lambda line: (-line.offered, line.name))


def _viewer(request: Request) -> Viewer:
    viewer = request.state.viewer
    assert isinstance(viewer, Viewer)
    return viewer
