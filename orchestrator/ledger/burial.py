"""Stores messages that were given up, once each, and lets the relay send them on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from orchestrator.inbound import DeadLetter
from orchestrator.ledger import rows, sql


async def bury(db: Any, cluster: str, letters: Iterable[DeadLetter], now: datetime) -> list[rows.Row]:
    """Store dead letters on a connection, and return the rows of the outbox that send those that are new."""
    outbox: list[rows.Row] = []
    for letter in letters:
        o = letter.origin
        names, values = rows.header_arrays(o.headers)
        # A message may quote the bad input, and no text column takes a NUL.
        message = letter.message.replace("\x00", "\N{SYMBOL FOR NULL}")
        number = await db.fetchval(
            sql.DEAD_LETTER,
            cluster,
            o.topic,
            o.partition,
            o.offset,
            o.key,
            o.value,
            names,
            values,
            letter.code,
            message,
            now,
        )
        if number is not None:
            outbox.append(rows.dead_letter_outbox_row(number, now))
    return outbox
