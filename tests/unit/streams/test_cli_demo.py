"""The demo's script can be played, and its count is honest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from orchestrator.domain.clocks.spec import BREACH
from orchestrator.domain.context.address import Address
from orchestrator.domain.context.bundle import Bundler
from orchestrator.domain.context.record import Record, merge
from orchestrator.domain.flow_health.watching import watched_flows
from orchestrator.domain.integration_map.sources import names_of, sources_of
from orchestrator.inbound import DeadLetter, Delivery, Origin
from orchestrator.ledger.context import Observed
from streams.context.decoding import Arrival
from streams.context.decoding import decode as decode_context
from streams.demo.observations import FIELDS, KEYS, OBSERVATIONS
from streams.demo.script import OWED, SCRIPT, SHOWN
from streams.demo.short_clocks import SILENT_FLOW, short_policy
from streams.demo.tally import Owed, Tally, nearest_rank
from streams.kafka.listener import Heard
from streams.messages.cloudevents import decode
from streams.topics.table import DEAD_LETTER
from tests import builders as b

A, B = b.a_handoff().id, uuid4()
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
    requested = {str(step.handoff) for step in SCRIPT if step.handoff}
    assert {owed.of for owed in OWED} - {SILENT_FLOW} <= requested
    assert SHOWN in requested


def heard() -> list[Observed]:
    """Return what other systems say, as the context process reads it."""
    told = []
    for saying in OBSERVATIONS:
        record = saying.record(NOW)
        origin = Origin(record.topic, 0, 0, record.key, record.value, record.headers)
        read = decode_context(Arrival(origin, NOW))
        assert isinstance(read, Observed), read
        told.append(read)
    return told


def test_what_six_systems_say_is_shown_and_one_fact_of_it_is_stale() -> None:
    held: dict[Address, Record] = {}
    for each in heard():
        before = held.get(each.address)
        held[each.address] = merge(before, each.observation, at=each.at, by=each.by, now=NOW)
    records = list(held.values())
    assert {record.key for record in records} == set(KEYS)
    assert sum(len(record.fields) for record in records) == FIELDS
    assert len({record.system for record in records}) == 6

    rules = short_policy().rules
    map = rules.integration_map
    bundler = Bundler(rules.context, rules.translations, sources_of(map), names_of(map))
    bundle = bundler.build(records, team="chat", now=NOW)
    (stale,) = [field for field in bundle.fields if field.state == "stale"]
    assert (stale.name, stale.value, stale.source) == (
        "billing.payment_state",
        "Grace Period",
        "Billing / ERP",
    )
    assert stale.fallback == map.flows["billing-status"].fallback
    assert {mark.code for mark in bundle.marks} == {"usage-dropping", "renewal-near", "low-nps"}
    assert [issue.id for issue in bundle.issues] == ["BUG-311"]
    assert len(bundle.interactions) == 1
    assert not bundle.conflicts


def test_one_flow_falls_silent_within_ten_seconds_and_no_other_is_late() -> None:
    flows = watched_flows(short_policy().rules.integration_map)
    late_in = {}
    for flow in flows:
        of_it = [each for each in heard() if each.observation.system in flow.senders]
        newest = [each.at for each in of_it if each.observation.subject in flow.subjects]
        if newest and flow.warn_after:
            late_in[flow.id] = (max(newest) + flow.warn_after - NOW).total_seconds()

    assert len(late_in) == 6
    assert 0 < late_in.pop(SILENT_FLOW) < 10
    assert min(late_in.values()) > 60


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


def a_packet(id: str, handoff: Any, *states: str) -> Heard:
    fields = [{"state": state, "fallback": "ask"} for state in states]
    data = {"handoff_id": str(handoff), "packet": {"context": {"fields": fields}}}
    return a_record("support.handoff.packet.prepared.v1", id, data=data)


def test_the_count_is_complete_once_everything_owed_has_come() -> None:
    owed = (Owed("breaches", str(B)), Owed("stale", str(A)), Owed("concurrent", str(B)), Owed("alerts", "f"))
    tally = Tally({A, B}, bad={"bad"}, owed=owed)
    tally.observed()
    for at, handoff in ((1.0, A), (2.0, B), (3.0, A), (4.0, None)):
        tally.sent(handoff, at)
    assert tally.lost == 3

    tally.count(a_packet("1", A, "fresh", "missing"), 1.010)
    tally.count(a_packet("2", B, "stale"), 2.030)
    tally.count(a_packet("3", A, "stale", "fresh"), 9.0)
    tally.count(a_dead_letter("bad", 1), 4.5)
    assert (tally.lost, tally.is_complete) == (0, False), "more than packets is still to come"
    health = {"flow": "f"}
    for id, record in enumerate(
        (
            a_record("support.handoff.sla.breached.v1", "4", B),
            a_record("support.handoff.notice.concurrent-work.v1", "5", B),
            a_record("support.integration.health.changed.v1", "6", data={"flow": "g"}),
            a_record("support.integration.health.changed.v1", "7", data=health),
        )
    ):
        assert not tally.is_complete, id
        tally.count(record, 6.0)

    assert tally.is_complete
    assert tally.as_json() == {
        "events": 4,
        "observations": 1,
        "packets": 3,
        "accepted": 0,
        "warnings": 0,
        "breaches": 1,
        "leads_told": 0,
        "concurrent": 1,
        "alerts": 2,
        "stale": 2,
        "dead_letters": 1,
        "lost": 0,
        "duplicates": 0,
        "latency_ms": {"p50": 10.0, "p99": 30.0},
    }


def test_an_id_that_comes_twice_is_a_duplicate() -> None:
    tally = Tally({A}, bad={"bad"})
    tally.sent(A, 0.0)
    for _ in range(3):
        tally.count(a_packet("1", A, "stale"), 1.0)
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
