"""The OpenAPI document says what the table of addresses says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from openapi_spec_validator.schemas import schema_v31

from orchestrator.board.api.endpoint import ROOT
from orchestrator.board.api.endpoints import ENDPOINTS
from orchestrator.board.api.pages import openapi, routes
from orchestrator.board.doing import ACTIONS
from streams.documents import openapi as openapi_file

REPOSITORY = Path(__file__).parents[4]


def test_the_committed_document_is_up_to_date() -> None:
    assert openapi_file.check(REPOSITORY) == [], "run `handoff openapi`"


def test_drift_is_named(tmp_path: Path) -> None:
    assert openapi_file.check(tmp_path) == ["openapi.yaml: missing"]
    openapi_file.write(tmp_path)
    assert openapi_file.check(tmp_path) == []
    with (tmp_path / "openapi.yaml").open("a") as file:
        file.write("x: 1\n")
    assert openapi_file.check(tmp_path) == ["openapi.yaml: out of date"]


def test_the_document_has_the_shape_of_openapi_3_1() -> None:
    jsonschema.Draft202012Validator(dict(schema_v31)).validate(openapi())


def test_every_address_that_is_served_is_in_it_and_no_other() -> None:
    served = {
        (method, re.sub(r":\w+}", "}", route.path.removeprefix(ROOT)))  # type: ignore[attr-defined]
        for route in routes
        for method in route.methods - {"HEAD"}  # type: ignore[attr-defined]
    }
    told = {
        (method.upper(), path) for path, operations in openapi()["paths"].items() for method in operations
    }
    assert told == served - {("GET", "/openapi.json")}
    assert len(told) == len(ENDPOINTS)


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_every_action_needs_a_key_and_says_its_body(action: str) -> None:
    operation = openapi()["paths"][f"/handoffs/{{id}}/{action}"]["post"]
    [key] = [each for each in operation["parameters"] if each["in"] == "header"]
    assert (key["name"], key["required"]) == ("Idempotency-Key", True)
    assert operation["requestBody"]["content"].keys() == {"application/json"}
    assert operation["responses"].keys() >= {"200", "400", "403", "404", "409", "415", "422", "429", "503"}


def test_everything_that_is_named_is_there_and_nothing_else() -> None:
    document = openapi()
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert named == document["components"]["schemas"].keys()
    assert all(operation["summary"] for path in document["paths"].values() for operation in path.values())


def test_lists_say_where_they_go_on() -> None:
    for path in ("/handoffs", "/queues/{team}", "/breaches", "/reports/cases", "/handoffs/{id}/journal"):
        operation = openapi()["paths"][path]["get"]
        assert "Link" in operation["responses"]["200"]["headers"]
        limit = next(each for each in operation["parameters"] if each["name"] == "limit")
        assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}
