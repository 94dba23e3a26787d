"""The page of one handoff: all that an agent needs to know in half a minute, and what they can do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.agent.bundle import in_language
from orchestrator.board.agent.gaps import gaps
from orchestrator.board.agent.markdown import html_of, is_safe_link
from orchestrator.board.agent.refusal import Refusal
from orchestrator.board.agent.shown import Shown, show
from orchestrator.board.agent.timeline import Step, steps
from orchestrator.board.doing import ACTIONS
from orchestrator.board.live.change import Fragment, Message
from orchestrator.board.look import instants
from orchestrator.board.look.preferences import Preferences
from orchestrator.board.parts import Parts, parts_of
from orchestrator.domain.events import Event

PIECES: Final = ("head", "alert", "actions", "checklist", "questions", "clocks", "timeline")
"""What of the page changes when the handoff does: templates, and ids of elements behind `handoff-`."""
_MOST_SAID: Final = 3
_LONGEST_VERSION: Final = 10


async def handoff_page(request: Request) -> Response:
    """Show a handoff."""
    shown = await shown_to(request)
    done = request.query_params.get("done", "")
    return render(request, shown, done=done if done in ACTIONS else "")


async def pieces_now(request: Request) -> Response:
    """Return what of the page changes, as it is now: what a script fetches when it hears of a change.

    `since` is the version that the page shows: what came after it is said to those who do not see the page.
    """
    shown = await shown_to(request)
    since = request.query_params.get("since", "")
    message = pieces(request, shown)
    if since.isascii() and since.isdigit() and len(since) < _LONGEST_VERSION:
        news = [event for event in shown.events if event.version > int(since)]
        said = [f"{step.what} {step.by or ''}".strip() for step in _steps(request, shown, news)]
        message = replace(message, say=tuple(reversed(said[:_MOST_SAID])))
    return JSONResponse(message.as_json() | about(shown))


def about(shown: Shown) -> dict[str, int]:
    """Return how new what a page shows is: of the handoff's journal, and of the packet that they may read."""
    packet = shown.handoff.packet_version if shown.packet_is_theirs else 0
    return {"version": shown.handoff.version, "packet": packet}


async def shown_to(request: Request) -> Shown:
    """Return the handoff that the address names, as who asks may see it."""
    id: UUID = request.path_params["id"]
    return await show(parts_of(request), viewer_of(request), id)


def viewer_of(request: Request) -> Viewer:
    """Return who asks."""
    viewer = request.state.viewer
    assert isinstance(viewer, Viewer)
    return viewer


def render(
    request: Request, shown: Shown, *, status: int = 200, refusal: Refusal | None = None, done: str = ""
) -> Response:
    """Return the whole page; `refusal` is why the last action was not done, `done` the one that was."""
    facts = _facts(request, shown) | {"refusal": refusal, "done": done}
    return parts_of(request).renderer.page(request, "agent/handoff.html.j2", status=status, **facts)


def pieces(request: Request, shown: Shown, *, refusal: Refusal | None = None, done: str = "") -> Message:
    """Return those parts of the page that change, for a page that is open."""
    parts, preferences = parts_of(request), preferences_of(request)
    facts = _facts(request, shown) | {
        "refusal": refusal,
        "done": done,
        "request": request,
        "viewer": viewer_of(request),
        "csrf": request.state.csrf,
        "preferences": preferences,
        "now": parts.clock.now(),
    }

    def piece(name: str) -> str:
        return parts.renderer.piece(f"agent/{name}.html.j2", language=preferences.language, **facts)

    return Message(put=tuple(Fragment(f"handoff-{name}", piece(name)) for name in PIECES))


def preferences_of(request: Request) -> Preferences:
    """Return how the reader wants pages."""
    preferences = request.state.preferences
    assert isinstance(preferences, Preferences)
    return preferences


def reader_clock(request: Request) -> Callable[[datetime], str]:
    """Return what tells a time as the reader's clock shows it."""
    preferences, now = preferences_of(request), parts_of(request).clock.now()
    return lambda at: instants.clock_text(at, zone=preferences.zone, language=preferences.language, now=now)


def _facts(request: Request, shown: Shown) -> dict[str, Any]:
    packet, parts = shown.packet, parts_of(request)
    if packet is not None:
        language, translations = preferences_of(request).language, parts.policy.rules.translations
        told = in_language(packet.context, language, translations, now=parts.clock.now())
        packet = packet.model_copy(update={"context": told})
    return {
        "shown": shown,
        "handoff": shown.handoff,
        "packet": packet,
        "body": html_of(packet.body) if packet is not None else None,
        "gaps": gaps(packet.context.fields) if packet is not None else (),
        "is_safe_link": is_safe_link,
        "steps": _steps(request, shown, shown.events),
        "embedded": request.query_params.get("embed") == "1",
        "seq": request.state.seq,
        "suggestions": shown.suggestions,
    }


def _steps(request: Request, shown: Shown, events: Sequence[Event]) -> tuple[Step, ...]:
    language = preferences_of(request).language
    return steps(events, shown.kind, language, team=_team_name(parts_of(request)))


def _team_name(parts: Parts) -> Callable[[str], str]:
    teams = parts.policy.rules.teams
    return lambda team: teams[team].name if team in teams else team
