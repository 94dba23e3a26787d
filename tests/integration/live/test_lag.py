"""The lag is what waits on the topics that no worker has stored."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.domain.commands import RequestHandoff
from orchestrator.ledger.floor import PostgresFloor
from streams.board.lag import Lag
from streams.settings import connection
from tests import builders as b
from tests.live_builders import until
from tests.servers import Broker
from tests.system import a_settings, a_worker, send, set_up

pytestmark = [pytest.mark.broker, pytest.mark.postgres]


async def test_events_that_wait_are_counted_until_a_worker_has_stored_them(
    broker: Broker, database: str
) -> None:
    mine = f"lag-{database[-8:]}"
    settings = a_settings(broker.bootstrap, database, is_apache=broker.is_apache, group=mine)
    policy = b.a_policy()
    await set_up(settings, policy)
    ledger = PostgresFloor(database)
    await ledger.open()
    lag = Lag(connection(settings.kafka), ledger, group=settings.kafka.group)
    running = asyncio.create_task(lag.run())
    try:
        await until(lambda: lag.events is not None, within_s=30)
        before = lag.events
        assert before is not None
        waiting = [
            (RequestHandoff.type, b.a_record(b.a_request(case_id=f"lag-{n}"), id=f"{mine}-{n}"))
            for n in range(4)
        ]
        await send(settings, waiting)
        await until(lambda: (lag.events or 0) > before, within_s=30)
        async with a_worker(settings, policy):
            await until(lambda: lag.events == 0, within_s=60)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await ledger.close()


async def test_without_a_broker_nobody_can_tell() -> None:
    lag = Lag(None, PostgresFloor("postgresql://nobody@nowhere.invalid/none"), group="g")
    await lag.run()
    assert lag.events is None
