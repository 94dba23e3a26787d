"""What to look at when a map is reviewed: all that is not an error of its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from orchestrator.domain.integration_map.duplicates import duplicates
from orchestrator.domain.integration_map.findings import Finding, Sighting
from orchestrator.domain.integration_map.model import IntegrationMap
from orchestrator.domain.integration_map.ownership import unowned, unreviewed
from orchestrator.domain.integration_map.rings import ring_at_once
from orchestrator.domain.integration_map.undocumented import disagreements, unseen_by_the_map
from orchestrator.domain.integration_map.weak_points import cut_off_without, shared_by_urgent
from orchestrator.domain.integration_map.words import Urgency
from orchestrator.domain.sentence import Sentence, listed

_NAMED: Final = 3
"""More are only counted."""


def findings(map: IntegrationMap, *, today: date, seen: Iterable[Sighting] = ()) -> list[Finding]:
    """Return everything that a review should look at, warnings first.

    `seen` is what was found moving: on topics, and in the ledger.
    """
    found = [
        *unowned(map),
        *unreviewed(map, today=today),
        *unseen_by_the_map(map, seen),
        *_unprotected(map),
        *_echoes(map),
        *_single_points(map),
        *duplicates(map),
        *_by_hand(map),
        *_untied(map),
        *disagreements(map),
    ]
    return sorted(found, key=lambda finding: finding.weight == "remark")


def _unprotected(map: IntegrationMap) -> Iterator[Finding]:
    for flow in map.flows.values():
        where = ("flows", flow.id)
        if flow.feeds and flow.fallback is None:
            yield Finding(
                "unprotected",
                where,
                Sentence(
                    "{flow} feeds packets and has no fallback (fields: {count}); "
                    "write what an agent does without it",
                    flow=flow.name,
                    count=len(flow.feeds),
                ),
            )
        if flow.feeds and flow.error_after is None:
            yield Finding(
                "unprotected",
                where,
                Sentence(
                    "{flow} feeds packets and has no 'error_after', so its silence is never noticed; "
                    "write after how long its data no longer counts",
                    flow=flow.name,
                ),
            )
    for workflow in map.workflows.values():
        if workflow.workaround is None and workflow.priority in (Urgency.CRITICAL, Urgency.HIGH):
            yield Finding(
                "unprotected",
                ("workflows", workflow.id),
                Sentence(
                    "{workflow} is {priority} and has no workaround; write how people work without it",
                    workflow=workflow.name,
                    priority=Sentence(workflow.priority.value),
                ),
            )


def _echoes(map: IntegrationMap) -> Iterator[Finding]:
    ring = ring_at_once(map)
    if ring:
        way = " -> ".join([*(flow.source for flow in ring), ring[-1].destination])
        yield Finding(
            "echo",
            ("flows", ring[0].id),
            Sentence(
                "what {flow} brings may come back as its own echo: {way}; make one of them "
                "two-way with a reason, or see that each side knows its own changes",
                flow=ring[0].name,
                way=way,
            ),
        )


def _single_points(map: IntegrationMap) -> Iterator[Finding]:
    cut_off, shared = cut_off_without(map), shared_by_urgent(map)
    for id, system in map.systems.items():
        reasons: list[str] = []
        if id in shared:
            names = ", ".join(workflow.name for workflow in shared[id])
            count = len(shared[id])
            reasons.append(
                Sentence("{count} urgent workflows stand on it ({names})", count=count, names=names)
            )
        if id in cut_off:
            lost = [map.name_of(each) for each in cut_off[id]]
            said = ", ".join(lost) if len(lost) <= _NAMED else Sentence("{count} systems", count=len(lost))
            reasons.append(Sentence("{systems} would be cut off without it", systems=said))
        if reasons:
            yield Finding(
                "single-point-of-failure",
                ("systems", id),
                Sentence(
                    "{system}: {reasons}; rehearse the workarounds, and review each change "
                    "of it with those who stand on it",
                    system=system.name,
                    reasons=listed(reasons),
                ),
            )


def _by_hand(map: IntegrationMap) -> Iterator[Finding]:
    for flow in map.flows.values():
        if flow.is_manual:
            yield Finding(
                "by-hand",
                ("flows", flow.id),
                Sentence(
                    "{flow} is carried by hand from {source} to {destination}; "
                    "it is the first to break when something changes: connect the two, or drop it",
                    flow=flow.name,
                    source=flow.source,
                    destination=flow.destination,
                ),
            )


def _untied(map: IntegrationMap) -> Iterator[Finding]:
    tied = {flow for workflow in map.workflows.values() for flow in workflow.flows}
    for flow in map.flows.values():
        if flow.id not in tied:
            yield Finding(
                "untied",
                ("flows", flow.id),
                Sentence(
                    "no workflow stands on {flow}; add it to the 'flows' of the work that needs it, "
                    "or retire it",
                    flow=flow.name,
                ),
            )
