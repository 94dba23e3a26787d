"""Latency: from the event being sent to its packet being read, beside a bare round trip on that broker."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from aiokafka import AIOKafkaProducer

from bench.load import IN_TOPIC, Requests
from bench.ours import PACKETS, our_worker
from bench.percentiles import Spread, spread
from bench.reader import reading, skip_the_load
from bench.scale import LATENCY_PER_S, Scale
from bench.servers import Servers

_GROUP = "latency"
_BARE = "bare-round-trip"
_WARM_UP_S = 2.0
_ARRIVE_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Latency:
    """Both round trips."""

    ours: Spread
    bare: Spread


class Trips:
    """Sends requests at an even pace and times the arrival of the record with the same key."""

    def __init__(self, servers: Servers, requests: Requests, producer: Any) -> None:
        self._servers = servers
        self._requests = requests
        self._producer = producer
        self._number = 0

    async def time(self, there: str, back: str, seconds: float) -> list[float]:
        """Send to topic `there` for some time, read from topic `back`, and return seconds of each trip."""
        sent: dict[bytes, float] = {}
        trips: dict[bytes, float] = {}
        count = int(seconds * LATENCY_PER_S)
        complete = asyncio.Event()

        def note(record: Any) -> None:
            if record.key in sent:
                trips.setdefault(record.key, perf_counter() - sent[record.key])
                if len(trips) == count:
                    complete.set()

        async with reading(self._servers.kafka, back, note):
            began = perf_counter()
            for index in range(count):
                await asyncio.sleep(max(0.0, began + index / LATENCY_PER_S - perf_counter()))
                self._number += 1
                record = self._requests.record(self._number, prefix="trip")
                sent[record.key] = perf_counter()
                await self._producer.send(there, record.value, key=record.key, headers=record.headers)
            async with asyncio.timeout(_ARRIVE_WITHIN_S):
                await complete.wait()
        return list(trips.values())


async def measure_latency(servers: Servers, requests: Requests, scale: Scale) -> Latency:
    """Run one worker, and time whole and bare trips in turns."""
    await servers.create_topics([_BARE])
    await skip_the_load(servers.kafka, _GROUP)
    dsn = await servers.fresh_database()
    ours: list[float] = []
    bare: list[float] = []
    producer = AIOKafkaProducer(**servers.kafka, acks="all")
    async with producer:
        trips = Trips(servers, requests, producer)
        with our_worker(servers, dsn, group=_GROUP):
            await trips.time(_BARE, _BARE, _WARM_UP_S)
            await trips.time(IN_TOPIC, PACKETS, _WARM_UP_S)
            for _ in range(scale.latency_slices):
                bare += await trips.time(_BARE, _BARE, scale.slice_s)
                ours += await trips.time(IN_TOPIC, PACKETS, scale.slice_s)
    return Latency(spread(ours), spread(bare))
