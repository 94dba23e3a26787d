"""Cases go side by side, each case in order, and an offset is safe once all before it are done."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from aiokafka import TopicPartition
from structlog.testing import capture_logs

from streams.notify.delivery import Delivery
from streams.notify.poster import Poster
from streams.notify.retries import Pause, Retries
from streams.notify.round import Closing, Position, Round
from streams.settings import Notify
from tests.unit.streams.webhook_builders import (
    TOPIC,
    Clock,
    Record,
    a_record,
    an_answer,
    an_endpoint,
    an_event,
)

PLACE = TopicPartition(TOPIC, 0)


def test_what_is_safe() -> None:
    position = Position(5)
    assert position.safe == 5
    for offset in (5, 6, 9):
        position.began(offset)
    position.done(6)
    assert position.safe == 5
    position.done(5)
    assert position.safe == 9, "the offsets between are no records"
    position.done(9)
    assert position.safe == 10


class Hands:
    """Brings records as they are let go."""

    def __init__(self) -> None:
        self.began: list[int] = []
        self.gates: dict[int, asyncio.Event] = {}

    async def bring(self, record: Any, pause: Pause) -> None:
        self.began.append(record.offset)
        await self.gates.setdefault(record.offset, asyncio.Event()).wait()

    async def let_go(self, *offsets: int) -> None:
        for offset in offsets:
            self.gates.setdefault(offset, asyncio.Event()).set()
        for _ in range(5):
            await asyncio.sleep(0)


def records(*cases: str) -> list[Record]:
    return [a_record(key=case.encode(), offset=offset) for offset, case in enumerate(cases)]


async def test_cases_side_by_side_and_each_in_order() -> None:
    hands = Hands()
    under_way = Round({PLACE: 0}, hands.bring)
    assert under_way.safe() == {PLACE: 0}, "where it begins is committed too"
    under_way.committed({PLACE: 0})
    for record in records("a", "a", "b", "a"):
        under_way.put(record)
    await hands.let_go()
    assert hands.began == [0, 2]
    await hands.let_go(2)
    assert (under_way.safe(), under_way.size) == ({}, 3)
    await hands.let_go(0)
    assert under_way.safe() == {PLACE: 1}
    under_way.committed({PLACE: 1})
    assert under_way.safe() == {}
    await hands.let_go(1, 3)
    assert hands.began == [0, 2, 1, 3]
    assert (under_way.safe(), under_way.size) == ({PLACE: 4}, 0)
    under_way.put(a_record(key=b"a", offset=4))
    await hands.let_go(4)
    assert under_way.safe() == {PLACE: 5}


async def test_records_of_others_and_after_the_end_are_left_alone() -> None:
    hands = Hands()
    under_way = Round({PLACE: 0}, hands.bring)
    under_way.put(a_record(partition=1))
    await under_way.close(0)
    under_way.put(a_record(offset=0))
    await hands.let_go()
    assert hands.began == []
    assert under_way.safe() == {PLACE: 0}


async def test_the_end_lets_finish_what_is_on_the_wire_and_drops_the_rest() -> None:
    on_the_wire, waiting = asyncio.Event(), asyncio.Event()
    done: list[int] = []

    async def bring(record: Any, pause: Pause) -> None:
        match record.offset:
            case 0:
                await pause(60)
            case 1:
                on_the_wire.set()
                await asyncio.sleep(0.05)
            case 2:
                waiting.set()
                await asyncio.sleep(60)
        done.append(record.offset)

    under_way = Round({PLACE: 0}, bring)
    for record in records("a", "b", "c"):
        under_way.put(record)
    await on_the_wire.wait()
    await waiting.wait()
    await under_way.close(0.2)
    assert done == [1]
    assert under_way.safe() == {PLACE: 0}
    under_way.check()
    with pytest.raises(Closing):
        await under_way.pause(0)


async def test_a_bug_of_ours_is_not_swallowed() -> None:
    async def bring(record: Any, pause: Pause) -> None:
        raise ZeroDivisionError

    under_way = Round({PLACE: 0}, bring)
    under_way.put(a_record(offset=0))
    await asyncio.sleep(0.01)
    with pytest.raises(ZeroDivisionError):
        under_way.check()
    assert under_way.safe() == {PLACE: 0}


# One record to one endpoint


class Shelf:
    """Stands for the topic of what was not delivered."""

    def __init__(self) -> None:
        self.kept: list[dict[str, str]] = []

    async def put(self, record: Any, headers: list[tuple[str, bytes | None]], pause: Pause) -> None:
        self.kept.append({name: (value or b"").decode() for name, value in headers})


async def bring(record: Record, *answers: httpx.Response, **settings: Any) -> tuple[list[str], Shelf, Clock]:
    ids: list[str] = []
    left = list(answers)

    def handler(request: httpx.Request) -> httpx.Response:
        ids.append(request.headers["webhook-id"])
        return left.pop(0)

    clock, shelf = Clock(), Shelf()
    endpoint = an_endpoint(teams=frozenset({"billing"}))
    async with Poster(endpoint, clock, transport=httpx.MockTransport(handler)) as poster:
        retries = Retries(Notify.model_validate(settings), clock)
        delivery = Delivery(endpoint, poster, retries, shelf, clock, concurrency=1)  # type: ignore[arg-type]
        await delivery.bring(record, clock.pause)
    return ids, shelf, clock


async def test_each_attempt_has_the_same_id_and_no_log_what_a_customer_wrote() -> None:
    said = b"cannot take: Ada Lovelace"
    with capture_logs() as logs:
        ids, shelf, _ = await bring(a_record(id="n-7"), an_answer(500, said), an_answer(429), an_answer(200))
    assert ids == ["n-7"] * 3
    assert shelf.kept == []
    assert [(log["event"], log["status"], log["attempts"]) for log in logs] == [
        ("notify.retry", 500, 1),
        ("notify.retry", 429, 2),
        ("notify.delivered", 200, 3),
    ]
    assert "Ada" not in str(logs)


async def test_a_pause_that_is_asked_for_is_kept() -> None:
    _, _, clock = await bring(a_record(), an_answer(503, retry_after="40"), an_answer(200))
    assert sum(clock.waited) == 40


async def test_what_is_not_for_this_endpoint_is_not_sent() -> None:
    ids, shelf, _ = await bring(a_record(an_event(team="tier-2")))
    assert (ids, shelf.kept) == ([], [])


async def test_what_is_kept_says_why() -> None:
    record = a_record(id="n-7")
    with capture_logs() as logs:
        _, shelf, _ = await bring(record, an_answer(503), an_answer(404, b"no Ada here"))
    [kept] = shelf.kept
    assert kept.items() >= {name: value.decode() for name, value in record.headers}.items()
    assert {name: kept[name] for name in kept if name not in dict(record.headers)} == {
        "handoff_endpoint": "ops",
        "handoff_reason-code": "refused",
        "handoff_attempts": "2",
        "handoff_first-failed-at": "2026-03-02T09:00:00+00:00",
        "handoff_status": "404",
        "kafka_dlt-original-topic": TOPIC,
        "__streams.errors.exception": "refused",
        "__streams.errors.message": "404 Not Found: no Ada here",
        "__streams.errors.topic": TOPIC,
        "__streams.errors.partition": "0",
        "__streams.errors.offset": "7",
    }
    assert logs[-1]["event"] == "notify.undelivered"
    assert "Ada" not in str(logs)


async def test_what_cannot_be_read_is_kept() -> None:
    _, shelf, _ = await bring(a_record(value=b"{}"))
    [kept] = shelf.kept
    assert (kept["handoff_reason-code"], kept["handoff_attempts"], kept["handoff_status"]) == (
        "unreadable",
        "0",
        "",
    )


async def test_what_we_cannot_word_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def render(*_: Any) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr("streams.notify.bodies.render", render)
    with capture_logs() as logs:
        _, shelf, _ = await bring(a_record())
    assert shelf.kept[0]["handoff_reason-code"] == "not-rendered"
    assert logs[0]["event"] == "notify.not_rendered"
