"""A source goes silent and comes back: workers tell it on the topic, once each, whoever of them notices."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from orchestrator.domain.events.event import Stream
from orchestrator.domain.flow_health.watching import watched_flows
from orchestrator.domain.identity import flow_journal, journal_id
from orchestrator.domain.integration_map.model import IntegrationMap
from orchestrator.domain.policy import Policy
from orchestrator.ledger.flow_health import PostgresFlows
from orchestrator.wall_clock import SystemClock
from streams.flows.watch import FlowWatch, Noted
from streams.topics.table import topic_of
from tests import builders as b
from tests.servers import Broker
from tests.system import a_settings, a_worker, read, set_up
from tests.unit.domain.test_watching import a_map, a_map_flow

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

TOPIC = topic_of(Stream.HEALTH)
LATE_AFTER = timedelta(seconds=2)


def a_policy(map: IntegrationMap) -> Policy:
    rules = b.a_policy().rules.model_copy(update={"integration_map": map})
    return Policy(rules, b.a_policy().words)


def of_flow(flow: str, count: int) -> Callable[[list[Any]], bool]:
    return lambda records: sum(record.key == flow.encode() for record in records) >= count


@pytest.mark.parametrize("strict", [False, pytest.param(True, marks=pytest.mark.apache_kafka)])
async def test_an_alert_arrives_on_the_topic_once_and_its_end_too(
    broker: Broker, database: str, strict: bool
) -> None:
    flow = f"billing-to-desk-{database[-8:]}"
    map = a_map(a_map_flow(id=flow, warn_after=LATE_AFTER, error_after=timedelta(hours=1)))
    policy = a_policy(map)
    settings = a_settings(broker.bootstrap, database, is_apache=broker.is_apache, relay={"strict": strict})
    await set_up(settings, policy)
    ledger, clock = PostgresFlows(database, shards=settings.relay.shards), SystemClock()
    await ledger.open()
    watch = FlowWatch(ledger, watched_flows(map), clock)
    try:
        async with a_worker(settings, policy), a_worker(settings, policy):
            watch.note([Noted("billing", "billing", clock.now())])
            await watch.flush()
            await read(settings, [TOPIC], until=of_flow(flow, 1))
            watch.note([Noted("billing", "billing", clock.now())])
            await watch.flush()
            await read(settings, [TOPIC], until=of_flow(flow, 2))
            # Time for a second worker to tell it again, if it would.
            await asyncio.sleep(1)
            found = await read(settings, [TOPIC], until=of_flow(flow, 2))
    finally:
        await ledger.close()

    told = [record for record in found if record.key == flow.encode()]
    alert, end, *more = [json.loads(record.value) for record in told]
    assert [alert["state"], end["state"]] == ["warn", "ok"]
    # It is quiet from then on, and so becomes late again at most once while we looked.
    assert len(more) <= 1
    headers = [dict(record.headers) for record in told]
    assert [h["ce_id"].decode() for h in headers] == [
        str(journal_id(flow_journal(flow), number)) for number in range(1, len(told) + 1)
    ]
    assert {h["ce_type"] for h in headers} == {b"support.integration.health.changed.v1"}
    assert {h["ce_subject"] for h in headers} == {flow.encode()}
    assert alert["fields"] == ["billing.payment_state", "billing.own"]
    assert alert["calls"][0]["contact"] == "it@example.com"
    noticed, became = (datetime.fromisoformat(alert[name]) for name in ("noticed_at", "at"))
    assert timedelta(0) <= noticed - became < timedelta(seconds=2)
