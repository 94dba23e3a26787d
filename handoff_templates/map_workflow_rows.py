"""Reads the workflows of integration_map.yaml."""

from __future__ import annotations

from collections.abc import Mapping

from handoff_templates.form import Form, name, sequence
from handoff_templates.map_forms import WorkflowForm, keys_of, required_of
from handoff_templates.map_names import Around, MapNames, require_id
from handoff_templates.problems import Problems
from handoff_templates.yaml_source import Entry
from orchestrator.domain.integration_map.model import Flow, Workflow
from orchestrator.domain.integration_map.words import Urgency

_URGENCIES = tuple(each.value for each in Urgency)


def read_workflows(
    entries: dict[str, Entry],
    names: MapNames,
    around: Around,
    flows: Mapping[str, Flow],
    problems: Problems,
) -> dict[str, Workflow]:
    """Return the workflows; `around` knows the teams and kinds that they name."""
    return {id: _workflow(id, entry, names, around, flows, problems) for id, entry in entries.items()}


def _workflow(
    id: str,
    entry: Entry,
    names: MapNames,
    around: Around,
    flows: Mapping[str, Flow],
    problems: Problems,
) -> Workflow:
    what = f"workflow {id!r}"
    require_id(id, "workflow", entry.key, problems)
    form = Form.open(entry.value, keys_of(WorkflowForm), what, problems)
    for key in required_of(WorkflowForm):
        form.required(key, what)
    workflow = Workflow(
        id=id,
        name=form.text("name") or id,
        systems=form.names("systems", "system", names.systems),
        flows=form.names("flows", "flow", names.flows),
        owner=form.name("owner", "owner", names.owners) or "",
        impact=form.text("impact") or "",
        workaround=form.text("workaround"),
        priority=Urgency(form.name("priority", "priority", _URGENCIES) or Urgency.LOW),
        teams=form.names("teams", "team", around.teams),
        kinds=form.names("kinds", "kind", around.kinds),
    )
    if form.value("systems") is not None and not workflow.systems:
        problems.add(form.at("systems"), f"{what} stands on no system; name at least one")
    _check_flows(workflow, form, flows, problems)
    return workflow


def _check_flows(workflow: Workflow, form: Form, flows: Mapping[str, Flow], problems: Problems) -> None:
    """Note each flow that has nothing to do with the systems of the workflow."""
    listed = form.value("flows")
    if listed is None or not workflow.systems:
        return
    # What is no list was noted when the names were read.
    for item in sequence(listed, "flows", Problems()):
        flow = flows.get(name(item, "flow", None, Problems()) or "")
        if flow is not None and not set(flow.ends) & set(workflow.systems):
            problems.add(
                item.place,
                f"flow {flow.id!r} goes from {flow.source!r} to {flow.destination!r}, neither of which is "
                f"among the 'systems' of {workflow.id!r}; add one of them there, or take the flow away",
            )
