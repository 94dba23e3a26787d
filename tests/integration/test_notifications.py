"""Webhooks, with a real broker on one side and a real server on the other."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import signal
import sys
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from pydantic import SecretStr

from streams.embedded.child import Child, minimal_environment
from streams.notify.endpoint import Endpoint
from streams.notify.sender import Sender
from streams.notify.signature import read_secrets
from streams.settings import Kafka, Notify, Settings, connection
from streams.topics import admin as topic_admin
from streams.topics.table import UNDELIVERED, all_topics
from tests.servers import Broker
from tests.system import read, send
from tests.unit.streams.webhook_builders import SECRET, TOPIC, a_record, an_endpoint, an_event

pytestmark = pytest.mark.broker

ROOT = Path(__file__).parents[2]
Answer = tuple[int, dict[str, str]]


@dataclass
class Request:
    """A request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def is_signed(self) -> bool:
        """Whether the signature is right, as a receiver finds out."""
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        mine = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return self.headers["webhook-signature"] == f"v1,{mine}"


@dataclass
class Receiver:
    """A server that keeps what it is sent, and answers as it is told."""

    answer: Callable[[Request, int], Awaitable[Answer]]
    """Gets a request and how often its id has come."""
    url: str = ""
    requests: list[Request] = field(default_factory=list)

    def ids(self) -> list[str]:
        return [request.id for request in self.requests]

    async def until(self, count: int, within_s: float = 20) -> None:
        """Wait for as many requests."""
        deadline = time.monotonic() + within_s
        while len(self.requests) < count:
            assert time.monotonic() < deadline, f"only {self.ids()} came within {within_s} s"
            await asyncio.sleep(0.02)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")[1:-2]
                headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
                request = Request(headers, await reader.readexactly(int(headers["content-length"])))
                self.requests.append(request)
                status, more = await self.answer(request, self.ids().count(request.id))
                extra = "".join(f"{name}: {value}\r\n" for name, value in more.items())
                writer.write(f"HTTP/1.1 {status} X\r\n{extra}content-length: 4\r\n\r\nsaid".encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def ok(request: Request, times: int) -> Answer:
    return 200, {}


async def never(request: Request, times: int) -> Answer:
    await asyncio.sleep(60)
    return 200, {}


@asynccontextmanager
async def a_receiver(answer: Callable[[Request, int], Awaitable[Answer]] = ok) -> AsyncIterator[Receiver]:
    receiver = Receiver(answer)
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(receiver.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    try:
        yield receiver
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class Place:
    """A consumer group and a team of a test's own, on the topics of all."""

    settings: Settings
    run: str

    async def send(self, *names: str, case: str = "case") -> None:
        """Send notifications; their ids are these names and the run."""
        await send(self.settings, [(TOPIC, self.record(name, case)) for name in names])

    def record(self, name: str, case: str = "case") -> Any:
        return a_record(an_event(team=self.run, case_id=f"{case}-{self.run}"), id=self.id(name))

    def id(self, name: str) -> str:
        return f"{name}-{self.run}"

    def endpoint(self, receiver: Receiver, **over: Any) -> Endpoint:
        fields = {
            "url": SecretStr(receiver.url),
            "host": "127.0.0.1",
            "is_local": True,
            "secrets": read_secrets(SECRET),
            "teams": frozenset([self.run]),
        }
        return an_endpoint(**fields | over)

    @asynccontextmanager
    async def sending(self, *endpoints: Endpoint) -> AsyncIterator[None]:
        """Send until the end of the block, then stop as SIGTERM would."""
        stopping, ready = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(Sender(self.settings, endpoints).run(stopping, on_ready=ready.set))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if task.done():
            await task
        try:
            yield
        finally:
            stopping.set()
            await task

    async def undelivered(self, count: int) -> list[Any]:
        """Return this run's records on the undelivered topic."""

        def ours(records: list[Any]) -> list[Any]:
            return [r for r in records if r.key is not None and r.key.endswith(self.run.encode())]

        return ours(await read(self.settings, [UNDELIVERED], until=lambda r: len(ours(r)) >= count))

    async def committed(self, endpoint: str = "ops") -> int:
        """Return the sum of the offsets that the group of an endpoint has committed."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.settings.kafka.bootstrap,
            group_id=f"{self.settings.kafka.group}-notify-{endpoint}",
            enable_auto_commit=False,
        )
        await consumer.start()
        try:
            places = [TopicPartition(TOPIC, number) for number in range(self.settings.kafka.partitions)]
            consumer.assign(places)
            return sum([await consumer.committed(place) or 0 for place in places])
        finally:
            await consumer.stop()

    async def until_committed(self, count: int, endpoint: str = "ops") -> None:
        """Wait until the group stands at `count`."""
        deadline = time.monotonic() + 20
        while (now := await self.committed(endpoint)) != count:
            assert time.monotonic() < deadline, f"{endpoint} stands at {now}, not at {count}"
            await asyncio.sleep(0.1)

    def with_(self, **over: Any) -> None:
        """Change how notifications are sent."""
        notify = self.settings.notify.model_copy(update=over)
        self.settings = self.settings.model_copy(update={"notify": notify})


@pytest.fixture
async def place(broker: Broker) -> Place:
    run = uuid.uuid4().hex
    kafka = Kafka(
        bootstrap=broker.bootstrap, idempotent=broker.is_apache, partitions=3, group=f"webhooks-{run}"
    )
    quick = Notify(
        first_wait=timedelta(milliseconds=50),
        longest_wait=timedelta(milliseconds=200),
        attempts=5,
        concurrency=2,
        # Nothing that other tests sent.
        look_back=timedelta(0),
    )
    settings = Settings(kafka=kafka, notify=quick)
    table = all_topics([], partitions=kafka.partitions, replication=kafka.replication)
    await topic_admin.apply(connection(kafka), await topic_admin.plan(connection(kafka), table))
    return Place(settings, run)


async def test_it_is_delivered_once_and_signed(place: Place) -> None:
    async with a_receiver() as receiver, place.sending(place.endpoint(receiver)):
        began = await place.committed()
        await place.send("one")
        await receiver.until(1)
        await place.until_committed(began + 1)
        await place.send("two")
        await receiver.until(2)

    assert receiver.ids() == [place.id("one"), place.id("two")]
    assert all(request.is_signed for request in receiver.requests)
    request = receiver.requests[0]
    assert request.headers["content-type"] == "application/json"
    body = json.loads(request.body)
    assert (body["type"], body["timestamp"]) == (
        "support.handoff.notification.raised.v1",
        "2026-03-02T09:00:00Z",
    )
    assert body["data"] == json.loads(place.record("one").value)


@pytest.mark.apache_kafka
async def test_what_came_shortly_before_a_new_endpoint_is_told_to_it(place: Place) -> None:
    place.with_(look_back=timedelta(minutes=15))
    await place.send("early")
    async with a_receiver() as receiver, place.sending(place.endpoint(receiver)):
        await receiver.until(1)
    assert receiver.ids() == [place.id("early")]


async def test_503_twice_and_then_200(place: Place) -> None:
    async def answer(request: Request, times: int) -> Answer:
        return (503, {}) if times < 3 and request.id == place.id("one") else (200, {})

    async with a_receiver(answer) as receiver, place.sending(place.endpoint(receiver)):
        began = await place.committed()
        await place.send("one", "two")
        await receiver.until(4)
        await place.until_committed(began + 2)
    # The case keeps its order, and each attempt has the same id and a signature of its own.
    assert receiver.ids() == [place.id("one")] * 3 + [place.id("two")]
    assert all(request.is_signed for request in receiver.requests)


@pytest.mark.parametrize(("status", "reason"), [(400, "refused"), (410, "gone"), (302, "redirected")])
async def test_what_is_refused_for_good_is_kept_with_the_reason(
    place: Place, status: int, reason: str
) -> None:
    async def answer(request: Request, times: int) -> Answer:
        return status, {"location": "http://169.254.169.254/"}

    async with a_receiver(answer) as receiver, place.sending(place.endpoint(receiver)):
        began = await place.committed()
        await place.send("one")
        [letter] = await place.undelivered(1)
        await place.until_committed(began + 1)
    assert receiver.ids() == [place.id("one")]

    sent = place.record("one")
    assert (letter.key, letter.value) == (sent.key, sent.value)
    headers = {name: value.decode() for name, value in letter.headers}
    assert headers.items() >= {name: value.decode() for name, value in sent.headers}.items()
    assert headers["handoff_endpoint"] == "ops"
    assert headers["handoff_reason-code"] == reason
    assert headers["handoff_status"] == str(status)
    assert headers["handoff_attempts"] == "1"
    assert headers["__streams.errors.message"].startswith(f"{status} ")
    assert headers["__streams.errors.message"].endswith(": said")
    assert headers["kafka_dlt-original-topic"] == TOPIC
    assert headers["handoff_first-failed-at"] > "2026"


async def test_what_fails_too_often_is_kept_and_the_next_goes_on(place: Place) -> None:
    async def answer(request: Request, times: int) -> Answer:
        return (500, {}) if request.id == place.id("poison") else (200, {})

    async with a_receiver(answer) as receiver, place.sending(place.endpoint(receiver)):
        await place.send("poison", "next")
        await place.send("other", case="other")
        [letter] = await place.undelivered(1)
        await receiver.until(7)
    assert Counter(receiver.ids()) == {place.id("poison"): 5, place.id("next"): 1, place.id("other"): 1}
    ids = receiver.ids()
    assert ids.index(place.id("other")) < ids.index(place.id("next")), "another case does not wait"
    headers = dict(letter.headers)
    assert headers["handoff_reason-code"] == b"too-many-attempts"
    assert headers["handoff_attempts"] == b"5"


async def test_a_hanging_endpoint_delays_nobody(place: Place) -> None:
    timeout = timedelta(seconds=30)
    async with a_receiver(never) as hanging, a_receiver() as quick:
        endpoints = [
            place.endpoint(hanging, name="hanging", timeout=timeout),
            place.endpoint(quick, name="quick"),
        ]
        async with place.sending(*endpoints):
            began = await place.committed("quick")
            for n in range(20):
                await place.send(f"n{n}", case=f"case{n}")
            await quick.until(20, within_s=10)
            await place.until_committed(began + 20, "quick")
            assert len(hanging.requests) == 2, "as many as may be on the wire at once"
            assert await place.committed("hanging") == began
    assert sorted(quick.ids()) == sorted(place.id(f"n{n}") for n in range(20))


async def test_a_restart_in_the_middle_loses_nothing(place: Place) -> None:
    names = [f"n{n}" for n in range(12)]
    is_open = asyncio.Event()

    async def answer(request: Request, times: int) -> Answer:
        if request.id in {place.id(name) for name in names[:3]} or is_open.is_set():
            return 200, {}
        return 503, {}

    place.with_(attempts=1_000)
    async with a_receiver(answer) as receiver:
        endpoint = place.endpoint(receiver)
        async with place.sending(endpoint):
            began = await place.committed()
            for n, name in enumerate(names):
                await place.send(name, case=f"case{n % 4}")
            await receiver.until(5)
        taken = await place.committed() - began
        assert taken < len(names)
        is_open.set()
        async with place.sending(endpoint):
            await place.until_committed(began + len(names))

    assert set(receiver.ids()) == {place.id(name) for name in names}
    for case in range(4):
        last = {id: n for n, id in enumerate(receiver.ids())}
        order = [last[place.id(name)] for n, name in enumerate(names) if n % 4 == case]
        assert order == sorted(order), "each case in its order"


async def test_a_pause_that_an_endpoint_asks_for_is_one_for_all(place: Place) -> None:
    times_of: list[float] = []

    async def answer(request: Request, times: int) -> Answer:
        times_of.append(asyncio.get_running_loop().time())
        return (429, {"retry-after": "1"}) if len(times_of) == 1 else (200, {})

    async with a_receiver(answer) as receiver, place.sending(place.endpoint(receiver)):
        await place.send("one", case="a")
        await receiver.until(1)
        await place.send("two", case="b")
        await receiver.until(3)
    assert all(at - times_of[0] >= 0.95 for at in times_of[1:])


async def test_what_is_no_notification_is_kept_too(place: Place) -> None:
    record = place.record("bad")
    record.value = b'{"case_id": 1}'
    async with a_receiver() as receiver, place.sending(place.endpoint(receiver)):
        await send(place.settings, [(TOPIC, record)])
        [letter] = await place.undelivered(1)
    assert dict(letter.headers)["handoff_reason-code"] == b"unreadable"
    assert letter.value == record.value
    assert not receiver.requests


async def test_no_more_is_held_than_the_window(place: Place) -> None:
    names = [f"n{n}" for n in range(20)]
    is_open = asyncio.Event()

    async def answer(request: Request, times: int) -> Answer:
        return (200 if is_open.is_set() else 503), {}

    place.with_(window=3, attempts=1_000)
    async with a_receiver(answer) as receiver, place.sending(place.endpoint(receiver)):
        began = await place.committed()
        for name in names:
            await place.send(name, case=name)
        await receiver.until(30)
        assert len(set(receiver.ids())) == 3
        is_open.set()
        await place.until_committed(began + len(names))
    assert set(receiver.ids()) == {place.id(name) for name in names}


async def test_two_senders_share_and_one_goes_on_alone(place: Place) -> None:
    async with a_receiver() as receiver:
        endpoint = place.endpoint(receiver)
        async with place.sending(endpoint):
            began = await place.committed()
            async with place.sending(endpoint):
                for n in range(10):
                    await place.send(f"both{n}", case=f"case{n}")
                await place.until_committed(began + 10)
            for n in range(10):
                await place.send(f"one{n}", case=f"case{n}")
            await place.until_committed(began + 20)
    expected = {place.id(f"{kind}{n}") for kind in ("both", "one") for n in range(10)}
    assert set(receiver.ids()) == expected


@contextmanager
def a_process(settings: Settings, tmp_path: Path, url: str) -> Iterator[Child]:
    """Run `handoff notify` as a process of its own, kill it at the end if it still runs."""
    file = tmp_path / "endpoints.yaml"
    file.write_text(
        "endpoints: [{name: ops, format: standard, url_env: OPS_URL, secret_env: OPS_SECRET, timeout: 30s}]"
    )
    env = minimal_environment() | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        "HANDOFF_KAFKA__BOOTSTRAP": str(settings.kafka.bootstrap),
        "HANDOFF_KAFKA__GROUP": settings.kafka.group,
        "HANDOFF_KAFKA__IDEMPOTENT": str(settings.kafka.idempotent),
        "HANDOFF_NOTIFY__ENDPOINTS": str(file),
        "HANDOFF_NOTIFY__LOOK_BACK": "PT0S",
        "OPS_URL": url,
        "OPS_SECRET": SECRET,
    }
    child = Child([sys.executable, "-m", "streams.cli", "notify"], log=tmp_path / "notify.log", env=env)
    try:
        yield child
    finally:
        if child.is_running:
            child.stop(signal.SIGKILL)


async def until_said(log: Path, words: str, times: int = 1) -> None:
    """Wait until a process has said something as often."""
    deadline = time.monotonic() + 40
    while (said := _text(log)).count(words) < times:
        assert time.monotonic() < deadline, said
        await asyncio.sleep(0.1)


def _text(log: Path) -> str:
    return log.read_text()


async def test_a_killed_sender_loses_nothing_and_a_stopped_one_ends_well(
    place: Place, tmp_path: Path
) -> None:
    is_stuck = True

    async def answer(request: Request, times: int) -> Answer:
        if is_stuck and request.id == place.id("b"):
            await asyncio.sleep(60)
        return 200, {}

    log = tmp_path / "notify.log"
    async with a_receiver(answer) as receiver:
        with a_process(place.settings, tmp_path, receiver.url) as child:
            await until_said(log, "notify.assigned")
            await place.send("a", "b", "c")
            await receiver.until(2)
            child.stop(signal.SIGKILL)
        assert receiver.ids() == [place.id("a"), place.id("b")]
        is_stuck = False
        with a_process(place.settings, tmp_path, receiver.url) as child:
            await until_said(log, "notify.assigned", 2)
            await until_said(log, f'"notification": "{place.id("c")}"')
            child.send(signal.SIGTERM)
            await until_said(log, "notify.stopped")
            await asyncio.to_thread(child.stop, signal.SIGTERM)
    ids = receiver.ids()
    assert ids[-2:] == [place.id("b"), place.id("c")]
    assert set(ids) == {place.id(name) for name in "abc"}
    assert all(request.is_signed for request in receiver.requests)
    said = _text(log)
    assert receiver.url.removeprefix("http://") not in said, "the address may be a secret"
    assert SECRET not in said
