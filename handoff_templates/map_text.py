"""Reads an integration map on its own: one of another time, or of another folder."""

from __future__ import annotations

from pathlib import Path

from handoff_templates.map_file import FILE, read_map
from handoff_templates.map_names import Around
from handoff_templates.problems import Problems, TemplatesInvalid
from handoff_templates.yaml_source import read
from orchestrator.domain.context.subjects import FieldSpec
from orchestrator.domain.integration_map.model import IntegrationMap


def map_of_text(text: str, own_fields: dict[str, FieldSpec]) -> IntegrationMap:
    """Return the map that `text` writes; teams and kinds are those of its own time, and are not checked.

    Raises:
        TemplatesInvalid: something is wrong with it; it lists everything that is.
    """
    problems = Problems()
    document = read(text, FILE, problems)
    found = IntegrationMap()
    if document is not None:
        found = read_map(document, Around(None, None, own_fields), problems)
    if problems.count:
        raise TemplatesInvalid(problems.sorted())
    return found


def map_of_folder(folder: Path, own_fields: dict[str, FieldSpec]) -> IntegrationMap:
    """Return the map of a folder of templates, and nothing else of it; empty where it has none.

    Raises:
        TemplatesInvalid: something is wrong with the map.
        OSError: it cannot be read.
    """
    path = folder / FILE
    return map_of_text(path.read_text(encoding="utf-8"), own_fields) if path.exists() else IntegrationMap()
