"""The map as one HTML page that needs nothing else: no network, no script; light or dark as one likes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orchestrator.domain.integration_map.findings import Finding
from orchestrator.domain.integration_map.impact import impact_of
from orchestrator.domain.integration_map.model import IntegrationMap
from orchestrator.domain.integration_map.sources import sources_of
from orchestrator.map_views.health import UNKNOWN, WORDS, Health, state_of
from orchestrator.map_views.spans import span_in_words
from orchestrator.map_views.svg import svg_of

_HOME: Final = Path(__file__).parent
_TEMPLATE: Final = "page.html.j2"


def html_of(map: IntegrationMap, *, health: Health = UNKNOWN, findings: Sequence[Finding] = ()) -> str:
    """Return the page: the drawing, what a review should look at, all tables, and what each failure stops."""
    return (
        _environment()
        .get_template(_TEMPLATE)
        .render(
            map=map,
            drawing=Markup(svg_of(map, health=health)),  # noqa: S704 - everything in it is escaped there
            findings=findings,
            health={flow: state_of(health, flow) for flow in map.flows},
            words=WORDS,
            impacts=[impact_of(map, id) for id in map.systems],
            fields=_fields(map),
        )
    )


class _Fields(NamedTuple):
    """Fields that have the owner and the flow in common."""

    owner: str | None
    flow: str | None
    names: tuple[str, ...]


def _fields(map: IntegrationMap) -> list[_Fields]:
    grouped: dict[tuple[str | None, str | None], list[str]] = {}
    for source in sources_of(map).values():
        grouped.setdefault((source.owner, source.flow), []).append(source.field)
    return [_Fields(owner, flow, tuple(names)) for (owner, flow), names in grouped.items()]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HOME),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["span"] = span_in_words
    return environment
