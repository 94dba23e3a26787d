"""What the API answers is what its document says: every path of it is walked."""

from __future__ import annotations

from typing import Any

import httpx
import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.integration.api.conftest import ApiFloor

pytestmark = pytest.mark.postgres

FILLED = {"team": "billing", "/map/impact/{id}": "billing"}
BODIES: dict[str, dict[str, Any]] = {
    "decline": {"reason": {"text": "not ours"}},
    "return": {"reason": {"text": "not ours"}},
    "pause": {"reason": {"code": "waiting-for-customer"}},
    "tick": {"item": "no-promise-made"},
    "complete": {"disposition": "solved"},
    "ask": {"question": "Which card?"},
    "answer": {"answer": "The one that ends in 17."},
}


def validator(document: dict[str, Any], schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    whole = {**schema, "components": document["components"]}
    return jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def check(document: dict[str, Any], operation: dict[str, Any], answer: httpx.Response) -> None:
    """The answer is one that the operation says it has."""
    responses = operation["responses"]
    assert str(answer.status_code) in responses, answer.text
    said = responses[str(answer.status_code)]
    if "$ref" in said:
        said = document["components"]["responses"][said["$ref"].rpartition("/")[2]]
    media_type = answer.headers["content-type"].partition(";")[0]
    assert media_type in said["content"]
    validator(document, said["content"][media_type]["schema"]).validate(answer.json())


def test_the_document_is_openapi_3_1(floor: ApiFloor) -> None:
    document = floor.by("ops").get("/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_read_answers_as_the_document_says(floor: ApiFloor) -> None:
    client = floor.by("everybody")
    document = client.get("/openapi.json").json()
    walked = 0
    for path, method, operation in operations(document):
        if method != "get" or "text/event-stream" in operation["responses"]["200"]["content"]:
            continue
        id = FILLED.get(path) or str(floor.world.id("ada-refund"))
        answer = client.get(path.format(id=id, team="billing"))
        assert answer.status_code == 200, (path, answer.text)
        check(document, operation, answer)
        walked += 1
    assert walked == 13


def test_every_action_answers_as_the_document_says_whether_it_can_be_done_or_not(floor: ApiFloor) -> None:
    document = floor.by("everybody").get("/openapi.json").json()
    statuses = set()
    for path, method, operation in operations(document):
        if method != "post":
            continue
        action = path.rpartition("/")[2]
        answer = floor.act("everybody", floor.world.id("completed"), action, **BODIES.get(action, {}))
        check(document, operation, answer)
        statuses.add(answer.status_code)
    assert 409 in statuses


def test_every_query_and_body_that_the_document_has_no_room_for_is_refused(floor: ApiFloor) -> None:
    client = floor.by("everybody")
    document = client.get("/openapi.json").json()
    for path, method, operation in operations(document):
        id = FILLED.get(path) or str(floor.world.id("ada-refund"))
        address = path.format(id=id, team="billing")
        if method == "get":
            answer = client.get(address, params={"no-such-parameter": "1"})
            assert answer.json()["errors"][0]["parameter"] == "no-such-parameter", path
        else:
            answer = client.post(address, json={"nope": 1}, headers={"Idempotency-Key": "k"})
            assert "#/nope" in {error["pointer"] for error in answer.json()["errors"]}, path
        assert answer.status_code == 422
        check(document, operation, answer)
