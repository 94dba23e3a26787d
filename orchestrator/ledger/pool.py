"""A pool of connections with the settings that the ledger needs."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg

from orchestrator.ledger.connection import SESSION, unavailable_is_said
from orchestrator.ledger.port import LedgerUnavailable

_CLOSE_WITHIN_S = 5


async def open_pool(dsn: str, connections: int) -> Any:
    """Open a pool; a connection that is lost is opened again.

    Raises:
        LedgerUnavailable: the database cannot be reached.
    """
    async with unavailable_is_said():
        return await asyncpg.create_pool(
            dsn, min_size=1, max_size=connections, server_settings=SESSION, timeout=10, command_timeout=60
        )


async def close_pool(pool: Any) -> None:
    """Close a pool, if it was opened; work that is under way is given five seconds."""
    if pool is None:
        return
    try:
        async with unavailable_is_said(), asyncio.timeout(_CLOSE_WITHIN_S):
            await pool.close()
    except LedgerUnavailable:
        pool.terminate()
