"""The demo's script can be played, and its count is honest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from orchestrator.domain.clocks.spec import BREACH
from orchestrator.inbound import DeadLetter, Delivery, Origin
from streams.cloudevents import decode
from streams.demo.script import NEVER_ACCEPTED, SCRIPT
from streams.demo.short_clocks import short_policy
from streams.demo.tally import Tally, nearest_rank
from streams.listener import Heard
from streams.topics import DEAD_LETTER
from tests import builders as b

A, B = b.a_handoff().id, NEVER_ACCEPTED
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_script_is_in_the_order_of_time_and_what_it_sends_can_be_read() -> None:
    assert [step.after_s for step in SCRIPT] == sorted(step.after_s for step in SCRIPT)
    for step in SCRIPT:
        record = step.record(NOW)
        read = decode(Origin(record.topic, 0, 0, record.key, record.value, record.headers))
        is_cut_off = step.case == "C-1007"
        assert isinstance(read, DeadLetter if is_cut_off else Delivery), read


def test_the_demo_has_every_kind_of_trouble() -> None:
    sent = [(step.source, step.id) for step in SCRIPT]
    assert len(sent) - len(set(sent)) == 1, "one event is sent twice"
    assert sum(step.is_bad for step in SCRIPT) == 2
    assert any(step.handoff == NEVER_ACCEPTED for step in SCRIPT)


def test_clocks_are_short_warn_once_and_tell_a_lead() -> None:
    policy = short_policy()

    assert policy.rules.version.endswith("-demo")
    for kind in policy.rules.kinds.values():
        assert kind.clocks
        for clock in kind.clocks:
            assert clock.budget.total_seconds() <= 60
            assert [rung.name for rung in clock.rungs] == ["50%", BREACH, "lead"]


def a_record(type_: str, id: str, handoff: Any = A, **over: Any) -> Heard:
    fields: dict[str, Any] = {
        "topic": "t",
        "partition": 0,
        "offset": 0,
        "key": "case",
        "headers": {"ce_type": type_, "ce_id": id},
        "data": {"handoff_id": str(handoff)},
        "appended_at": NOW,
    }
    return Heard(**(fields | over))


def a_dead_letter(case: str, number: int) -> Heard:
    headers = {"handoff_dead-letter-id": f"dead-letter-{number}"}
    return a_record("", "", topic=DEAD_LETTER, key=case, headers=headers)


def test_the_count_is_complete_once_everything_owed_has_come() -> None:
    tally = Tally({A, B}, bad={"bad"}, never_accepted=B)
    for at, handoff in ((1.0, A), (2.0, B), (3.0, A), (4.0, None)):
        tally.sent(handoff, at)
    assert tally.lost == 3

    tally.count(a_record("support.handoff.packet.prepared.v1", "1", A), 1.010)
    tally.count(a_record("support.handoff.packet.prepared.v1", "2", B), 2.030)
    tally.count(a_record("support.handoff.packet.prepared.v1", "3", A), 9.0)
    tally.count(a_dead_letter("bad", 1), 4.5)
    assert (tally.lost, tally.is_complete) == (0, False), "the breach is still to come"
    tally.count(a_record("support.handoff.sla.breached.v1", "4", B), 6.0)

    assert tally.is_complete
    assert tally.as_json() == {
        "events": 4,
        "packets": 3,
        "accepted": 0,
        "warnings": 0,
        "breaches": 1,
        "leads_told": 0,
        "dead_letters": 1,
        "lost": 0,
        "duplicates": 0,
        "latency_ms": {"p50": 10.0, "p99": 30.0},
    }


def test_an_id_that_comes_twice_is_a_duplicate() -> None:
    tally = Tally({A}, bad={"bad"}, never_accepted=B)
    tally.sent(A, 0.0)
    for _ in range(3):
        tally.count(a_record("support.handoff.packet.prepared.v1", "1"), 1.0)
    for _ in range(2):
        tally.count(a_dead_letter("bad", 1), 1.0)

    told = tally.as_json()
    assert (told["packets"], told["dead_letters"], told["duplicates"]) == (1, 1, 3)


@pytest.mark.parametrize(
    ("values", "share", "rank"),
    [([], 0.5, None), ([3.0], 0.99, 3.0), ([1, 2, 3, 4], 0.5, 2), (range(1, 101), 0.99, 99)],
)
def test_percentiles_are_by_nearest_rank(values: Any, share: float, rank: float | None) -> None:
    assert nearest_rank(list(values), share) == rank
