"""What ops has to look at: what nobody owns, what nobody has read lately, what everything stands on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orchestrator.board.ops.source import OnDisk
from orchestrator.domain.integration_map.findings import Finding


@dataclass(frozen=True, slots=True)
class Line:
    """A finding with its place."""

    finding: Finding
    place: str
    """`file:line`; empty where it is not known."""
    about: str | None
    """The system or the flow that it is about; None: neither."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Findings by what they ask of ops."""

    unowned: list[Line]
    unreviewed: list[Line]
    single_points: list[Line]
    others: list[Line]


def lists(findings: Iterable[Finding], on_disk: OnDisk) -> Lists:
    """Sort findings into the lists of the page."""
    found = Lists([], [], [], [])
    into = {
        "unowned": found.unowned,
        "unreviewed": found.unreviewed,
        "single-point-of-failure": found.single_points,
    }
    for finding in findings:
        about = finding.where[1] if finding.where[0] in ("systems", "flows") else None
        line = Line(finding, on_disk.place(finding.where), about)
        into.get(finding.code, found.others).append(line)
    return found
