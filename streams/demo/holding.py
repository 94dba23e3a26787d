"""Waits until what other systems said is held, so that the next packet can show it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from orchestrator.ledger.context_postgres import PostgresContext
from streams.app import cluster_of, dsn_of
from streams.settings import Settings, connection

_POLL_S = 0.05
_WITHIN_S = 20.0


async def until_held(settings: Settings, keys: Sequence[str], records: int, stopping: asyncio.Event) -> None:
    """Wait until so many `records` are held of these keys, or until `stopping` is set.

    Raises:
        TimeoutError: it takes too long.
    """
    store = PostgresContext(dsn_of(settings), cluster=await cluster_of(connection(settings.kafka)))
    await store.open()
    try:
        async with asyncio.timeout(_WITHIN_S):
            while not stopping.is_set():
                if sum(map(len, (await store.load(keys)).values())) >= records:
                    return
                await asyncio.sleep(_POLL_S)
    finally:
        await store.close()
