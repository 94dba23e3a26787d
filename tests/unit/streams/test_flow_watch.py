"""What the stream of observations notes of its flows, and what it keeps while the database is away."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from orchestrator.domain.context.observation import TYPES, Observation
from orchestrator.domain.context.subjects import Subject
from orchestrator.domain.flow_health.counts import EMPTY, Counts, merge
from orchestrator.domain.flow_health.noted import Noted
from orchestrator.inbound import DeadLetter, Origin
from orchestrator.ledger.context import Observed
from orchestrator.ledger.port import LedgerUnavailable
from streams.flows.notes import noted_of
from streams.flows.sweep import FlowSweep
from streams.flows.watch import FlowWatch
from tests.builders import SECOND, T0
from tests.fakes import ManualClock
from tests.unit.domain.flow_builders import a_flow, a_note, counted

TOPIC = next(type for type, subject in TYPES.items() if subject is Subject.BILLING)


class Flows:
    """A ledger of flows that is away when it is told to be."""

    def __init__(self) -> None:
        self.is_away = False
        self.noted: dict[str, Counts] = {}
        self.watched: list[str] = []

    async def watch(self, flows: Any, *, now: datetime) -> None:
        self.watched = list(flows)

    async def note(self, counts: Mapping[str, Counts], *, now: datetime) -> None:
        if self.is_away:
            raise LedgerUnavailable("away")
        for flow, each in counts.items():
            self.noted[flow] = merge(self.noted.get(flow, EMPTY), each)

    async def judge_due(self, flows: Any, *, now: datetime) -> list[Any]:
        return []


async def test_what_cannot_be_stored_now_is_stored_later_and_once() -> None:
    ledger, clock = Flows(), ManualClock(T0)
    watch = FlowWatch(ledger, [a_flow()], clock)
    ledger.is_away = True
    for _ in range(3):
        watch.note([a_note(clock.now())] * 5)
        await watch.flush()
        clock.advance(SECOND)
    ledger.is_away = False

    await watch.flush()
    await watch.flush()

    arrivals = [(T0 + n * SECOND, a_note(T0 + n * SECOND)) for n in range(3) for _ in range(5)]
    assert ledger.noted == {"billing-to-desk": counted(arrivals)}


async def test_what_is_left_is_stored_at_the_end() -> None:
    ledger = Flows()
    watch = FlowWatch(ledger, [a_flow()], ManualClock(T0))
    running = asyncio.create_task(watch.run())
    watch.note([a_note(T0)])
    watch.stop()

    await running

    assert ledger.noted["billing-to-desk"].newest_at == T0


async def test_a_source_that_no_flow_names_is_said_once() -> None:
    watch = FlowWatch(Flows(), [a_flow()], ManualClock(T0))
    with capture_logs() as logs:
        for _ in range(3):
            watch.note([a_note(T0, system="spreadsheet")])
            await watch.flush()

    assert [(log["event"], log["system"], log["subject"]) for log in logs] == [
        ("flows.undocumented", "spreadsheet", "billing")
    ]


async def test_a_worker_without_a_map_has_nothing_to_watch() -> None:
    ledger = Flows()

    await FlowSweep(ledger, [], ManualClock(T0)).run()

    assert ledger.watched == []


# Messages


def an_origin(**over: Any) -> Origin:
    fields: dict[str, Any] = {"topic": TOPIC, "partition": 0, "offset": 7, "value": b"{}", "headers": ()}
    return Origin(**({"key": b"account:acct-1/billing"} | fields | over))


def test_an_observation_is_noted_with_what_it_says() -> None:
    observation = Observation(
        subject=Subject.BILLING, account_id="acct-1", system="billing", fields={"payment_state": "paid"}
    )
    observed = Observed(an_origin(), observation, T0, "event-1")

    assert noted_of(observed, appended_at=T0 + SECOND) == Noted(
        "billing", "billing", T0, T0 + SECOND, fields={"payment_state": "paid"}
    )


@pytest.mark.parametrize(
    ("key", "system"),
    [(b"account:acct-1/billing", "billing"), (b"\xff", None), (b"nonsense", None), (None, None)],
)
def test_of_a_dead_letter_the_key_may_still_say_who_sent_it(key: bytes | None, system: str | None) -> None:
    letter = DeadLetter(an_origin(key=key), "invalid-data", "what was wrong")

    assert noted_of(letter, appended_at=None) == Noted("billing", system, None, failure="invalid-data")


def test_a_message_of_another_topic_is_nobodys() -> None:
    assert noted_of(DeadLetter(an_origin(topic="else"), "x", "y"), appended_at=None) is None


# Bugs of the watch are its own


class Broken(Flows):
    """A ledger of flows that our own code fails on."""

    def __init__(self) -> None:
        super().__init__()
        self.judged = asyncio.Event()

    async def note(self, counts: Mapping[str, Counts], *, now: datetime) -> None:
        raise KeyError("a bug")

    async def judge_due(self, flows: Any, *, now: datetime) -> list[Any]:
        self.judged.set()
        raise KeyError("a bug")


async def test_a_bug_of_the_watch_stops_neither_the_worker_nor_the_stream() -> None:
    ledger = Broken()
    watch = FlowWatch(ledger, [a_flow()], ManualClock(T0))
    sweep = FlowSweep(ledger, [a_flow()], ManualClock(T0))
    with capture_logs() as logs:
        watch.note([a_note(T0)])
        await watch.flush()
        running = asyncio.create_task(sweep.run())
        await ledger.judged.wait()
        sweep.stop()
        await running

    assert [log["event"] for log in logs if log["log_level"] == "error"] == [
        "flows.unstored",
        "flows.sweep_failed",
    ]
