"""Wait for the database, for ever: nothing is committed meanwhile, so nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from orchestrator.ledger.port import LedgerUnavailable

log = structlog.get_logger(__name__)
_T = TypeVar("_T")
_FIRST_WAIT_S = 0.05
_LONGEST_WAIT_S = 2.0


async def until_available(
    work: Callable[[], Awaitable[_T]], *, wanted: Callable[[], bool] = lambda: True
) -> _T:
    """Do `work`, again and again while the ledger is unavailable, with a capped backoff.

    Raises:
        LedgerUnavailable: only when the work is no longer `wanted`.
    """
    wait = _FIRST_WAIT_S
    while True:
        try:
            return await work()
        except LedgerUnavailable as error:
            if not wanted():
                raise
            log.warning("ledger.unavailable", error=str(error), retry_in_s=wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_S)
