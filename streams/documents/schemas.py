"""The JSON Schema of every type, generated from the models: `schemas/<type>/v<N>.json`.

The files are committed, so that others can read them, and so that a change of a model shows in review.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from orchestrator.domain.commands import COMMANDS, Reply
from orchestrator.domain.context.observation import TYPES, Observation
from orchestrator.domain.context.subjects import MANY, Subject
from orchestrator.domain.events import JOURNAL_ENTRIES
from orchestrator.domain.knowledge import PublishedArticle
from streams.documents.schema_changes import breaking_changes
from streams.messages.cloudevents import schema_uri

__all__ = ["breaking_changes", "check", "path_of", "schema_of", "write"]

FOLDER: Final = "schemas"
_IN: Final = (*COMMANDS, *TYPES, PublishedArticle.type)
_ALL: Final = (*_IN, *JOURNAL_ENTRIES)
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_NAMES_A_HANDOFF: Final = [
    {"required": ["handoff_id"], "properties": {"handoff_id": {"type": "string"}}},
    {
        "required": ["request_source", "request_id"],
        "properties": {
            "request_source": {"type": "string", "minLength": 1},
            "request_id": {"type": "string", "minLength": 1},
        },
    },
]
"""What a reply's own validator asks for, which its fields do not say."""
_NAMES_WHOM: Final = [
    {"required": ["account_id"], "properties": {"account_id": {"type": "string"}}},
    {"required": ["customer_id"], "properties": {"customer_id": {"type": "string"}}},
]
"""What an observation's own validator asks for."""
_SCALAR: Final = ["string", "number", "boolean", "null"]
_SCALARS: Final = {"type": [*_SCALAR, "array"], "items": {"type": _SCALAR}}


def schema_of(event_type: str) -> dict[str, Any]:
    """Return the JSON Schema of the data of a type; `KeyError` when nobody here knows it."""
    if event_type in TYPES:
        schema = _observation(TYPES[event_type])
    elif event_type == PublishedArticle.type:
        schema = PublishedArticle.model_json_schema(mode="validation")
    elif event_type in COMMANDS:
        model = COMMANDS[event_type]
        schema = model.model_json_schema(mode="validation")
        if issubclass(model, Reply):
            schema["anyOf"] = _NAMES_A_HANDOFF
    else:
        schema = JOURNAL_ENTRIES[event_type].model_json_schema(mode="serialization")
    return {"$schema": _DIALECT, "$id": schema_uri(event_type), **schema, "title": event_type}


def _observation(subject: Subject) -> dict[str, Any]:
    """Return what the model says, and what only its validators do."""
    schema = Observation.model_json_schema(mode="validation")
    schema["properties"]["subject"] = {"const": subject.value, "title": "Subject"}
    schema["required"].remove("subject")
    schema["required"] += ["item"] if subject in MANY else []
    schema["$defs"] = {"JsonValue": _SCALARS}
    schema["anyOf"] = _NAMES_WHOM
    return schema


def path_of(event_type: str) -> PurePosixPath:
    """Return where the schema of a type stands, from the root of the repository."""
    base, _, version = event_type.rpartition(".v")
    return PurePosixPath(FOLDER, base, f"v{version}.json")


def write(root: Path) -> None:
    """Write all schemas below `root`, and remove those of types that are gone."""
    wanted = _rendered()
    for path in _present(root) - wanted.keys():
        (root / path).unlink()
    for path, text in wanted.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def check(root: Path, *, against: str = "HEAD") -> list[str]:
    """Return a line for each file below `root` that is not what the models say, and for each breaking change.

    Changes are looked for since the commit `against`, where there is a git that answers.
    """
    wanted, present = _rendered(), _present(root)
    drift = [f"{path}: not generated from any type" for path in sorted(present - wanted.keys())]
    for path, text in wanted.items():
        if path not in present:
            drift.append(f"{path}: missing")
        elif (root / path).read_text(encoding="utf-8") != text:
            drift.append(f"{path}: out of date")
    return drift + list(_broken(root, against))


def _broken(root: Path, against: str) -> Iterator[str]:
    current = {path_of(name): name for name in _ALL}
    for path, old in _committed(root, against).items():
        name = current.get(path)
        if name is None:
            yield f"{path}: breaking: the type is gone"
            continue
        for change in breaking_changes(old, schema_of(name), incoming=name in _IN):
            yield f"{path}: breaking: {change}; make a new version"


def _rendered() -> dict[PurePosixPath, str]:
    return {path_of(name): json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n" for name in _ALL}


def _present(root: Path) -> set[PurePosixPath]:
    return {PurePosixPath(path.relative_to(root)) for path in (root / FOLDER).glob("*/*.json")}


def _committed(root: Path, commit: str) -> dict[PurePosixPath, dict[str, Any]]:
    listing = _git(root, "ls-tree", "-r", "--name-only", commit, f"{FOLDER}/") or ""
    found = {}
    for path in listing.splitlines():
        text = _git(root, "show", f"{commit}:./{path}")
        if text is not None:
            found[PurePosixPath(path)] = json.loads(text)
    return found


def _git(root: Path, *arguments: str) -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    done = subprocess.run(  # noqa: S603 - constant arguments, and paths that git itself listed
        [git, "-C", str(root), *arguments], capture_output=True, check=False, text=True, encoding="utf-8"
    )
    return done.stdout if done.returncode == 0 else None
