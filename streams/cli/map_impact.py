"""What stops when something fails, as `handoff map impact` tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from orchestrator.domain.integration_map.impact import Impact
from orchestrator.domain.integration_map.model import Flow, IntegrationMap
from streams.cli.output import emit, out
from streams.cli.page import Page

OpenNow = Mapping[tuple[str, str], int]
"""(Kind, receiving team) -> how many handoffs are open."""


def show(
    impact: Impact, map: IntegrationMap, open_now: OpenNow | None, why_not: str | None, *, as_json: bool
) -> None:
    """Print an impact; `open_now` is None when no ledger was asked, and `why_not` says why."""
    affected = impact.open_now(open_now) if open_now is not None else None
    if as_json:
        told = None
        if affected is not None:
            rows = [{"kind": kind, "team": team, "open": n} for (kind, team), n in sorted(affected.items())]
            told = {"total": sum(affected.values()), "handoffs": rows}
        emit(impact.model_dump(mode="json") | {"open_now": told, "open_now_unknown": why_not})
        return
    page = Page(out())
    page.heading(f"{impact.name} ({impact.id}), a {impact.what}, when it fails")
    page.row("stops", "; ".join(_flow(flow, map) for flow in impact.flows) or "no flow")
    page.row("less data", _listed(map.name_of(each) for each in impact.poorer))
    page.row("teams", _listed(impact.teams))
    page.row("kinds", _listed(impact.kinds))
    page.row("fields", _listed(field.name for field in impact.fields))
    if still := [
        f"{field.name} from {', '.join(field.still_from)}" for field in impact.fields if field.still_from
    ]:
        page.row("still", _listed(still))
    page.row("open now", _open(affected, why_not))
    _work(page, impact)
    _instead(page, impact)
    page.blank()
    page.heading("call")
    for contact in impact.contacts:
        where = f" ({contact.owner.contact})" if contact.owner.contact else ""
        page.row("", f"{contact.owner.name}{where}: {'; '.join(contact.reasons)}")


def _work(page: Page, impact: Impact) -> None:
    page.blank()
    page.heading("work that stands on it")
    if not impact.workflows:
        page.row("", "none that the map knows of")
    for hit in impact.workflows:
        page.row(hit.workflow.priority.value, f"{hit.workflow.name}: {hit.workflow.impact}")
        if hit.workflow.workaround:
            page.row("", f"meanwhile: {hit.workflow.workaround}")


def _instead(page: Page, impact: Impact) -> None:
    told = [flow for flow in impact.flows if flow.fallback]
    if told:
        page.blank()
        page.heading("what a person does without it")
    for flow in told:
        page.row("", f"{flow.name}: {flow.fallback}")


def _open(affected: OpenNow | None, why_not: str | None) -> str:
    if affected is None:
        return f"not known: {why_not}"
    total = sum(affected.values())
    if not total:
        return "no handoff"
    most = sorted(affected.items(), key=lambda each: (-each[1], each[0]))
    rows = ", ".join(f"{count} {kind} to {team}" for (kind, team), count in most)
    return f"{total} {'handoff' if total == 1 else 'handoffs'}: {rows}"


def _flow(flow: Flow, map: IntegrationMap) -> str:
    arrow = "<->" if flow.is_two_way else "->"
    return f"{flow.name} ({map.name_of(flow.source)} {arrow} {map.name_of(flow.destination)})"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
