"""The teams of a log: ids for topics and events, and the templates that know them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import handoff_templates

KIND: Final = "team-to-team"
"""The packaged kind that all handoffs of the log are of."""
_NOT_PLAIN: Final = re.compile(r"[^a-z0-9]+")


def team_ids(names: Iterable[str]) -> dict[str, str]:
    """Return name -> id: `V5 3rd` is `v5-3rd`; a second name with the same id gets a number."""
    ids: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(set(names)):
        plain = _NOT_PLAIN.sub("-", name.lower()).strip("-") or "team"
        number, id = 1, plain
        while id in taken:
            number += 1
            id = f"{plain}-{number}"
        taken.add(id)
        ids[name] = id
    return ids


def write_templates(folder: Path, names: Iterable[str]) -> None:
    """Write a set of templates into `folder`: these teams, and the packaged kind from team to team."""
    packaged = Path(handoff_templates.__file__).parent
    shutil.copytree(packaged / KIND, folder / KIND, dirs_exist_ok=True)
    # JSON strings are YAML strings, whatever is in them.
    teams = (f"{json.dumps(id)}: {{name: {json.dumps(name)}}}\n" for name, id in team_ids(names).items())
    (folder / "teams.yaml").write_text("".join(teams), encoding="utf-8")
