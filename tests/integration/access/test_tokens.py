"""Tokens are made, used and revoked at a real board on a real PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import select
from typer.testing import CliRunner

from orchestrator.board.access import standing
from orchestrator.board.access.tokens import PREFIX, digest, mint
from orchestrator.ledger import schema
from orchestrator.ledger.access import AccessTokens
from orchestrator.ledger.tables.people import access_tokens
from streams.board import serving
from streams.cli import app
from streams.settings import Board, Postgres, Settings
from tests import builders as b

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def database(postgres: Any) -> AsyncIterator[str]:
    dsn = postgres.create_database("board_tokens")
    await schema.upgrade(dsn)
    yield dsn
    postgres.drop_database("board_tokens")


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


def handoff(database: str, *arguments: str) -> Any:
    done = CliRunner().invoke(
        app, ["token", *arguments], env={"HANDOFF_POSTGRES__DSN": database, "HANDOFF_KAFKA__BOOTSTRAP": "x"}
    )
    return done


# The commands run event loops of their own, and so are no coroutines themselves.


@pytest.fixture
def made(database: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A token that the command made."""
    monkeypatch.setenv("HANDOFF_KAFKA__ALLOW_PLAINTEXT", "true")
    monkeypatch.setattr("streams.logs.configure", lambda *_, **__: None)
    done = handoff(database, "create", "--name", "crm", "--role", "agent", "--team", "billing", "--json")
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def test_the_command_shows_a_secret_once_and_lists_the_rest(database: str, made: dict[str, Any]) -> None:
    assert made["token"].startswith("hand_")
    assert len(made["token"]) >= 48
    listed = handoff(database, "list", "--json")
    assert made["token"] not in listed.output
    rows = {row["id"]: row for row in map(json.loads, listed.stdout.splitlines())}
    assert rows[made["id"]]["roles"] == ["agent"]
    assert rows[made["id"]]["teams"] == ["billing"]
    assert rows[made["id"]]["state"] == "valid"
    alone = handoff(database, "create", "--name", "x", "--role", "ops")
    assert alone.stdout.strip().startswith("hand_")
    assert len(alone.stdout.split()) == 1, "it can be piped to where it is kept"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--role", "agent"], "give --team, or --all-teams"),
        (["--role", "agent", "--team", "biling"], "did you mean 'billing'?"),
        (["--role", "agent", "--team", "billing", "--all-teams"], "not both"),
        (["--role", "ops", "--expires", "soon"], "--expires: 'soon' is not a duration"),
        (["--role", "ops", "--expires", "0d"], "--expires"),
        (["--role", "king"], "king"),
    ],
)
def test_what_makes_no_sense_is_refused(
    database: str, made: dict[str, Any], arguments: list[str], told: str
) -> None:
    done = handoff(database, "create", "--name", "x", *arguments)
    assert done.exit_code in (1, 2)
    assert told in done.output


def test_one_is_revoked_by_its_id_and_a_name_that_stands_for_several_is_refused(
    database: str, made: dict[str, Any]
) -> None:
    again = handoff(database, "create", "--name", "crm", "--role", "ops", "--json")
    assert again.exit_code == 0
    both = handoff(database, "revoke", "crm")
    assert both.exit_code == 1
    assert "give one of their ids" in both.output
    assert handoff(database, "revoke", made["id"], json.loads(again.stdout)["id"]).exit_code == 0
    none = handoff(database, "revoke", "nobody")
    assert "there is no valid token 'nobody'" in none.output


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


async def test_a_stream_ends_within_seconds_when_its_token_is_revoked(
    board: str, tokens: AccessTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "ASK_EVERY_S", 0.0)
    secret = mint()
    token = await make(tokens, secret, roles=["lead"], teams=None, expires_at=b.T0 + timedelta(days=3_650))
    headers = {"authorization": f"Bearer {secret}"}
    async with (
        httpx.AsyncClient(base_url=board, headers=headers, timeout=30) as program,
        program.stream("GET", "/live/board") as stream,
    ):
        assert stream.status_code == 200, await stream.aread()
        lines = stream.aiter_lines()
        assert await anext(lines)
        await tokens.revoke([token.id], b.T0)
        async for _ in lines:  # ends by itself, at the next thing that would be sent
            pass
        assert (await program.get("/you")).status_code == 401
