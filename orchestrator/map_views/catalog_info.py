"""The map as entities of a Backstage catalogue: `catalog-info.yaml`.

Backstage derives its relations from these words: `owner` becomes ownedBy, `dependsOn` dependsOn,
`consumesApis` and `providesApis` what they say.
"""

from __future__ import annotations

from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML

from orchestrator.domain.integration_map.model import Flow, IntegrationMap, System, Workflow

_API_VERSION: Final = "backstage.io/v1alpha1"
_STACK: Final = "support-stack"
_LIFECYCLE: Final = "production"


def catalog_info_of(map: IntegrationMap) -> str:
    """Return one YAML document an entity: owners, the stack, its systems, flows and workflows.

    Owners are groups, systems and workflows components, and flows are APIs: who sends provides them, who
    receives consumes them, and so does a workflow that stands on them.
    """
    entities = [
        *(_group(owner.id, owner.name, owner.contact) for owner in map.owners.values()),
        *([_stack(map)] if map.systems else []),
        *(_resource(id, name, map) for id, name in map.outside.items() if map.systems),
        *(_system(system, map) for system in map.systems.values()),
        *(_flow(flow, map) for flow in map.flows.values()),
        *(_workflow(workflow, map) for workflow in map.workflows.values()),
    ]
    yaml = YAML(typ="rt")
    yaml.explicit_start = True
    yaml.default_flow_style = False
    yaml.width = 100
    out = StringIO()
    yaml.dump_all(entities, out)
    return out.getvalue()


def _entity(
    kind: str, name: str, title: str, description: str | None, spec: dict[str, Any]
) -> dict[str, Any]:
    metadata = {"name": name, "title": title}
    if description:
        metadata["description"] = description
    kept = {key: value for key, value in spec.items() if value not in (None, [], "")}
    return {"apiVersion": _API_VERSION, "kind": kind, "metadata": metadata, "spec": kept}


def _group(id: str, name: str, contact: str | None) -> dict[str, Any]:
    profile: dict[str, Any] = {"displayName": name}
    if contact is not None and "@" in contact and " " not in contact:
        profile["email"] = contact
    group = _entity("Group", id, name, contact, {"type": "team", "profile": profile})
    # Backstage asks for this key also where there are none.
    group["spec"]["children"] = []
    return group


def _stack(map: IntegrationMap) -> dict[str, Any]:
    owner = next(iter(map.systems.values())).owner
    return _entity("System", _STACK, "Support stack", None, {"owner": f"group:{owner}"})


def _resource(id: str, name: str, map: IntegrationMap) -> dict[str, Any]:
    neighbour = next(
        (s for s in map.systems.values() if id in (*s.upstream, *s.downstream)),
        next(iter(map.systems.values())),
    )
    return _entity(
        "Resource", id, name, "outside the map", {"type": "outside", "owner": f"group:{neighbour.owner}"}
    )


def _system(system: System, map: IntegrationMap) -> dict[str, Any]:
    sent = [f for f in map.flows.values() if f.source == system.id or (f.is_two_way and system.id in f.ends)]
    received = [
        f for f in map.flows.values() if f.destination == system.id or (f.is_two_way and system.id in f.ends)
    ]
    spec = {
        "type": system.layer.value,
        "lifecycle": _LIFECYCLE,
        "owner": f"group:{system.owner}",
        "system": _STACK,
        "dependsOn": [_reference(each, map) for each in system.upstream],
        "providesApis": [flow.id for flow in sent],
        "consumesApis": [flow.id for flow in received],
    }
    return _entity("Component", system.id, system.name, system.purpose, spec)


def _flow(flow: Flow, map: IntegrationMap) -> dict[str, Any]:
    connection = map.connection_of(flow)
    source = map.systems.get(flow.source) or map.systems.get(flow.destination)
    owner = connection.technical_owner if connection else source.owner if source else ""
    declared = "\n".join(f"{field}: {type}" for field, type in flow.fields.items())
    spec = {
        "type": flow.via.value if flow.via else flow.timing.value,
        "lifecycle": _LIFECYCLE,
        "owner": f"group:{owner}",
        "system": _STACK,
        "definition": declared or "\n".join(flow.data),
    }
    arrow = "<->" if flow.is_two_way else "->"
    where = f"{map.name_of(flow.source)} {arrow} {map.name_of(flow.destination)}: {', '.join(flow.data)}"
    return _entity("API", flow.id, flow.name, where, spec)


def _workflow(workflow: Workflow, map: IntegrationMap) -> dict[str, Any]:
    spec = {
        "type": "workflow",
        "lifecycle": _LIFECYCLE,
        "owner": f"group:{workflow.owner}",
        "system": _STACK,
        "dependsOn": [_reference(each, map) for each in workflow.systems],
        "consumesApis": list(workflow.flows),
    }
    entity = _entity("Component", f"workflow-{workflow.id}"[:63], workflow.name, workflow.impact, spec)
    entity["metadata"]["labels"] = {"priority": workflow.priority.value}
    return entity


def _reference(id: str, map: IntegrationMap) -> str:
    return f"{'component' if id in map.systems else 'resource'}:{id}"
