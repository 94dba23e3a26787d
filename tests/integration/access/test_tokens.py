"""Tokens are made, used and revoked at a real board on a real PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import select

from orchestrator.board.access import admission
from orchestrator.board.access.standing import Standing
from orchestrator.board.access.tokens import PREFIX, digest, mint
from orchestrator.board.live import stream
from orchestrator.ledger import schema
from orchestrator.ledger.access import AccessTokens
from orchestrator.ledger.tables.people import access_tokens
from streams.board.app import serving
from streams.settings import Board, Postgres, Settings
from tests import builders as b

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def database(postgres: Any) -> AsyncIterator[str]:
    name = f"board_tokens_{uuid.uuid4().hex}"
    dsn = postgres.create_database(name)
    await schema.upgrade(dsn)
    yield dsn
    postgres.drop_database(name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def board(database: str) -> AsyncIterator[str]:
    options = Board.model_validate({"login": "tokens", "secret_key": "k" * 40})
    async with serving(Settings(postgres=Postgres(dsn=SecretStr(database)), board=options)) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="module")
async def tokens(database: str) -> AsyncIterator[AccessTokens]:
    store = AccessTokens(database)
    yield store
    await store.close()


async def make(tokens: AccessTokens, secret: str, **over: Any) -> Any:
    values = {
        "name": "ci",
        "roles": ["agent"],
        "teams": ["billing"],
        "created_by": "tests",
        "expires_at": b.T0 + b.HOUR,
        "now": b.T0,
    }
    return await tokens.create(digest(secret), **(values | over))


async def test_what_is_kept_is_found_by_what_it_hashes_to(tokens: AccessTokens, database: str) -> None:
    secret = mint()
    made = await make(tokens, secret, roles=["lead", "agent"], teams=None)
    assert await tokens.by_digest(digest(secret)) == made == await tokens.by_id(made.id)
    assert (made.roles, made.teams, made.used_at) == ({"agent", "lead"}, None, None)
    assert await tokens.by_digest(digest(mint())) is None
    db = schema.engine(database)
    async with db.connect() as connection:
        rows = (await connection.execute(select(access_tokens))).all()
    await db.dispose()
    assert rows
    assert secret not in repr(rows)
    assert secret.removeprefix(PREFIX) not in repr(rows)


async def test_a_use_is_written_at_most_once_a_minute(tokens: AccessTokens) -> None:
    made = await make(tokens, mint())
    for seconds in (0, 30, 59, 60, 61):
        await tokens.note_use(made.id, b.T0 + timedelta(seconds=seconds))
    found = await tokens.by_id(made.id)
    assert found is not None
    assert found.used_at == b.T0 + b.MINUTE


async def test_a_token_is_revoked_once(tokens: AccessTokens) -> None:
    made = await make(tokens, mint())
    assert await tokens.revoke([made.id], b.T0) == 1
    assert await tokens.revoke([made.id], b.T0 + b.MINUTE) == 0
    found = await tokens.by_id(made.id)
    assert found is not None
    assert (found.revoked_at, found.is_valid(b.T0)) == (b.T0, False)


async def test_a_program_comes_in_until_its_token_is_revoked(board: str, tokens: AccessTokens) -> None:
    secret = mint()
    token = await make(tokens, secret, expires_at=b.T0 + timedelta(days=3_650))
    async with httpx.AsyncClient(base_url=board, headers={"authorization": f"Bearer {secret}"}) as program:
        assert (await program.get("/you")).status_code == 200
        assert (await program.get("/no-such-page")).status_code == 404
        await tokens.revoke([token.id], b.T0)
        answer = await program.get("/you")
    assert (answer.status_code, answer.json()["code"]) == (401, "bad-token")
    found = await tokens.by_id(token.id)
    assert found is not None
    assert found.used_at is not None


async def test_a_stream_ends_at_its_next_ping_when_its_token_is_revoked(
    board: str, tokens: AccessTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "_PING_S", 0.5)
    monkeypatch.setattr(admission, "Standing", partial(Standing, ask_every_s=0))
    secret = mint()
    token = await make(tokens, secret, roles=["lead"], teams=None, expires_at=b.T0 + timedelta(days=3_650))
    headers = {"authorization": f"Bearer {secret}"}
    async with (
        httpx.AsyncClient(base_url=board, headers=headers, timeout=30) as program,
        program.stream("GET", "/live/board") as watched,
    ):
        assert watched.status_code == 200, await watched.aread()
        lines = watched.aiter_lines()
        assert await anext(lines)
        await tokens.revoke([token.id], b.T0)
        async for _ in lines:  # ends by itself, at the next thing that would be sent
            pass
        assert (await program.get("/you")).status_code == 401
