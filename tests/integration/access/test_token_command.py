"""`handoff token` makes, lists and revokes tokens."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from orchestrator.ledger import schema
from streams.cli import app

pytestmark = pytest.mark.postgres

NAME = "crm"


def handoff(database: str, *arguments: str) -> Any:
    return CliRunner().invoke(app, ["token", *arguments], env={"HANDOFF_POSTGRES__DSN": database})


@pytest.fixture(scope="module")
def database(postgres: Any) -> Iterator[str]:
    name = f"token_command_{uuid.uuid4().hex}"
    dsn = postgres.create_database(name)
    asyncio.run(schema.upgrade(dsn))
    yield dsn
    postgres.drop_database(name)


@pytest.fixture
def made(database: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A token that the command made."""
    monkeypatch.setattr("streams.logs.configure", lambda *_, **__: None)
    done = handoff(database, "create", "--name", NAME, "--role", "agent", "--team", "billing", "--json")
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
    again = handoff(database, "create", "--name", NAME, "--role", "ops", "--json")
    assert again.exit_code == 0
    both = handoff(database, "revoke", NAME)
    assert both.exit_code == 1
    assert "give one of their ids" in both.output
    for each in map(json.loads, handoff(database, "list", "--json").stdout.splitlines()):
        assert handoff(database, "revoke", each["id"]).exit_code == 0
    assert handoff(database, "list").stdout.strip() == "no tokens"
    states = [
        json.loads(each)["state"] for each in handoff(database, "list", "--all", "--json").stdout.splitlines()
    ]
    assert set(states) == {"revoked"}
    none = handoff(database, "revoke", "nobody")
    assert "there is no valid token 'nobody'" in none.output
