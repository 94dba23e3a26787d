"""Who only reads can write nothing, whatever they ask."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from orchestrator.ledger import schema
from orchestrator.ledger.readers import Readers

pytestmark = pytest.mark.postgres
_WRITE = text("INSERT INTO saved_views VALUES ('lena', 'board', 'a', '', now())")


async def test_the_database_refuses_what_a_reader_writes(database: str) -> None:
    await schema.upgrade(database)
    readers = Readers(database)
    try:
        async with readers.connection() as db:
            with pytest.raises(DBAPIError, match="read-only transaction"):
                await db.execute(_WRITE)
        async with readers.for_people() as db:
            await db.execute(_WRITE)
        async with readers.connection() as db:
            assert (await db.execute(text("SELECT count(*) FROM saved_views"))).scalar_one() == 1
    finally:
        await readers.close()
