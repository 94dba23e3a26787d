"""Connections of the board, kept open between its questions: to read, and for what belongs to its people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.ledger import schema
from orchestrator.ledger.connection import unavailable_is_said
from orchestrator.ledger.reading import SchemaOutdated


class Readers:
    """A pool of connections for the functions of `reading` and its like.

    What is read stands in no transaction with what was read before.
    """

    def __init__(self, dsn: str) -> None:
        self._engine = schema.engine(dsn, is_read_only=True).execution_options(isolation_level="AUTOCOMMIT")
        self._people = schema.engine(dsn).execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Take a connection on which nothing can be written.

        Raises:
            LedgerUnavailable: the database cannot be reached.
        """
        async with unavailable_is_said(), self._engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def for_people(self) -> AsyncIterator[AsyncConnection]:
        """Take a connection for `tables.people`: what handoffs are written by is the desk alone.

        Raises:
            LedgerUnavailable: the database cannot be reached.
        """
        async with unavailable_is_said(), self._people.connect() as connection:
            yield connection

    async def require_schema(self) -> None:
        """Make sure that the database has the newest schema.

        Raises:
            SchemaOutdated: it has to be upgraded first.
        """
        async with self.connection() as connection:
            if not await schema.is_current(connection):
                raise SchemaOutdated("the database has an older schema or none: run `handoff db upgrade`")

    async def close(self) -> None:
        """Close all of them."""
        await self._engine.dispose()
        await self._people.dispose()
