"""Signals: the first one asks, a second Ctrl-C insists."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from streams.cli.running import run, stop_on_signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_stops_in_order(number: signal.Signals) -> None:
    told: list[str] = []

    async def work() -> str:
        stopping = asyncio.Event()
        stop_on_signals(stopping, on_first=lambda: told.append("stopping"))
        os.kill(os.getpid(), number)
        await asyncio.wait_for(stopping.wait(), 5)
        return "finished"

    assert run(work()) == "finished"
    assert told == (["stopping"] if number is signal.SIGINT else [])


def test_a_second_ctrl_c_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)

    async def work() -> None:
        stopping = asyncio.Event()
        stop_on_signals(stopping)
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(0.05)

    run(work())

    assert codes == [130]
