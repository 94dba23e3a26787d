"""Where the parts of integration_map.yaml stand, for those who speak of them."""

from __future__ import annotations

from pathlib import Path

from handoff_templates.folder import HOME
from handoff_templates.map_file import FILE
from handoff_templates.problems import Place, Problems
from handoff_templates.yaml_source import Value, read
from orchestrator.domain.integration_map.model import connection_id


def places_of(folder: Path | None = None) -> dict[tuple[str, ...], Place]:
    """Return the keys that lead to a part -> its place: `("flows", "account-data")`.

    Empty where there is no map, or none that can be read.
    """
    path = (folder or HOME) / FILE
    if not path.is_file():
        return {}
    document = read(path.read_text(encoding="utf-8"), FILE, Problems())
    places: dict[tuple[str, ...], Place] = {}
    for section, entry in document.data.items() if document and isinstance(document.data, dict) else ():
        places[(section,)] = entry.key
        match entry.value.data:
            case dict() as entries:
                places |= {(section, id): each.key for id, each in entries.items()}
            case list() as items:
                places |= {(section, id): item.place for item in items if (id := _connection_of(item))}
    return places


def _connection_of(item: Value) -> str | None:
    systems = (
        item.data["systems"].value.data if isinstance(item.data, dict) and "systems" in item.data else None
    )
    if not isinstance(systems, list) or len(systems) != 2:
        return None
    return connection_id(*(str(each.data) for each in systems))
