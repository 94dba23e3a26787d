"""`/map`: what connects to what, what stops when a part fails, and how every flow does now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.live.change import View
from orchestrator.board.look.catalogue import gettext
from orchestrator.board.ops import view
from orchestrator.board.ops.chosen import chosen
from orchestrator.board.ops.freshness import freshness_of, states
from orchestrator.board.ops.lists import lists
from orchestrator.board.ops.readers import require_reader
from orchestrator.board.parts import Parts, parts_of
from orchestrator.domain.integration_map.checks import findings
from orchestrator.domain.integration_map.findings import Sighting
from orchestrator.domain.integration_map.model import IntegrationMap
from orchestrator.domain.sentence import say
from orchestrator.ledger import reading
from orchestrator.ledger.flow_health import healths
from orchestrator.map_views.svg import Page, svg_of
from orchestrator.map_views.svg_style import PAGE_STYLE


async def show(request: Request) -> Response:
    """Show the map; `?of=<system or flow>` tells of that one.

    Raises:
        NotAllowed: it is not for them.
    """
    require_reader(request.state.viewer)
    parts = parts_of(request)
    rules = parts.policy.rules
    map = rules.integration_map
    async with parts.readers.connection() as db:
        health = await healths(db)
        open_now = await reading.open_handoffs(db)
        senders = await reading.context_senders(db)
    on_disk = await parts.map_source.look()
    picked = request.query_params.get("of")
    detail = chosen(map, picked, open_now) if picked else None
    seen = [Sighting(f"support.context.{subject}.observed.v1", system) for subject, system in senders]
    return parts.renderer.page(
        request,
        "ops/map.html.j2",
        map=map,
        drawing=_drawing(map, states(health.values()), request, detail.touched if detail else None),
        picked=picked,
        chosen=detail,
        rows=freshness_of(map, health),
        lists=lists(findings(map, today=parts.clock.now().date(), seen=seen), on_disk),
        on_disk=on_disk,
        revision=rules.version,
        seq=request.state.seq,
    )


async def drawing(request: Request) -> Response:
    """Return the drawing alone, for a page whose flows have changed.

    Raises:
        NotAllowed: it is not for them.
    """
    require_reader(request.state.viewer)
    parts = parts_of(request)
    map = parts.policy.rules.integration_map
    async with parts.readers.connection() as db:
        health = await healths(db)
    detail = chosen(map, request.query_params.get("of", ""), {})
    return HTMLResponse(_drawing(map, states(health.values()), request, detail.touched if detail else None))


async def drawing_style(_: Request) -> Response:
    """Return the colours of the drawing."""
    return Response(PAGE_STYLE, media_type="text/css", headers={"Cache-Control": "max-age=300"})


def _drawing(
    map: IntegrationMap, health: dict[str, str], request: Request, touched: frozenset[str] | None
) -> Markup:
    page = Page(
        link=lambda part: f"/map?of={part}#detail",
        picked=request.query_params.get("of") if touched is not None else None,
        touched=touched or frozenset(),
        words=partial(say, _=gettext(request.state.preferences.language)),
    )
    # Everything in it is escaped where it is drawn.
    return Markup(svg_of(map, health=health, page=page))  # noqa: S704


routes: Final[list[BaseRoute]] = [
    Route("/map", show),
    Route("/map/drawing", drawing),
    Route("/map/drawing.css", drawing_style),
]
VIEWS: Final[dict[str, Callable[[Request, Parts, Viewer], View]]] = {"map": view.make}
