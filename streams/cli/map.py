"""`handoff map`: what connects to what, what stands on it, and what stops when a part of it fails."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.text import Text

from handoff_templates import map_schema
from handoff_templates.folder import HOME
from handoff_templates.problems import suggestion
from orchestrator.domain.integration_map.checks import findings
from orchestrator.domain.integration_map.diff import changes
from orchestrator.domain.integration_map.impact import impact_of
from orchestrator.domain.integration_map.model import IntegrationMap
from orchestrator.map_views.catalog_info import catalog_info_of
from orchestrator.map_views.dot import dot_of
from orchestrator.map_views.mermaid import mermaid_of
from orchestrator.map_views.page import html_of
from orchestrator.map_views.svg import svg_of
from orchestrator.wall_clock import SystemClock
from streams.cli import map_impact, map_live, map_past, map_review
from streams.cli.errors import BadInput, WrongUsage
from streams.cli.map_folder import drawn
from streams.cli.map_health import health
from streams.cli.output import Json, emit, note, out

app = typer.Typer(
    help="Read, check and draw the map of systems, and ask what stops when one fails.", no_args_is_help=True
)
app.command()(health)

Templates = Annotated[
    Path | None,
    typer.Option(
        "--templates",
        help="A folder of templates; without it, the one that the settings name.",
        metavar="DIR",
    ),
]
_STDOUT: Final = "-"


class Format(StrEnum):
    """What a map can be drawn as."""

    MERMAID = "mermaid"
    DOT = "dot"
    SVG = "svg"
    HTML = "html"
    CATALOG_INFO = "catalog-info"


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of templates; without it, the one that the settings name.")
    ] = None,
    today: Annotated[
        str | None,
        typer.Option(help="The day for which reviews are counted; without it, today.", metavar="DATE"),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when there is a warning.")] = False,
    as_json: Json = False,
) -> None:
    """Find what is wrong with the map, and what a review should look at: unowned, unreviewed, undocumented.

    Flows that nobody documented are looked for where a database or a broker answers.
    """
    map = drawn(folder)
    seen, unseen = map_live.sightings()
    found = findings(map.map, today=_day(today), seen=seen)
    map_review.show(found, map, unseen, as_json=as_json)
    warnings = [finding for finding in found if finding.weight == "warning"]
    if strict and warnings:
        raise BadInput(f"{len(warnings)} of what was found are warnings, and --strict was given")


@app.command()
def impact(
    name: Annotated[str, typer.Argument(help="The id of a system or of a flow.", metavar="SYSTEM|FLOW")],
    templates: Templates = None,
    as_json: Json = False,
) -> None:
    """Show what stops when a system or flow fails: work, teams, fields; what to do, and whom to call."""
    map = drawn(templates).map
    if name not in map.systems and name not in map.flows:
        known = (*map.systems, *map.flows)
        raise BadInput(f"the map has no system and no flow {name!r}; {suggestion(name, known)}")
    found = impact_of(map, name)
    open_now, why_not = map_live.open_handoffs()
    map_impact.show(found, map, open_now, why_not, as_json=as_json)


@app.command()
def diff(
    other: Annotated[
        str, typer.Argument(help="A revision of git, or another folder of templates.", metavar="REV|DIR")
    ],
    templates: Templates = None,
    as_json: Json = False,
) -> None:
    """Show what changed since another revision, in words for a review, and which workflows that touches."""
    now = drawn(templates, is_empty_allowed=True)
    found = changes(map_past.map_at(other, now), now.map)
    if as_json:
        emit({"changes": [change._asdict() | {"text": str(change)} for change in found]})
        return
    console = out()
    if not found:
        console.print("the map says what it said then")
    for change in found:
        console.print(Text(str(change)))
        if change.touches:
            names = [w.name if (w := now.map.workflows.get(id)) else id for id in change.touches]
            console.print(Text(f"  touches {', '.join(names)}", style="dim"))


@app.command()
def render(
    format: Annotated[Format, typer.Option(help="As what.")] = Format.MERMAID,
    to: Annotated[
        str, typer.Option("-o", "--output", help="The file to write; - is stdout.", metavar="FILE")
    ] = _STDOUT,
    live: Annotated[
        bool, typer.Option("--live", help="Mark flows that are late or failed, as the ledger knows them.")
    ] = False,
    templates: Templates = None,
) -> None:
    """Draw the map: for a wiki, for Graphviz, as a picture, as a page, or for a Backstage catalogue."""
    map = drawn(templates).map
    states = map_live.health() if live else {}
    text = _rendered(map, format, states)
    if to == _STDOUT:
        typer.echo(text, nl=False)
        return
    try:
        Path(to).write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"cannot write {to}: {error.strerror}") from None
    note(f"wrote {to}")


@app.command()
def schema(
    folder: Annotated[
        Path, typer.Option("--in", help="The folder of templates that it is for.", file_okay=False)
    ] = HOME,
    is_check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 when the file is not as it should be.")
    ] = False,
) -> None:
    """Write the JSON Schema by which editors explain and complete integration_map.yaml, or check it."""
    if not is_check:
        note(f"wrote {map_schema.write(folder)}")
    elif not map_schema.is_current(folder):
        raise BadInput(f"{folder / map_schema.FILE} is not as the code says; run `handoff map schema`")


def _rendered(map: IntegrationMap, format: Format, states: dict[str, str]) -> str:
    match format:
        case Format.MERMAID:
            return mermaid_of(map, health=states)
        case Format.DOT:
            return dot_of(map, health=states)
        case Format.SVG:
            return svg_of(map, health=states)
        case Format.HTML:
            found = findings(map, today=_day(None))
            return html_of(map, health=states, findings=found)
        case Format.CATALOG_INFO:
            return catalog_info_of(map)


def _day(text: str | None) -> date:
    if text is None:
        return SystemClock().now().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUsage(f"--today {text!r} is not a date, such as 2026-03-31") from None
