"""Buttons as forms and as scripts press them: once each, refused in words, by whom it belongs to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import httpx
import pytest

from orchestrator.domain.handoff import Status
from tests.integration.agent.conftest import PAGE, SCRIPT, Desk

pytestmark = pytest.mark.postgres


def post(client: httpx.Client, id: UUID, action: str, press: str = "", **fields: str) -> httpx.Response:
    return client.post(f"/handoffs/{id}/{action}", data={"press": press or uuid4().hex, **fields})


def test_a_form_accepts_and_leads_back_to_the_handoff(desk: Desk) -> None:
    id = desk.offered()
    answer = post(desk.by("tier-2", **PAGE), id, "accept")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/handoffs/{id}?done=accept#first-open-item"
    assert desk.now(id).status is Status.ACCEPTED


def test_of_two_who_accept_at_once_one_has_it_and_the_other_reads_who(desk: Desk) -> None:
    id = desk.offered()
    clients = {name: desk.by(name, **SCRIPT) for name in ("tier-2", "everybody")}
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda client: post(client, id, "accept"), clients.values()))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (winner, won), (_, lost) = sorted(
        zip(clients, answers, strict=True), key=lambda each: each[1].status_code
    )
    problem = lost.json()
    assert lost.headers["content-type"] == "application/problem+json"
    assert problem["code"] == "illegal-transition"
    assert problem["detail"].startswith(f"{winner} has it since ")
    # Both pages are as it is now, and none offers to accept it.
    for answer in (won, lost):
        actions = next(each["html"] for each in answer.json()["put"] if each["id"] == "handoff-actions")
        assert 'data-deed="accept"' not in actions


def test_a_second_click_is_the_same_deed(desk: Desk) -> None:
    id = desk.offered()
    client = desk.by("tier-2", **SCRIPT)
    first, second = (post(client, id, "accept", press="p-1") for _ in range(2))
    assert (first.json()["is_repeat"], second.json()["is_repeat"]) == (False, True)
    assert second.status_code == 200
    assert first.json()["version"] == second.json()["version"]


def test_a_press_that_was_refused_can_be_pressed_again(desk: Desk) -> None:
    id = desk.offered()
    client = desk.by("tier-2", **SCRIPT)
    assert post(client, id, "contact", press="p-2").json()["code"] == "illegal-transition"
    assert post(client, id, "accept", press="p-2").status_code == 200
    assert post(client, id, "contact", press="p-2").status_code == 200


def test_a_refused_form_is_the_page_with_the_reason_and_what_was_filled_in(desk: Desk) -> None:
    id = desk.offered()
    answer = post(desk.by("tier-2", **PAGE), id, "complete", disposition="<b>solved</b>")
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert "Nobody has accepted it yet." in answer.text
    declined = post(desk.by("tier-2", **PAGE), id, "decline", reason_code="   ")
    assert declined.status_code == 422
    assert "reason is missing" in declined.text
    assert desk.now(id).status is Status.OFFERED


def test_a_time_is_read_in_the_readers_zone(desk: Desk) -> None:
    id = desk.offered()
    client = desk.by("tier-2", **SCRIPT)
    client.cookies.set("preferences", "zone=America%2FNew_York")
    post(client, id, "accept")
    fields = {"reason_code": "waits-for-customer", "until": "2026-03-02T05:30"}
    assert post(client, id, "pause", **fields).status_code == 200
    until = next(mark.until for mark in desk.now(id).marks if mark.what == "paused")
    assert until is not None
    assert until.isoformat() == "2026-03-02T10:30:00+00:00"


@pytest.mark.parametrize("field", [{"actor": "x"}, {"handoff_id": "x"}, {"request_id": "x"}])
def test_nobody_says_who_they_are_or_which_handoff_is_meant(desk: Desk, field: dict[str, str]) -> None:
    id = desk.offered()
    answer = post(desk.by("tier-2", **SCRIPT), id, "accept", **field)
    assert answer.status_code == 422
    assert next(iter(field)) in answer.json()["fields"]
    assert desk.now(id).status is Status.OFFERED


def test_what_is_not_theirs_is_refused_and_what_they_may_not_see_is_not_there(desk: Desk) -> None:
    id = desk.offered()
    assert post(desk.by("auditor", **SCRIPT), id, "accept").json()["code"] == "not-allowed"
    assert post(desk.by("ops", **SCRIPT), id, "accept").status_code == 403
    stranger, nowhere = (
        post(desk.by("billing", **SCRIPT), each, "accept").json() | {"instance": "", "detail": ""}
        for each in (id, uuid4())
    )
    assert stranger == nowhere
    assert stranger["status"] == 404
    assert desk.now(id).status is Status.OFFERED


def test_a_secret_that_somebody_types_is_never_stored(desk: Desk) -> None:
    id = desk.offered()
    post(desk.by("tier-2", **SCRIPT), id, "ask", question="Is 4111 1111 1111 1111 the card?")
    [question] = desk.now(id).questions
    assert question.text == "Is [card removed] the card?"


def test_a_form_leads_to_no_other_site(desk: Desk) -> None:
    id = desk.offered()
    answer = post(desk.by("tier-2", **PAGE), id, "accept", next="//evil.example/x")
    assert answer.headers["location"].startswith(f"/handoffs/{id}?")


def test_an_unknown_action_is_not_there(desk: Desk) -> None:
    assert post(desk.by("tier-2", **SCRIPT), desk.offered(), "explode").status_code == 404
