"""The packaged templates for teams that never close, as a folder: figures must not depend on the weekday."""

from __future__ import annotations

import shutil
from pathlib import Path

import handoff_templates

_PACKAGE = Path(handoff_templates.__file__).parent
_CALENDAR = "  calendar:"


def always_open(folder: Path) -> Path:
    """Write the templates to `folder`, unless they are there, and return it."""
    if folder.exists():
        return folder
    shutil.copytree(_PACKAGE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    teams = folder / "teams.yaml"
    lines = teams.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(_CALENDAR)]
    assert len(kept) < len(lines), f"no team in {teams} names its calendar as {_CALENDAR!r}"
    teams.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return folder
