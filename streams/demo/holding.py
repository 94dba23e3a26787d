"""Waits until what other systems said is held, so that the next packet can show it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from orchestrator.ledger.context_postgres import PostgresContext
from streams.app import NotReady, cluster_of, dsn_of
from streams.settings import Settings, connection

_POLL_S = 0.05
_WITHIN_S = 20.0


async def until_held(settings: Settings, keys: Sequence[str], fields: int, stopping: asyncio.Event) -> None:
    """Wait until so many `fields` are held under these keys, or until `stopping` is set.

    Raises:
        NotReady: it takes too long.
    """
    store = PostgresContext(dsn_of(settings), cluster=await cluster_of(connection(settings.kafka)))
    await store.open()
    try:
        async with asyncio.timeout(_WITHIN_S):
            while not stopping.is_set():
                held = (await store.load(keys)).values()
                if sum(len(record.fields) for records in held for record in records) >= fields:
                    return
                await asyncio.sleep(_POLL_S)
    except TimeoutError:
        raise NotReady(f"what the systems said was not stored within {_WITHIN_S:.0f} s") from None
    finally:
        await store.close()
