"""The JSON Schema of integration_map.yaml, for editors: it explains and completes while one writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from handoff_templates.folder import HOME
from handoff_templates.map_forms import MapForm

FILE: Final = "integration_map.schema.json"
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def rendered() -> str:
    """Return the schema as its file has it."""
    schema = {"$schema": _DIALECT, **MapForm.model_json_schema(), "title": "Integration map"}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path = HOME) -> Path:
    """Write the schema into a folder of templates, and return its path."""
    path = folder / FILE
    path.write_text(rendered(), encoding="utf-8")
    return path


def is_current(folder: Path = HOME) -> bool:
    """Whether the folder's schema is what the code says."""
    path = folder / FILE
    return path.is_file() and path.read_text(encoding="utf-8") == rendered()
