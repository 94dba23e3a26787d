"""The migrations give what the tables say."""

from __future__ import annotations

from pathlib import Path

import pytest

import orchestrator.ledger
from orchestrator.ledger import schema
from orchestrator.ledger.port import LedgerRefused, LedgerUnavailable

pytestmark = pytest.mark.postgres


async def test_a_migrated_database_is_what_the_tables_say(database: str) -> None:
    assert await schema.upgrade(database) == (None, schema.NEWEST)
    assert await schema.upgrade(database) == (schema.NEWEST, schema.NEWEST)
    db = schema.engine(database)
    async with db.connect() as connection:
        assert await schema.is_current(connection)
        assert await schema.drift(connection) == []
    await db.dispose()


async def test_an_empty_database_is_not_current(database: str) -> None:
    db = schema.engine(database)
    async with db.connect() as connection:
        assert not await schema.is_current(connection)
    await db.dispose()


def test_the_newest_revision_is_the_last_file() -> None:
    versions = Path(orchestrator.ledger.__file__).parent / "migrations" / "versions"
    assert max(file.name.partition("_")[0] for file in versions.glob("*.py")) == schema.NEWEST


async def test_a_database_that_does_not_exist_is_a_refusal(database: str) -> None:
    with pytest.raises(LedgerRefused, match="does not exist"):
        await schema.upgrade(database.replace("/test_", "/none_"))


async def test_a_server_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(LedgerUnavailable):
        await schema.upgrade("postgresql://nobody@127.0.0.1:1/none")
