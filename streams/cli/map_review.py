"""What was found in a map, as `handoff map check` tells it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from handoff_templates.map_file import FILE
from handoff_templates.map_places import places_of
from handoff_templates.problems import Place
from orchestrator.domain.integration_map.findings import Finding
from streams.cli.map_folder import Drawn
from streams.cli.output import emit, note, out


def show(found: Sequence[Finding], drawn: Drawn, unasked: Sequence[str], *, as_json: bool) -> None:
    """Print each finding with its place, and what could not be looked for."""
    places = places_of(drawn.folder)
    if as_json:
        findings = [
            {"code": finding.code, "weight": finding.weight, "message": finding.message}
            | place_of(finding, places)._asdict()
            for finding in found
        ]
        emit({"findings": findings, "not_asked": list(unasked)})
        return
    console = out()
    map = drawn.map
    console.print(
        f"{len(map.systems)} systems, {len(map.flows)} flows, {len(map.workflows)} workflows and "
        f"{len(map.connections)} connections: no errors"
    )
    for finding in found:
        file, line, column = place_of(finding, places)
        is_warning = finding.weight == "warning"
        console.print(
            Text.assemble(
                (f"{file}:{line}:{column}: ", "dim"),
                (finding.code, "yellow" if is_warning else "cyan"),
                f": {finding.message}",
            )
        )
    warnings = sum(finding.weight == "warning" for finding in found)
    console.print(f"{warnings} to correct, {len(found) - warnings} to know")
    for line_of in unasked:
        note(line_of)


def place_of(finding: Finding, places: dict[tuple[str, ...], Place]) -> Place:
    """Return where a finding stands in the file, or where its section begins."""
    return places.get(finding.where) or places.get(finding.where[:1]) or Place(FILE)
