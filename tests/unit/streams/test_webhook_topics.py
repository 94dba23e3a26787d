"""From the relay to the sender, and what docs/notifications.md shows of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from orchestrator.domain.events.event import Stream
from orchestrator.ledger.outbox import Outgoing
from orchestrator.wall_clock import SystemClock
from streams.notify.answer import Reason
from streams.notify.endpoints_file import read_endpoints
from streams.notify.notification import read
from streams.notify.signature import headers, read_secrets
from streams.relay.outgoing import record_of
from streams.topics.spec import Direction
from streams.topics.table import UNDELIVERED, all_topics, topic_of
from tests.unit.streams.webhook_builders import SECRET, an_event

DOCS = (Path(__file__).parents[3] / "docs" / "notifications.md").read_text(encoding="utf-8")


async def test_the_relay_sends_what_the_sender_reads() -> None:
    event = an_event()
    assert event.stream is not None
    outgoing = Outgoing(
        id=1,
        stream=event.stream.value,
        team=None,
        key=event.case_id,
        event_id="5f0c-7",
        handoff_id=event.handoff_id,
        type=event.type,
        at=event.at,
        data=event.model_dump_json(),
        dead_letter_id=None,
    )
    record = await record_of(outgoing, "handoff-orchestrator", outbox=None)  # type: ignore[arg-type]
    assert (record.topic, record.key) == ("support.handoff.notification.v1", b"C-1001")
    notification = read(record)
    assert (notification.id, notification.at, notification.data) == ("5f0c-7", event.at, record.value)
    assert notification.told.title == event.title


def test_the_topics() -> None:
    topics = {spec.name: spec for spec in all_topics([], partitions=6)}
    told, undelivered = topics[topic_of(Stream.NOTIFICATIONS)], topics[UNDELIVERED]
    assert told.event_types == ("support.handoff.notification.raised.v1",)
    assert undelivered.direction is Direction.OUT
    assert told.key == undelivered.key
    assert undelivered.max_message_bytes > told.max_message_bytes, "headers are added"


def _block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_endpoints_in_the_docs_are_right(tmp_path: Path) -> None:
    file = tmp_path / "endpoints.yaml"
    file.write_text(_block("yaml"), encoding="utf-8")
    variables = {
        "SLACK_LEADS_URL": "https://hooks.slack.example/x",
        "TEAMS_MANAGERS_URL": "https://teams.example/x",
        "PAGING_SECRET": SECRET,
    }
    found = read_endpoints(file, teams=["billing", "tier-2"], secrets=lambda name: SecretStr(variables[name]))
    assert [endpoint.name for endpoint in found] == ["leads", "managers", "paging"]


def test_the_receiver_in_the_docs_takes_ours_and_nobody_elses() -> None:
    namespace: dict[str, Any] = {}
    exec(_block("python"), namespace)
    verify, now = namespace["verify"], SystemClock().now()
    signed = headers("n-1", now, b"{}", (b"x" * 24, *read_secrets(SECRET)))
    assert verify(signed, b"{}", SECRET) == "n-1"
    with pytest.raises(ValueError, match="not from us"):
        verify(signed, b"{ }", SECRET)
    with pytest.raises(ValueError, match="too old"):
        verify(headers("n-1", datetime(2026, 1, 1, tzinfo=UTC), b"{}", read_secrets(SECRET)), b"{}", SECRET)


def test_the_docs_name_the_reasons() -> None:
    assert not [reason for reason in Reason if f"`{reason.value}`" not in DOCS]
