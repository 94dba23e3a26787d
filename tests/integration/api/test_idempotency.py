"""A write that is sent again is answered as before, and what it asks for is done once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from orchestrator.board.api.idempotency import HEADER, REPLAY
from orchestrator.ledger.api_answers import StoredAnswer
from orchestrator.ledger.port import LedgerUnavailable
from tests.board.people import customer
from tests.board.story import Story, a_request
from tests.integration.api.conftest import NOW, ApiFloor

pytestmark = pytest.mark.postgres


@pytest.fixture
def begun(floor: ApiFloor) -> Callable[[], UUID]:
    """Begin a handoff from chat to billing that no other test knows of."""

    def begin() -> UUID:
        name = uuid4().hex
        request = a_request(
            f"C-{name[:8]}", customer(7), "chat", "billing", ("refund", "Paid twice"), "Paid twice."
        )
        return floor.let(Story(name, NOW, 1, request))

    return begin


def rows(floor: ApiFloor, query: str, *values: object) -> list[asyncpg.Record]:
    async def ask() -> list[asyncpg.Record]:
        db = await asyncpg.connect(floor.dsn)
        try:
            return list(await db.fetch(query, *values))
        finally:
            await db.close()

    return asyncio.run(ask())


def accepted(floor: ApiFloor, id: UUID) -> int:
    query = "SELECT 1 FROM journal WHERE handoff_id = $1 AND type = 'support.handoff.lifecycle.accepted.v1'"
    return len(rows(floor, query, id))


def test_the_same_request_gets_the_same_answer_and_is_done_once(
    floor: ApiFloor, begun: Callable[[], UUID]
) -> None:
    id, key = begun(), uuid4().hex
    first = floor.act("billing", id, "accept", key)
    assert (first.status_code, first.json()["status"], REPLAY in first.headers) == (200, "accepted", False)
    floor.act("billing", id, "contact")
    again = floor.act("billing", id, "accept", key)
    assert again.headers[REPLAY] == "true"
    assert again.json() == first.json()
    assert accepted(floor, id) == 1


def test_quotes_around_a_key_are_not_part_of_it(floor: ApiFloor, begun: Callable[[], UUID]) -> None:
    id, key = begun(), uuid4().hex
    floor.act("billing", id, "accept", key)
    assert floor.act("billing", id, "accept", f'"{key}"').headers[REPLAY] == "true"


def test_a_refusal_is_remembered_as_well(floor: ApiFloor, begun: Callable[[], UUID]) -> None:
    id, key = begun(), uuid4().hex
    first = floor.act("billing", id, "return", key, reason={"text": "not ours"})
    assert first.status_code == 409
    floor.act("billing", id, "accept")
    again = floor.act("billing", id, "return", key, reason={"text": "not ours"})
    assert (again.status_code, again.json()) == (409, first.json())
    assert again.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("other", ["body", "action", "handoff"])
def test_a_key_belongs_to_one_request(floor: ApiFloor, begun: Callable[[], UUID], other: str) -> None:
    id, key = begun(), uuid4().hex
    floor.act("billing", id, "ask", key, question="Which card?")
    match other:
        case "body":
            second = floor.act("billing", id, "ask", key, question="Which day?")
        case "action":
            second = floor.act("billing", id, "accept", key)
        case _:
            second = floor.act("billing", begun(), "ask", key, question="Which card?")
    assert (second.status_code, second.json()["code"]) == (422, "idempotency-key-used")
    assert "choose a new one" in second.json()["detail"]


def test_two_owners_may_choose_the_same_key(floor: ApiFloor, begun: Callable[[], UUID]) -> None:
    id, key = begun(), uuid4().hex
    assert floor.act("billing", id, "ask", key, question="Which card?").status_code == 200
    answer = floor.act("chat", id, "answer", key, answer="The one that ends in 17.")
    assert answer.status_code == 200
    assert answer.json()["questions"][0]["answer"] == "The one that ends in 17."


def test_who_died_between_the_deed_and_its_answer_repeats_the_answer_and_not_the_deed(
    floor: ApiFloor, begun: Callable[[], UUID]
) -> None:
    id, key = begun(), uuid4().hex
    first = floor.act("billing", id, "accept", key)
    # As the table is left by who dies there: the claim stands, and nothing was answered.
    rows(floor, "UPDATE api_answers SET status = 0, answer = '{}' WHERE key = $1", key)
    again = floor.act("billing", id, "accept", key)
    assert again.headers[REPLAY] == "true"
    assert again.json() == first.json()
    assert accepted(floor, id) == 1
    [kept] = rows(floor, "SELECT status FROM api_answers WHERE key = $1", key)
    assert kept["status"] == 200
    other = floor.act("billing", id, "accept", key, team="billing")
    assert other.json()["code"] == "idempotency-key-used"


def test_a_database_that_goes_away_behind_the_deed_is_asked_again(
    floor: ApiFloor, begun: Callable[[], UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    id, key = begun(), uuid4().hex

    async def away(*_: object) -> StoredAnswer:
        raise LedgerUnavailable("PostgreSQL: away")

    with monkeypatch.context() as patch:
        patch.setattr("orchestrator.ledger.api_answers.keep", away)
        lost = floor.act("billing", id, "accept", key)
    assert (lost.status_code, lost.json()["code"]) == (503, "unavailable")
    assert int(lost.headers["retry-after"]) > 0
    assert accepted(floor, id) == 1
    again = floor.act("billing", id, "accept", key)
    assert (again.status_code, again.json()["status"], again.headers[REPLAY]) == (200, "accepted", "true")
    assert accepted(floor, id) == 1


def test_who_died_before_the_deed_has_it_done_by_sending_it_again(
    floor: ApiFloor, begun: Callable[[], UUID]
) -> None:
    id, key = begun(), uuid4().hex
    floor.act("billing", begun(), "accept", key)
    rows(floor, "DELETE FROM api_answers WHERE key = $1", key)
    assert accepted(floor, id) == 0
    assert floor.act("billing", id, "accept", key).json()["status"] == "accepted"
    assert accepted(floor, id) == 1


def test_many_at_once_with_one_key_are_one_deed(floor: ApiFloor, begun: Callable[[], UUID]) -> None:
    id, key = begun(), uuid4().hex

    async def all_at_once() -> list[dict[str, object]]:
        headers = {"Authorization": f"Bearer {floor.tokens['billing']}", HEADER: key}
        async with httpx.AsyncClient(base_url=floor.address, headers=headers, timeout=30) as client:
            address = f"/api/v1/handoffs/{id}/ask"
            asked = [client.post(address, json={"question": "Which card?"}) for _ in range(8)]
            return [answer.json() for answer in await asyncio.gather(*asked)]

    answers = asyncio.run(all_at_once())
    assert all(answer == answers[0] for answer in answers)
    query = "SELECT 1 FROM journal WHERE handoff_id = $1 AND type LIKE '%.question-asked.v1'"
    assert len(rows(floor, query, id)) == 1


@pytest.mark.parametrize(
    ("action", "wrong", "right"),
    [("ask", {"question": ""}, {"question": "Which card?"}), ("answer", {"answer": "x"}, None)],
)
def test_what_was_not_decided_leaves_the_key_free(
    floor: ApiFloor,
    begun: Callable[[], UUID],
    action: str,
    wrong: dict[str, str],
    right: dict[str, str] | None,
) -> None:
    id, key = begun(), uuid4().hex
    refused = floor.act("billing", id, action, key, **wrong)
    assert refused.status_code in (403, 422)
    if right is not None:
        assert floor.act("billing", id, action, key, **right).status_code == 200
    assert rows(floor, "SELECT 1 FROM api_answers WHERE key = $1 AND status = 0", key) == []


def test_who_may_not_see_it_any_more_is_not_told_what_was_answered(
    floor: ApiFloor, begun: Callable[[], UUID]
) -> None:
    id, key = begun(), uuid4().hex
    floor.act("billing", id, "accept", key)
    [token] = rows(floor, "SELECT id FROM access_tokens WHERE name = 'billing'")
    rows(floor, "UPDATE access_tokens SET teams = '{tier-2}' WHERE id = $1", token["id"])
    try:
        assert floor.act("billing", id, "accept", key).status_code == 404
    finally:
        rows(floor, "UPDATE access_tokens SET teams = '{billing}' WHERE id = $1", token["id"])


def test_a_write_without_a_key_is_refused_and_nothing_is_done(
    floor: ApiFloor, begun: Callable[[], UUID]
) -> None:
    id = begun()
    for headers in ({}, {HEADER: ""}, {HEADER: "x" * 101}):
        answer = floor.by("billing").post(f"/handoffs/{id}/accept", json={}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-missing")
        assert HEADER in answer.json()["detail"]
    assert accepted(floor, id) == 0


def test_answers_are_forgotten_after_a_week(floor: ApiFloor, begun: Callable[[], UUID]) -> None:
    old, key = uuid4().hex, uuid4().hex
    insert = "INSERT INTO api_answers VALUES ($1, $2, '\\x00', 200, '{}', $3)"
    week = timedelta(days=7)
    rows(floor, insert, "token:gone", old, floor.clock.now() - week - timedelta(seconds=1))
    rows(floor, insert, "token:gone", key, floor.clock.now() - week + timedelta(minutes=30))
    # Forgetting is not done with every write.
    floor.clock.advance(timedelta(minutes=11))
    assert floor.act("billing", begun(), "accept").status_code == 200
    kept = {row["key"] for row in rows(floor, "SELECT key FROM api_answers")}
    assert old not in kept
    assert key in kept
