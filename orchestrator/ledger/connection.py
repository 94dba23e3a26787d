"""Connections to PostgreSQL, and what their errors mean to us."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy.exc import DBAPIError

from orchestrator.ledger.port import LedgerRefused, LedgerUnavailable

UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.TransactionRollbackError,
)
"""Errors of the moment: the same work, done again later, can succeed."""

SESSION = {
    "application_name": "handoff",
    "timezone": "UTC",
    "jit": "off",
    # Every statement here is a look-up by key. Without this, a plan made while a table was still
    # empty scans it, and is kept after the table has grown.
    "enable_seqscan": "off",
    "synchronous_commit": "on",
}


REFUSED = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
)
"""Errors that stay until a person changes a setting."""


@asynccontextmanager
async def unavailable_is_said() -> AsyncIterator[None]:
    """Turn the driver's many errors into `LedgerUnavailable` and `LedgerRefused`."""
    try:
        yield
    except REFUSED as error:
        raise LedgerRefused(f"PostgreSQL refused: {error}; see HANDOFF_POSTGRES__DSN") from error
    except DBAPIError as error:
        # SQLAlchemy wraps the driver's error twice.
        cause = error.orig.__cause__ if error.orig is not None else None
        if isinstance(cause, REFUSED):
            raise LedgerRefused(f"PostgreSQL refused: {cause}; see HANDOFF_POSTGRES__DSN") from error
        if isinstance(cause, UNAVAILABLE) and not isinstance(cause, ValueError):
            raise LedgerUnavailable(f"PostgreSQL: {type(cause).__name__}: {cause}") from error
        raise
    except UNAVAILABLE as error:
        if isinstance(error, ValueError):
            raise  # the driver's own word for a value that no column takes: a fault of the data
        raise LedgerUnavailable(f"PostgreSQL: {type(error).__name__}: {error}") from error


async def connect(dsn: str) -> Any:
    """Open one connection with the settings that the ledger needs."""
    async with unavailable_is_said():
        return await asyncpg.connect(dsn, server_settings=SESSION, timeout=10, command_timeout=60)
