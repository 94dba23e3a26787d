"""What is read at times and shown by many."""

from __future__ import annotations

import asyncio

from orchestrator.board.lead.fresh import Fresh
from orchestrator.ledger.port import LedgerUnavailable
from tests import builders as b
from tests.fakes import ManualClock


class _Ledger:
    def __init__(self) -> None:
        self.asked = 0
        self.is_away = False

    async def read(self) -> int:
        await asyncio.sleep(0)
        self.asked += 1
        if self.is_away:
            raise LedgerUnavailable("PostgreSQL: away")
        return self.asked


async def test_many_who_ask_at_once_are_told_of_one_reading() -> None:
    ledger = _Ledger()
    fresh = Fresh(ledger.read, ManualClock(b.T0), b.MINUTE)
    assert await asyncio.gather(*(fresh.get() for _ in range(5))) == [1] * 5
    assert (ledger.asked, fresh.version) == (1, 1)


async def test_it_is_read_again_when_it_is_too_old() -> None:
    ledger, clock = _Ledger(), ManualClock(b.T0)
    fresh = Fresh(ledger.read, clock, b.MINUTE)
    await fresh.get()
    clock.advance(b.MINUTE - b.SECOND)
    assert await fresh.get() == 1
    clock.advance(b.SECOND)
    assert fresh.peek() == 1, "what is known is there at once"
    assert await fresh.get() == 2


async def test_what_is_known_is_kept_while_the_ledger_is_away() -> None:
    ledger, clock = _Ledger(), ManualClock(b.T0)
    fresh = Fresh(ledger.read, clock, b.MINUTE)
    await fresh.get()
    ledger.is_away = True
    clock.advance(2 * b.MINUTE)
    assert await fresh.get() == 1
    assert ledger.asked == 2
    assert await fresh.get() == 1
    assert ledger.asked == 2, "it is not asked again at once"


async def test_nothing_is_known_that_could_never_be_read() -> None:
    ledger = _Ledger()
    ledger.is_away = True
    assert await Fresh(ledger.read, ManualClock(b.T0), b.MINUTE).get() is None
