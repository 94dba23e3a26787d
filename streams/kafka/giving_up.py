"""Closes a producer that is given up."""

from __future__ import annotations

import asyncio
from typing import Final

from aiokafka import AIOKafkaProducer

_WITHIN_S: Final = 5.0


async def give_up(producer: AIOKafkaProducer) -> None:
    """Close a producer within five seconds, whatever state it is in.

    What it has not sent is lost with it: the caller sends it again with another.
    """
    try:
        async with asyncio.timeout(_WITHIN_S):
            await producer.stop()
    except Exception:  # noqa: S110  # a dead one raises anything
        pass
