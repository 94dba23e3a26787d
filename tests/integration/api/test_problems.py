"""Whatever goes wrong is told as problem details, with what was wrong, where, and what to do."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any

import httpx
import pytest

from tests.integration.api.conftest import ApiFloor

pytestmark = pytest.mark.postgres
KEY = {"Idempotency-Key": "problems"}


def told(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is a whole problem, and return it."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"urn:handoff:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"] == answer.request.url.path
    return problem


@pytest.fixture
def accept(floor: ApiFloor) -> str:
    return f"/handoffs/{floor.world.id('ada-exports')}/accept"


def test_nobody_is_told_anything_without_a_token(floor: ApiFloor) -> None:
    for headers in ({}, {"Authorization": "Bearer hand_wrong"}, {"Authorization": "Basic YTpi"}):
        answer = httpx.get(f"{floor.address}/api/v1/handoffs", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert "www-authenticate" in answer.headers


def test_a_write_from_another_site_without_a_token_is_refused(floor: ApiFloor, accept: str) -> None:
    answer = httpx.post(f"{floor.address}/api/v1{accept}", headers=KEY, json={})
    assert answer.status_code in (401, 403)


@pytest.mark.parametrize("path", ["/nothing", "/handoffs/not-an-id", "/handoffs/1/accept"])
def test_an_address_that_is_not_there(floor: ApiFloor, path: str) -> None:
    told(floor.by("everybody").get(path), 404, "not-found")


def test_a_method_that_is_not_for_an_address(floor: ApiFloor, accept: str) -> None:
    client = floor.by("everybody")
    for answer in (client.get(accept), client.delete("/handoffs"), client.post("/board", headers=KEY)):
        told(answer, 405, "method-not-allowed")
        assert answer.headers["allow"]


@pytest.mark.parametrize("accepts", ["text/csv", "application/xml, text/*", "application/json;q=0, */*"])
def test_a_client_that_takes_no_json(floor: ApiFloor, accepts: str) -> None:
    answer = floor.by("everybody").get("/handoffs", headers={"Accept": accepts})
    told(answer, 406, "not-acceptable")


@pytest.mark.parametrize("accepts", ["*/*", "application/*", "text/html, application/json;q=0.1"])
def test_a_client_that_takes_json_among_others(floor: ApiFloor, accepts: str) -> None:
    assert floor.by("everybody").get("/handoffs", headers={"Accept": accepts}).status_code == 200


def test_a_body_of_another_kind(floor: ApiFloor, accept: str) -> None:
    client = floor.by("everybody")
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = client.post(accept, content=b"{}", headers={**KEY, "Content-Type": kind})
        told(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b"[1", b'{"a": NaNs}', b"[" * 50_000, b'{"team": "\\ud800"}'], ids=repr
)
def test_a_body_that_is_no_json(floor: ApiFloor, accept: str, body: bytes) -> None:
    headers = {**KEY, "Content-Type": "application/json"}
    answer = floor.by("everybody").post(accept, content=body, headers=headers)
    told(answer, 400, "not-json")


def test_a_body_with_too_many_bytes(floor: ApiFloor, accept: str) -> None:
    # Only announced: who sends all of it may find the connection closed before it has read the answer.
    host, _, port = floor.address.removeprefix("http://").partition(":")
    connection = HTTPConnection(host, int(port), timeout=20)
    connection.putrequest("POST", f"/api/v1{accept}")
    connection.putheader("Authorization", f"Bearer {floor.tokens['everybody']}")
    connection.putheader("Content-Length", "1100000")
    connection.endheaders()
    answer = connection.getresponse()
    problem = json.loads(answer.read())
    connection.close()
    assert (answer.status, problem["code"]) == (413, "too-large")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("action", "body", "pointers"),
    [
        ("ask", {}, {"#/question"}),
        ("ask", {"question": "  "}, {"#/question"}),
        ("decline", {"reason": "no"}, {"#/reason"}),
        ("decline", {"reason": {}}, {"#/reason"}),
        ("decline", {"reason": {"text": "x" * 2_001}}, {"#/reason/text"}),
        ("pause", {"reason": {"code": "c"}, "until": "2026-03-02T09:00:00"}, {"#/until"}),
        ("tick", {"item": "a\u0000b", "done": "perhaps"}, {"#/item", "#/done"}),
        ("accept", {"actor": {"kind": "lead"}, "handoff_id": "x"}, {"#/actor", "#/handoff_id"}),
        ("accept", [], {"#"}),
    ],
)
def test_a_body_with_something_wrong_in_it(
    floor: ApiFloor, action: str, body: Any, pointers: set[str]
) -> None:
    address = f"/handoffs/{floor.world.id('ada-exports')}/{action}"
    answer = floor.by("everybody").post(address, json=body, headers={"Idempotency-Key": "wrong"})
    problem = told(answer, 422, "unclear")
    assert {error["pointer"] for error in problem["errors"]} == pointers
    assert all(error["detail"] for error in problem["errors"])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("limit=0", {"limit"}),
        ("limit=201", {"limit"}),
        ("limit=ten", {"limit"}),
        ("limit=1&limit=2", {"limit"}),
        ("risk=high", {"risk"}),
        ("status=gone", {"status"}),
        ("status=completed", {"status"}),
        ("status=all&status=held", {"status"}),
        ("status=all&q=ada&risk=breached", {"q", "risk"}),
        ("form=chat", {"form"}),
        ("q=%00", {"q"}),
        ("status=all&case=%00", {"case"}),
        ("status=all&to=billing&to=a%00b", {"to"}),
    ],
)
def test_a_parameter_with_something_wrong_in_it(floor: ApiFloor, query: str, names: set[str]) -> None:
    problem = told(floor.by("everybody").get(f"/handoffs?{query}"), 422, "unclear")
    assert {error["parameter"] for error in problem["errors"]} == names


def test_what_belongs_to_another_team_is_not_theirs_to_do(floor: ApiFloor) -> None:
    answer = floor.act("chat", floor.world.id("ada-refund"), "complete", disposition="solved")
    problem = told(answer, 403, "not-allowed")
    assert "billing" in problem["detail"]


def test_an_action_that_there_is_not(floor: ApiFloor) -> None:
    told(floor.act("everybody", floor.world.id("ada-refund"), "destroy"), 404, "not-found")


def test_what_the_desk_refuses_keeps_its_code(floor: ApiFloor) -> None:
    answer = floor.act("everybody", floor.world.id("completed"), "accept")
    problem = told(answer, 409, answer.json()["code"])
    assert problem["code"] not in ("refused", "unclear", "not-found")
