"""`openapi.yaml`: what the board offers to programs, from its table of addresses and their models."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from orchestrator.board.api.pages import openapi
from streams.documents.generated_yaml import drift, rendered

FILE: Final = "openapi.yaml"


def render() -> str:
    """Return the document as YAML."""
    return rendered(openapi(), "openapi")


def write(root: Path) -> None:
    """Write the document below `root`."""
    (root / FILE).write_text(render(), encoding="utf-8")


def check(root: Path) -> list[str]:
    """Return a line when the file below `root` is missing or is not what the code says."""
    return drift(root / FILE, render())
