"""`GET /live/<view>`: what a tab is told as it happens, as server-sent events.

The id of an event is how far the journal was read without a gap when it was sent: who comes back with it
misses nothing, and may be told something twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import structlog
from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.live.catching_up import missed
from orchestrator.board.live.change import View
from orchestrator.board.live.events import event, patches
from orchestrator.board.live.hub import Tab, TooManyTabs
from orchestrator.board.parts import Parts, parts_of
from orchestrator.board.problems import NotFound, Unavailable
from orchestrator.ledger.port import LedgerUnavailable

log = structlog.get_logger(__name__)
_PING_S: Final = 15.0
_TICK_S: Final = 1.0
_RETRY_MS: Final = 1_000
_LIFE_S: Final = 900.0
"""Then the tab has to come back, and its permission is looked at again."""
_STUCK_S: Final = 30.0
"""A tab that takes nothing for so long is gone."""
_NO_PING: Final = 10 * int(_LIFE_S)
"""The library's own pings would overtake what is on its way, with an id that says it has arrived."""


async def stream(request: Request) -> Response:
    """Tell a tab what happens, until it goes."""
    parts = parts_of(request)
    make = request.app.state.views.get(request.path_params["view"])
    if make is None:
        raise NotFound("nothing is told of this")
    viewer: Viewer = request.state.viewer
    since = _since(request)
    view: View = make(request, parts, viewer)
    try:
        tab = parts.hub.open(viewer.id, is_limited=not viewer.is_local)
    except TooManyTabs as error:
        raise Unavailable(str(error), headers={"Retry-After": "10"}) from error
    return EventSourceResponse(
        _events(parts, tab, view, since),
        ping=_NO_PING,
        send_timeout=_STUCK_S,
        headers={"Cache-Control": "no-store"},
    )


def _since(request: Request) -> int | None:
    """Return the id that a tab names; -1 when it is none of ours, None when it names none."""
    named = request.headers.get("last-event-id") or request.query_params.get("since")
    if not named:
        return None
    return int(named) if named.isascii() and named.isdigit() and len(named) < 20 else -1


async def _events(parts: Parts, tab: Tab, view: View, since: int | None) -> AsyncIterator[bytes]:
    try:
        now = asyncio.get_running_loop().time
        seq = parts.floor.seq
        hello = {"now": parts.clock.now().isoformat(), "seq": seq, "boot": parts.hub.boot}
        # With an id from the beginning a browser that comes back by itself says that it does.
        named = since if since is not None and since >= 0 else None
        yield event("hello", hello, named, retry_ms=_RETRY_MS)
        if since is not None:
            try:
                change = await missed(parts, since)
            except LedgerUnavailable as error:
                log.warning("board.stream_ended", error=str(error), do="nothing: the tab comes back")
                return
            if change is None:
                yield event("reset", {})
                return
            seq = change.seq
            for each in patches(view.messages(change), seq):
                yield each
        tick_at, ping_at, ends_at = now() + _TICK_S, now() + _PING_S, now() + _LIFE_S
        while now() < ends_at:
            told: list[bytes] = []
            try:
                async with asyncio.timeout_at(tick_at):
                    change = await tab.changed()
            except TimeoutError:
                tick_at = now() + _TICK_S
                told = patches(view.tick(), seq)
            else:
                if change is None:
                    break
                seq = change.seq
                told = patches(view.messages(change), seq)
            if now() >= ping_at:
                ping_at = now() + _PING_S
                told.append(event("ping", {"now": parts.clock.now().isoformat()}, seq))
            for each in told:
                yield each
        if tab.is_lost:
            yield event("reset", {})
    finally:
        parts.hub.leave(tab)


routes: Final = [Route("/live/{view}", stream, name="live")]
