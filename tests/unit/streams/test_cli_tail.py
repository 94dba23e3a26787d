"""Which topics and which records `handoff tail` shows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from streams.cli.tail import What, concerns, is_wanted
from streams.kafka.listener import Heard
from streams.topics.table import all_topics

TOPICS = [spec.name for spec in all_topics(["billing", "phone"])]


@pytest.mark.parametrize(
    ("what", "team", "topics"),
    [
        (What.PACKETS, None, {"support.handoff.packet.billing.v1", "support.handoff.packet.phone.v1"}),
        (What.PACKETS, "phone", {"support.handoff.packet.phone.v1"}),
        (What.SLA, None, {"support.handoff.sla.v1"}),
        (What.LIFECYCLE, "phone", {"support.handoff.lifecycle.v1"}),
        (What.NOTICES, None, {"support.handoff.notice.v1"}),
        (What.NOTIFICATIONS, "phone", {"support.handoff.notification.v1"}),
        (What.HEALTH, None, {"support.integration.health.v1"}),
        (What.DEAD_LETTERS, None, {"support.handoff.dead-letter.v1"}),
    ],
)
def test_each_stream_has_its_topics(what: What, team: str | None, topics: set[str]) -> None:
    assert {topic for topic in TOPICS if is_wanted(topic, what, team)} == topics


@pytest.mark.parametrize(
    ("data", "is_concerned"),
    [
        ({"sending_team": "phone"}, True),
        ({"receiving_team": "phone"}, True),
        ({"team": "phone"}, True),
        ({"team": "billing", "sending_team": "chat", "receiving_team": "phone"}, True),
        ({"sending_team": "chat", "receiving_team": "billing"}, False),
        ({"flow": "billing-to-desk", "teams": ["billing", "phone"]}, True),
        ({"flow": "billing-to-desk", "teams": ["billing"]}, False),
        (None, False),
        ("text", False),
    ],
)
def test_a_team_is_concerned_when_it_is_named(data: Any, is_concerned: bool) -> None:
    record = Heard("t", 0, 0, None, {}, data, datetime(2026, 1, 1, tzinfo=UTC))

    assert concerns(record, "phone") is is_concerned
