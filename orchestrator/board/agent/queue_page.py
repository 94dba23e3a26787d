"""A team's queue: what waits for it, what it works on, and what it owes others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.agent.queue_list import SHOWN, QueueList
from orchestrator.board.agent.queue_place import Place
from orchestrator.board.agent.queue_rows import Part, part_of, rows_of, signed
from orchestrator.board.doing import ACTIONS
from orchestrator.board.live.card import Card
from orchestrator.board.look.preferences import Preferences
from orchestrator.board.parts import Parts, parts_of
from orchestrator.board.problems import NotFound
from orchestrator.domain.sentence import Sentence


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team whose queue may be opened, and how much stands in it."""

    id: str
    name: str
    offered: int
    accepted: int


def lists_of(parts: Parts, place: Place, viewer: Viewer) -> dict[Part, QueueList]:
    """Return the lists of a team's queue, each by time left, as a page at `place` shows them."""
    found: dict[Part, list[Card]] = {part: [] for part in Part}
    for card in parts.floor.cards():
        if place.filters.shows(card, viewer) and (part := part_of(card, place.team, viewer)) is not None:
            found[part].append(card)
    return {
        part: QueueList(cards, place.after if part is place.part else None) for part, cards in found.items()
    }


async def queue(request: Request) -> Response:
    """Show the queue of a team, or what stands in one of its lists behind a place."""
    parts, viewer = parts_of(request), _viewer(request)
    team: str = request.path_params["team"]
    if not may_open(parts, viewer, team):
        raise NotFound(Sentence("there is no team {team}", team=repr(team)))
    place = Place.of(team, request.query_params)
    preferences: Preferences = request.state.preferences
    lists = lists_of(parts, place, viewer)
    rows = rows_of(parts.renderer)
    html = {
        part.value: Markup(  # noqa: S704  # each row was rendered by a template, which escapes
            signed(
                "".join(rows.html(card, part, viewer, preferences.language) for card in lists[part].shown()),
                request.state.csrf,
            )
        )
        for part in place.parts
    }
    done = request.query_params.get("done", "")
    return parts.renderer.page(
        request,
        "agent/queue.html.j2",
        team_id=team,
        place=place,
        rows=html,
        stretches={part: lists[part].stretch() for part in place.parts},
        filters=place.filters,
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
