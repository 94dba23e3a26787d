"""The map of a folder of templates, with the folder."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from handoff_templates import load
from handoff_templates.folder import HOME
from handoff_templates.map_file import FILE
from orchestrator.domain.context.subjects import FieldSpec
from orchestrator.domain.integration_map.model import IntegrationMap
from streams.cli.errors import BadInput
from streams.cli.places import read


class Drawn(NamedTuple):
    """A map, and where it stands."""

    folder: Path
    map: IntegrationMap
    own_fields: dict[str, FieldSpec]
    """The fields that the folder adds to those that everyone knows."""


def drawn(folder: Path | None, *, is_empty_allowed: bool = False) -> Drawn:
    """Return the map of a folder, or of the one that the settings name.

    Raises:
        TemplatesInvalid: something in the folder is wrong; it lists everything that is.
        BadInput: there is no map.
    """
    chosen = folder or read().templates
    rules = load(chosen).rules
    if not rules.integration_map and not is_empty_allowed:
        raise BadInput(
            f"{chosen or HOME} has no {FILE}, or an empty one; copy that of the package and change it"
        )
    return Drawn(chosen or HOME, rules.integration_map, rules.context.own_fields)
