"""A Kafka connection that uvloop has closed is a lost connection, and a consumer that stopped says so."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError, KafkaError

from streams.intake import intake
from streams.kafka import closed_connections


class Lost:
    """A connection that uvloop has closed."""

    host, port = "broker", 9092

    def __init__(self) -> None:
        self.is_closed = False

    def close(self, reason: object) -> None:
        self.is_closed = True


def test_a_write_to_a_closed_transport_is_a_lost_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed")

    monkeypatch.setattr(closed_connections, "_send", fails)
    monkeypatch.setattr(AIOKafkaConnection, "send", AIOKafkaConnection.send)
    closed_connections.notice_closed_connections()
    lost = Lost()

    with pytest.raises(KafkaConnectionError, match="broker:9092 broken"):
        AIOKafkaConnection.send(lost, object())
    assert lost.is_closed


async def test_a_consumer_that_stopped_fetching_is_noticed() -> None:
    async def die() -> None:
        raise RuntimeError("nobody expected this")

    async def live() -> None:
        await asyncio.sleep(60)

    dead, alive = asyncio.create_task(die()), asyncio.create_task(live())
    await asyncio.wait([dead])

    with pytest.raises(KafkaError, match="stopped fetching: nobody expected this"):
        intake._require_fetching(SimpleNamespace(_fetcher=SimpleNamespace(error_future=dead)))
    intake._require_fetching(SimpleNamespace(_fetcher=SimpleNamespace(error_future=alive)))
    alive.cancel()
    await asyncio.wait([alive])
    intake._require_fetching(SimpleNamespace(_fetcher=SimpleNamespace(error_future=alive)))
