"""A board without sign-in: whoever sits at the machine writes with the token of their own session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from orchestrator.ledger import schema
from streams.board.app import serving
from streams.settings import Board as BoardSettings
from streams.settings import Postgres, Settings
from tests.board.arrivals import send
from tests.board.people import customer
from tests.board.story import Story, a_request
from tests.board.working import working
from tests.board.world import a_policy
from tests.fakes import ManualClock
from tests.integration.api.conftest import NOW

pytestmark = pytest.mark.postgres


@pytest.fixture
async def local(database: str) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """A client of a board that asks nobody who they are, and the id of a handoff."""
    await schema.upgrade(database)
    clock = ManualClock(NOW)
    request = a_request("C-1", customer(1), "chat", "billing", ("refund", "Paid twice"), "Paid twice.")
    story = Story("one", NOW, 1, request)
    async with working(database, a_policy(), clock, sweeps=False) as desk:
        for happening in story.happenings():
            await send(desk, happening)
    settings = Settings(
        postgres=Postgres(dsn=SecretStr(database)),
        board=BoardSettings(secret_key=SecretStr("0123456789" * 4), rates={"writes": "6/minute"}),
    )
    async with (
        serving(settings, a_policy(), clock=clock) as address,
        httpx.AsyncClient(base_url=f"{address.rstrip('/')}/api/v1", timeout=30) as client,
    ):
        yield client, str(story.id)


async def test_a_write_needs_the_csrf_token_of_the_session(local: tuple[httpx.AsyncClient, str]) -> None:
    client, id = local
    key = {"Idempotency-Key": uuid4().hex}
    me = (await client.get("/me")).json()
    assert (me["id"], me["teams"]) == ("local", None)
    for token in (None, "", "made.up"):
        headers = key if token is None else {**key, "X-CSRF-Token": token}
        refused = await client.post(f"/handoffs/{id}/accept", headers=headers)
        assert refused.status_code == 403
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["code"]
    assert (await client.get(f"/handoffs/{id}")).json()["status"] == "offered"
    done = await client.post(f"/handoffs/{id}/accept", headers={**key, "X-CSRF-Token": me["csrf"]})
    assert (done.status_code, done.json()["agent"]) == (200, "local")


async def test_a_page_of_another_site_cannot_write(local: tuple[httpx.AsyncClient, str]) -> None:
    client, id = local
    csrf = (await client.get("/me")).json()["csrf"]
    headers = {"Idempotency-Key": "k", "X-CSRF-Token": csrf, "Origin": "https://evil.example"}
    refused = await client.post(f"/handoffs/{id}/accept", headers=headers)
    assert refused.status_code == 403
    assert (await client.get(f"/handoffs/{id}")).json()["status"] == "offered"


async def test_who_writes_too_often_is_told_when_to_go_on(local: tuple[httpx.AsyncClient, str]) -> None:
    client, id = local
    csrf = (await client.get("/me")).json()["csrf"]
    answers = [
        await client.post(
            f"/handoffs/{id}/ask",
            json={"question": f"Number {number}?"},
            headers={"Idempotency-Key": f"k{number}", "X-CSRF-Token": csrf},
        )
        for number in range(8)
    ]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429] * 2
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert int(answers[-1].headers["retry-after"]) > 0
    assert len((await client.get(f"/handoffs/{id}")).json()["questions"]) == 6
