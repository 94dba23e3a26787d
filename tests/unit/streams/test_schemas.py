"""The generated files are up to date, well formed, and say what the models say."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from orchestrator.domain.commands import COMMANDS, Accept, RequestHandoff
from orchestrator.domain.context.observation import TYPES
from orchestrator.domain.events import JOURNAL_ENTRIES, Accepted
from orchestrator.domain.knowledge import PublishedArticle
from streams.documents import asyncapi, schemas
from streams.documents.schema_changes import breaking_changes
from streams.topics.spec import Direction
from streams.topics.table import TABLE
from tests.builders import T0, a_large_request, a_request, an_actor, an_escalation

ROOT = Path(__file__).parents[3]


def test_the_committed_schemas_are_up_to_date_and_break_nothing() -> None:
    assert schemas.check(ROOT) == [], "run `handoff schemas`"


def test_the_committed_asyncapi_document_is_up_to_date() -> None:
    assert asyncapi.check(ROOT) == [], "run `handoff asyncapi`"


@pytest.mark.parametrize("name", [*COMMANDS, *JOURNAL_ENTRIES])
def test_every_type_has_a_well_formed_schema(name: str) -> None:
    schema = json.loads((ROOT / schemas.path_of(name)).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    base, _, version = name.rpartition(".v")
    assert schema["title"] == name
    assert schema["$id"] == f"urn:handoff-orchestrator:{base}:v{version}"
    assert schemas.path_of(name).as_posix() == f"schemas/{base}/v{version}.json"


def is_valid(name: str, data: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(schemas.schema_of(name)).is_valid(data))


def test_schemas_take_what_the_models_take() -> None:
    for request in (a_request(), a_large_request(1), an_escalation()):
        assert is_valid(request.type, request.model_dump(mode="json"))
        assert is_valid(request.type, request.model_dump(mode="json", exclude_unset=True))
    accepted = Accepted(
        handoff_id="9b2e4c1a-7f51-5d07-8f0b-0a6f5f5b2c11",
        case_id="case-1",
        version=1,
        at=T0,
        actor=an_actor(),
        sending_team="tier-1",
        receiving_team="tier-2",
    )
    assert is_valid(Accepted.type, json.loads(accepted.model_dump_json()))


def test_schemas_refuse_what_the_models_refuse() -> None:
    assert not is_valid(RequestHandoff.type, {**a_request().model_dump(mode="json"), "mode": "lukewarm"})
    actor = {"kind": "agent", "id": "bob"}
    assert is_valid(Accept.type, {"actor": actor, "request_source": "//chat", "request_id": "1"})
    assert not is_valid(Accept.type, {"actor": actor})
    assert not is_valid(Accept.type, {"actor": actor, "request_source": "//chat"})
    assert not is_valid(Accept.type, {"actor": actor, "handoff_id": None})


# Writing and checking


def test_what_is_written_is_in_order(tmp_path: Path) -> None:
    schemas.write(tmp_path)
    asyncapi.write(tmp_path)
    assert schemas.check(tmp_path) == []
    assert asyncapi.check(tmp_path) == []


def test_drift_is_named(tmp_path: Path) -> None:
    assert asyncapi.check(tmp_path) == ["asyncapi.yaml: missing"]
    asyncapi.write(tmp_path)
    with (tmp_path / "asyncapi.yaml").open("a") as file:
        file.write("#")
    assert asyncapi.check(tmp_path) == ["asyncapi.yaml: out of date"]

    schemas.write(tmp_path)
    first, second, *_ = (tmp_path / schemas.path_of(name) for name in COMMANDS)
    first.unlink()
    second.write_text("{}")
    stray = tmp_path / "schemas" / "support.gone" / "v1.json"
    stray.parent.mkdir()
    stray.write_text("{}")
    assert [line.rpartition(": ")[2] for line in schemas.check(tmp_path)] == [
        "not generated from any type",
        "missing",
        "out of date",
    ]
    schemas.write(tmp_path)
    assert schemas.check(tmp_path) == []


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_changes_that_break_the_last_commit_are_named(tmp_path: Path) -> None:
    schemas.write(tmp_path)
    path = tmp_path / schemas.path_of(Accept.type)
    older = json.loads(path.read_text())
    older["properties"]["mood"] = {"type": "string"}
    path.write_text(json.dumps(older))
    gone = tmp_path / "schemas" / "support.gone" / "v1.json"
    gone.parent.mkdir()
    gone.write_text("{}")
    who = ("-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q"), ("add", "."), (*who, "commit", "-q", "--no-verify", "-m", "x")):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True)

    schemas.write(tmp_path)

    assert schemas.check(tmp_path) == [
        "schemas/support.gone/v1.json: breaking: the type is gone",
        f"{schemas.path_of(Accept.type)}: breaking: data.mood: removed; make a new version",
    ]


# The document


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_the_asyncapi_document_is_whole() -> None:
    document = YAML(typ="safe").load((ROOT / "asyncapi.yaml").read_text(encoding="utf-8"))
    assert document == asyncapi.document()
    assert document["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= document["info"].keys()
    for reference in references(document):
        if reference.startswith("#/"):
            node = document
            for step in reference[2:].split("/"):
                node = node[step]
        else:
            assert (ROOT / reference).is_file(), reference

    shown = [row for row in TABLE if row.direction is not Direction.INTERNAL]
    assert [channel["address"] for channel in document["channels"].values()] == [row.name for row in shown]
    assert document["channels"]["packet"]["parameters"].keys() == {"team"}
    actions = [operation["action"] for operation in document["operations"].values()]
    assert actions == ["receive" if row.direction is Direction.IN else "send" for row in shown]
    coming = {*COMMANDS, *TYPES, PublishedArticle.type}
    leaving = {name for name, event in JOURNAL_ENTRIES.items() if event.stream is not None}
    assert document["components"]["messages"].keys() == coming | leaving | {"deadLetter"}
    for operation in document["operations"].values():
        channel = document["channels"][operation["channel"]["$ref"].rpartition("/")[2]]
        offered = {message["$ref"].rpartition("/")[2] for message in operation["messages"]}
        assert offered == channel["messages"].keys()


# Breaking changes


def an_object(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


TEXT = {"type": "string"}
MAYBE = {"anyOf": [TEXT, {"type": "null"}]}


@pytest.mark.parametrize(
    ("old", "new", "incoming", "outgoing"),
    [
        (TEXT, TEXT, None, None),
        (an_object(a=TEXT), an_object(), "data.a: removed", "data.a: removed"),
        (an_object(), an_object(a=TEXT), None, None),
        (an_object(a=TEXT), an_object(("a",), a=TEXT), "data.a: newly required", None),
        (an_object(), an_object(("a",), a=TEXT), "data.a: newly required", None),
        (an_object(("a",), a=TEXT), an_object(a=TEXT), None, "data.a: no longer always there"),
        (TEXT, {"type": "integer"}, "data: no longer takes string", "data: may now be integer"),
        (MAYBE, TEXT, "data: no longer takes null", None),
        (TEXT, MAYBE, None, "data: may now be null"),
        ({"type": "integer"}, {"type": "number"}, None, "data: may now be number"),
        ({"type": "number"}, {"type": "integer"}, "data: no longer takes number", None),
        (TEXT, {}, None, "data: may now be anything"),
        ({**TEXT, "enum": ["a", "b"]}, {**TEXT, "enum": ["a"]}, "data: no longer takes b", None),
        ({**TEXT, "enum": ["a"]}, {**TEXT, "enum": ["a", "b"]}, None, None),
        (TEXT, {**TEXT, "enum": ["a"]}, "data: takes only a now", None),
        ({**TEXT, "enum": ["a", "b"]}, {**TEXT, "const": "a"}, "data: no longer takes b", None),
        (TEXT, {**TEXT, "maxLength": 9}, "data: maxLength was unlimited and is 9", None),
        ({**TEXT, "maxLength": 9}, {**TEXT, "maxLength": 10}, None, None),
        ({**TEXT, "minLength": 1}, {**TEXT, "minLength": 2}, "data: minLength was 1 and is 2", None),
        (TEXT, {**TEXT, "pattern": "^a"}, "data: pattern was None and is ^a", None),
        (
            TEXT,
            {**TEXT, "format": "uuid"},
            "data: format was None and is uuid",
            "data: its format was None and is uuid",
        ),
        (
            {"type": "array", "items": MAYBE},
            {"type": "array", "items": TEXT},
            "data[]: no longer takes null",
            None,
        ),
        (
            {"type": "object", "additionalProperties": MAYBE},
            {"type": "object", "additionalProperties": TEXT},
            "data.*: no longer takes null",
            None,
        ),
        (
            {"type": "object", "patternProperties": {"a": TEXT}},
            {"type": "object", "patternProperties": {"b": TEXT}},
            "data: its keys must match b now",
            None,
        ),
        (
            {"$ref": "#/$defs/A", "$defs": {"A": an_object(a=TEXT)}},
            {"$ref": "#/$defs/B", "$defs": {"B": an_object()}},
            "data.a: removed",
            "data.a: removed",
        ),
    ],
)
def test_breaking_changes(old: Any, new: Any, incoming: str | None, outgoing: str | None) -> None:
    assert breaking_changes(old, new, incoming=True) == [line for line in (incoming,) if line]
    assert breaking_changes(old, new, incoming=False) == [line for line in (outgoing,) if line]


def test_unions_are_compared_option_by_option() -> None:
    short, long = {**TEXT, "maxLength": 5}, {**TEXT, "maxLength": 9}
    assert breaking_changes({"anyOf": [short, long]}, {"anyOf": [long, short]}, incoming=True) == []
    assert breaking_changes({"anyOf": [long]}, {"anyOf": [short]}, incoming=True) != []
