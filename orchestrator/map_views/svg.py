"""The map as one SVG that needs nothing else: boxes in columns, a line for each flow."""

from __future__ import annotations

from collections.abc import Callable, Collection
from html import escape
from typing import Final, NamedTuple

from orchestrator.domain.integration_map.model import Flow, IntegrationMap
from orchestrator.domain.integration_map.words import Timing
from orchestrator.domain.sentence import Sentence
from orchestrator.map_views.health import SIGNS, UNKNOWN, WORDS, Health, state_of
from orchestrator.map_views.layering import Edge
from orchestrator.map_views.layout import BOX_WIDTH, Box, Layout, Line, laid_out, path_of
from orchestrator.map_views.parties import Party, parties_of
from orchestrator.map_views.svg_style import LAYERS, STATES, STYLE

Words = Callable[[str], str]
_NAME_CHARS: Final = 22
_OWNER_CHARS: Final = 27
_LABEL_CHARS: Final = 24
_LEGEND: Final = 30
TIMINGS: Final = {
    Timing.REAL_TIME: Sentence("real-time"),
    Timing.NEAR_REAL_TIME: Sentence("near-real-time"),
    Timing.EVENT_DRIVEN: Sentence("event-driven"),
    Timing.SCHEDULED: Sentence("scheduled"),
    Timing.ON_PUBLISH: Sentence("on-publish"),
    Timing.MANUAL: Sentence("manual"),
}
"""How often something moves -> what the title of its line calls it."""


class Page(NamedTuple):
    """The page that a drawing is a part of."""

    link: Callable[[str], str]
    """The id of a system or a flow -> where it is told of."""
    picked: str | None = None
    """The one that is told of now."""
    touched: Collection[str] = ()
    """What its failure touches; the rest is faint while something is picked."""
    words: Words = str
    """Says a text of ours in the reader's language."""


def svg_of(map: IntegrationMap, *, health: Health = UNKNOWN, page: Page | None = None) -> str:
    """Return the drawing; `health` colours the flows that are late or failed.

    As a part of a `page` that has the styles of `svg_style`, each box and each line is a link.
    """
    parties = parties_of(map)
    # What feeds packets is what people follow, so those lines point to the right first.
    edges = [Edge(f.id, f.source, f.destination, 2 if f.feeds else 1) for f in map.flows.values()]
    layout = laid_out([party.id for party in parties], edges)
    by_id = {party.id: party for party in parties}
    width, height = round(layout.width), round(layout.height + _LEGEND)
    words = page.words if page else str
    said = Sentence(
        "Integration map: {systems} systems and {flows} flows between them",
        systems=len(map.systems),
        flows=len(map.flows),
    )
    picked = " has-picked" if page and page.picked else ""
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map-drawing{picked}" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="{"group" if page else "img"}" '
        f'aria-label="{escape(words(said))}">'
    )
    styles = "" if page else f"<style>{STYLE}</style>"
    return "".join(
        (
            opening,
            f"{styles}<defs>{''.join(_heads())}</defs>",
            *(
                _linked(line.id, _line(line, map.flows[line.id], map, health, words), page)
                for line in layout.lines
            ),
            *(
                _linked(box.id, _box(box, by_id[box.id], words), page if box.id in map.systems else None)
                for box in layout.boxes
            ),
            *(_label(line, map.flows[line.id], health) for line in layout.lines),
            _legend(parties, layout, health, words),
            "</svg>\n",
        )
    )


def _linked(id: str, drawn: str, page: Page | None) -> str:
    if page is None:
        return drawn
    said = ""
    if id == page.picked:
        said = ' class="picked" aria-current="true"'
    elif id in page.touched:
        said = ' class="touched"'
    return f'<a href="{escape(page.link(id))}"{said}>{drawn}</a>'


def _heads() -> list[str]:
    """Return an arrow head for each state; a marker takes no colour from its line."""
    return [
        f'<marker id="map-head-{state}" viewBox="0 0 10 10" refX="9.5" refY="5" markerWidth="9" '
        f'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto-start-reverse">'
        f'<path class="map-head {state}" d="M0 1L10 5L0 9z"/></marker>'
        for state in STATES
    ]


def _line(line: Line, flow: Flow, map: IntegrationMap, health: Health, words: Words) -> str:
    state = state_of(health, flow.id)
    head = f"url(#map-head-{state})"
    at_start, at_end = flow.is_two_way or line.is_reversed, flow.is_two_way or not line.is_reversed
    heads = (f' marker-start="{head}"' if at_start else "") + (f' marker-end="{head}"' if at_end else "")
    kind = " manual" if flow.is_manual else ""
    ends = {"source": map.name_of(flow.source), "destination": map.name_of(flow.destination)}
    way = (
        Sentence("{source} to {destination}, both ways", **ends)
        if flow.is_two_way
        else Sentence("{source} to {destination}", **ends)
    )
    said = (
        f"{flow.name}: {words(way)}, {words(TIMINGS[flow.timing])}: {', '.join(flow.data)}"
        f"{'; ' + words(WORDS[state]) if state in WORDS else ''}"
    )
    return (
        f'<path class="map-flow {state}{kind}" d="{path_of(line)}"{heads}>'
        f"<title>{escape(said)}</title></path>"
    )


def _label(line: Line, flow: Flow, health: Health) -> str:
    state = state_of(health, flow.id)
    x, y = line.points[0]
    return (
        f'<text class="map-label {state}" x="{x + 14:.1f}" y="{y - 6:.1f}">'
        f"{SIGNS.get(state, '')}{escape(_short(flow.name, _LABEL_CHARS))}</text>"
    )


def _box(box: Box, party: Party, words: Words) -> str:
    middle = box.y + box.height / 2
    name_y = middle - 3 if party.owner else middle + 5
    owner = (
        f'<text class="map-owner" x="{box.x + 16:.1f}" y="{middle + 14:.1f}">'
        f"{escape(_short(party.owner, _OWNER_CHARS))}</text>"
        if party.owner
        else ""
    )
    layer = party.layer
    return (
        f"<g><title>{escape(party.name)} ({escape(words(LAYERS[layer]))})</title>"
        f'<rect class="map-box {layer}" x="{box.x:.1f}" y="{box.y:.1f}" width="{BOX_WIDTH}" '
        f'height="{box.height:.1f}" rx="7"/>'
        f'<rect class="map-bar {layer}" x="{box.x + 5:.1f}" y="{box.y + 6:.1f}" width="4" '
        f'height="{box.height - 12:.1f}" rx="2"/>'
        f'<text x="{box.x + 16:.1f}" y="{name_y:.1f}">{escape(_short(party.name, _NAME_CHARS))}</text>'
        f"{owner}</g>"
    )


def _legend(parties: list[Party], layout: Layout, health: Health, words: Words) -> str:
    used = [layer for layer in LAYERS if any(party.layer == layer for party in parties)]
    drawn = []
    x, y = 14.0, layout.height + _LEGEND / 2 - 4
    for layer in used:
        extra = ' stroke-dasharray="3 2"' if layer == "outside" else ""
        mark = "map-box outside" if layer == "outside" else f"map-bar {layer}"
        drawn.append(f'<rect class="{mark}" x="{x:.1f}" y="{y:.1f}" width="11" height="11" rx="2"{extra}/>')
        name = words(LAYERS[layer])
        drawn.append(f'<text class="map-owner" x="{x + 17:.1f}" y="{y + 10:.1f}">{escape(name)}</text>')
        x += 17 + 7 * len(name) + 18
    # A line says what its colour means only where flows are watched.
    for state, sign in SIGNS.items() if health else ():
        said = f"{sign}{escape(words(WORDS[state]))}"
        drawn.append(f'<text class="map-label {state}" x="{x:.1f}" y="{y + 10:.1f}">{said}</text>')
        x += 7 * len(said) + 18
    return "".join(drawn)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
