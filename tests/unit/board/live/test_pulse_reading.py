"""The strip says how the system does."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from orchestrator.board.live import pulse_reading as module
from orchestrator.board.live.pulse import Pulse
from orchestrator.board.live.pulse_reading import PulseReading
from orchestrator.ledger.floor import Signs
from tests import builders as b
from tests.fakes import ManualClock
from tests.live_builders import WatchedInMemory, some_parts, until

AHEAD = 3 * b.SECOND


def a_reading(ledger: WatchedInMemory, *, lag: int | None = 12) -> tuple[PulseReading, ManualClock]:
    clock = ManualClock(b.T0 + AHEAD)
    parts = some_parts(clock=clock)
    return PulseReading(parts, ledger, clock, lambda: lag), clock


async def test_what_is_felt_is_said_and_what_others_noted_stays() -> None:
    ledger = WatchedInMemory()
    ledger.signs_now = Signs(b.T0, b.T0 - b.MINUTE, 4)
    reading, _ = a_reading(ledger)
    reading._parts.pulse = Pulse(read_at=b.T0, error="away")
    await reading.feel()
    assert reading._parts.pulse == Pulse(
        read_at=b.T0,
        lag=12,
        dead_letters=4,
        clock_skew=AHEAD,
        overdue=b.MINUTE + AHEAD,
        error="away",
    )


async def test_a_rung_that_is_still_to_come_is_not_overdue() -> None:
    ledger = WatchedInMemory()
    ledger.signs_now = Signs(b.T0, b.T0 + b.HOUR, 0)
    reading, _ = a_reading(ledger, lag=None)
    await reading.feel()
    assert reading._parts.pulse.overdue == timedelta()
    assert reading._parts.pulse.lag is None


async def test_a_database_that_is_away_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY_S", 0.001)
    ledger = WatchedInMemory()
    ledger.is_away = True
    reading, _ = a_reading(ledger)
    running = asyncio.create_task(reading.run())
    try:
        await asyncio.sleep(0.02)
        assert reading._parts.pulse == Pulse()
        ledger.is_away = False
        await until(lambda: reading._parts.pulse.dead_letters is not None)
    finally:
        running.cancel()


def test_a_page_is_live_for_three_seconds_after_the_last_look() -> None:
    pulse = Pulse(read_at=b.T0)
    assert pulse.is_live(b.T0 + 3 * b.SECOND)
    assert not pulse.is_live(b.T0 + 4 * b.SECOND)
    assert not Pulse().is_live(b.T0)
