"""What a running system adds to the map: open work, who sends context, topics that nobody documented."""

from __future__ import annotations

import asyncio
import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from typer.testing import CliRunner

from handoff_templates import load
from orchestrator.domain.context.subjects import Subject
from orchestrator.domain.handoff import Status
from orchestrator.ledger import schema
from orchestrator.ledger.context_postgres import PostgresContext
from orchestrator.ledger.postgres import PostgresLedger
from streams.cli import app
from streams.topics.table import all_topics
from tests import builders as b
from tests.context_builders import a_tombstone, an_observation, observed
from tests.contract.test_ledger import a_row, keep
from tests.servers import Broker

pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database: str) -> None:
    for name in list(os.environ):
        if name.startswith("HANDOFF_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HANDOFF_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HANDOFF_POSTGRES__DSN", database)
    monkeypatch.setattr("streams.logs.configure", lambda *_, **__: None)


def run(*words: str) -> dict[str, object]:
    done = CliRunner().invoke(app, ["map", *words, "--json"])
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def test_open_handoffs_that_stand_on_it_are_counted(database: str) -> None:
    async def prepare() -> None:
        await schema.upgrade(database)
        ledger = PostgresLedger(database, cluster="c", group="g")
        await ledger.open()
        billing: dict[str, Any] = {"kind": "support-to-billing", "receiving_team": "billing"}
        try:
            await keep(
                ledger,
                a_row(1, **billing),
                a_row(2, status=Status.ACCEPTED, **billing),
                a_row(3, status=Status.HELD, **billing),
                a_row(4, status=Status.COMPLETED, **billing),
                a_row(5, kind="support-to-engineering", receiving_team="engineering"),
            )
        finally:
            await ledger.close()

    asyncio.run(prepare())

    assert run("impact", "billing-status")["open_now"] == {
        "total": 3,
        "handoffs": [{"kind": "support-to-billing", "team": "billing", "open": 3}],
    }
    assert run("impact", "incident-status")["open_now"] == {
        "total": 1,
        "handoffs": [{"kind": "support-to-engineering", "team": "engineering", "open": 1}],
    }
    assert run("impact", "revenue-history")["open_now"] == {"total": 0, "handoffs": []}


def test_a_database_without_the_schema_is_an_answer_too(database: str) -> None:
    told = run("impact", "billing")
    assert told["open_now"] is None
    assert "run `handoff db upgrade`" in str(told["open_now_unknown"])


def test_who_sends_context_without_a_flow_is_found(database: str) -> None:
    async def prepare() -> None:
        await schema.upgrade(database)
        store = PostgresContext(database, cluster="c")
        await store.open()
        gone = an_observation(account="acct-9", system="gone")
        try:
            await store.merge(
                [
                    observed(),
                    observed(account="acct-2", system="spreadsheet"),
                    observed(subject=Subject.NPS, system="billing", customer_id="cust-1"),
                    observed(observation=gone),
                ],
                now=b.T0,
            )
            await store.merge(
                [a_tombstone(b.T0 + b.MINUTE, address=observed(observation=gone).address)], now=b.T0
            )
        finally:
            await store.close()

    asyncio.run(prepare())

    told = run("check", "--today", "2026-11-22")
    findings: list[dict[str, str]] = told["findings"]  # type: ignore[assignment]
    undocumented = [each["message"] for each in findings if each["code"] == "undocumented"]
    assert [message.partition(",")[0] for message in undocumented] == [
        "spreadsheet",
        "Billing / ERP sends on support.context.nps.observed.v1",
    ]


@pytest.fixture
def foreign_topic(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Make a topic of our domain that is not ours."""
    name = f"support.shadow-{uuid.uuid4().hex[:8]}.v1"
    other = name.replace("support.", "sales.")

    async def change(*, make: bool) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
        await admin.start()
        try:
            if make:
                await admin.create_topics([NewTopic(each, 1, 1) for each in (name, other)])
            else:
                await admin.delete_topics([name, other])
        finally:
            await admin.close()

    asyncio.run(change(make=True))
    monkeypatch.setenv("HANDOFF_KAFKA__BOOTSTRAP", broker.bootstrap)
    yield name
    asyncio.run(change(make=False))


@pytest.mark.broker
def test_a_topic_that_nobody_documented_is_found(foreign_topic: str) -> None:
    told = run("check")
    messages = [each["message"] for each in told["findings"]]  # type: ignore[attr-defined]
    assert any(f"the topic {foreign_topic} is there" in message for message in messages)
    assert not any("sales.shadow" in message for message in messages), "another domain is not our business"
    # Other tests make topics of teams that the packaged rules do not know; those are not ours.
    ours = [spec.name for spec in all_topics(load().rules.teams)]
    assert [name for name in ours if any(f"the topic {name} is there" in each for each in messages)] == []
