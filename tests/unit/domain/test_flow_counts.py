"""What is counted of a flow adds up, in whatever order and from however many processes."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.domain.flow_health.counts import EMPTY, Counts, merge, minute_of, within_window
from orchestrator.domain.flow_health.drift import Drift, departs
from orchestrator.domain.flow_health.histogram import bin_of, merged, quantile
from orchestrator.domain.flow_health.limits import DRIFTS_KEPT, WINDOW_MINUTES
from orchestrator.domain.flow_health.noted import Noted
from orchestrator.domain.flow_health.tally import Tally
from orchestrator.domain.flow_health.watched import Party
from tests.builders import HOUR, MINUTE, SECOND, T0
from tests.unit.domain.flow_builders import a_flow, a_note, counted, failed_note

_instants = st.integers(0, 40 * 60).map(lambda seconds: T0 + seconds * SECOND)
_notes = st.one_of(
    st.builds(a_note, _instants),
    st.builds(failed_note, st.sampled_from(["invalid-data", "too-large"])),
    st.builds(
        lambda at, name: a_note(at, fields={name: 1}),
        _instants,
        st.sampled_from([f"f{n}" for n in range(80)]),
    ),
)
_arrivals = st.lists(st.tuples(_instants, _notes), max_size=12)
_counts = _arrivals.map(counted)


@settings(max_examples=40)
@given(_counts, _counts, _counts)
def test_counts_merge_in_any_order(one: Counts, two: Counts, three: Counts) -> None:
    assert merge(one, two) == merge(two, one)
    assert merge(merge(one, two), three) == merge(one, merge(two, three))


@settings(max_examples=40)
@given(_counts)
def test_nothing_merged_with_counts_leaves_them(counts: Counts) -> None:
    kept = merge(counts, EMPTY)
    assert merge(kept, EMPTY) == kept
    assert within_window(kept, now=T0 + 40 * MINUTE) == within_window(counts, now=T0 + 40 * MINUTE)


@settings(max_examples=40)
@given(_arrivals, st.integers(0, 30))
def test_two_processes_count_what_one_would(arrivals: list[tuple[datetime, Noted]], cut: int) -> None:
    together = merge(counted(arrivals[:cut]), counted(arrivals[cut:]))

    assert together == merge(counted(arrivals), EMPTY)


def test_only_the_window_is_kept() -> None:
    counts = counted((T0 + number * MINUTE, a_note(T0)) for number in range(60))

    assert len(merge(counts, EMPTY).minutes) == WINDOW_MINUTES
    left = within_window(counts, now=T0 + 61 * MINUTE)
    assert min(left.minutes) == minute_of(T0 + 47 * MINUTE)
    assert within_window(counts, now=T0 + 5 * HOUR).minutes == {}


def test_a_source_that_sends_anything_does_not_fill_the_memory() -> None:
    fields = {f"field_{number}": number for number in range(10_000)}

    counts = counted([(T0, a_note(T0, fields=fields))])

    assert len(counts.drifts) == DRIFTS_KEPT


# Latencies


@given(st.lists(st.integers(2, 2_000_000_000), min_size=1), st.sampled_from([0.5, 0.95, 1.0]))
def test_a_percentile_is_off_by_a_twentieth_at_most(latencies_ms: list[int], share: float) -> None:
    histogram: dict[int, int] = {}
    for ms in latencies_ms:
        histogram = merged(histogram, {bin_of(timedelta(milliseconds=ms)): 1})

    exact = sorted(latencies_ms)[ceil(share * len(latencies_ms)) - 1]
    read = quantile(histogram, share)
    assert read is not None
    assert read / timedelta(milliseconds=1) == pytest.approx(exact, rel=0.05)


def test_no_latency_is_no_percentile_and_a_negative_one_is_none() -> None:
    assert quantile({}, 0.95) is None
    assert bin_of(-HOUR) == bin_of(timedelta(0)) == 0
    assert bin_of(timedelta(days=10_000)) == 230


# Whose message it is


def a_crm_flow() -> Any:
    return a_flow(
        id="crm-to-desk", source=Party(id="crm", name="CRM"), feeds=("account.name",), declared={}, codes={}
    )


def test_a_message_counts_for_the_flow_of_its_system_and_subject() -> None:
    tally = Tally([a_flow(), a_crm_flow()])
    tally.add(a_note(T0), now=T0)
    tally.add(Noted("account", "crm", T0), now=T0)
    tally.add(Noted("account", "crm", None, failure="invalid-data"), now=T0)

    taken = tally.take()

    assert {flow: sum(m.passed for m in counts.minutes.values()) for flow, counts in taken.items()} == {
        "billing-to-desk": 1,
        "crm-to-desk": 1,
    }
    [minute] = taken["crm-to-desk"].minutes.values()
    assert minute.failed == {"invalid-data": 1}
    assert tally.take() == {}


def test_a_message_of_no_known_system_counts_where_only_one_flow_can_have_brought_it() -> None:
    one, two = a_flow(), a_flow(id="erp-to-desk", source=Party(id="erp", name="ERP"))
    broken = failed_note(system=None)
    alone, both = Tally([one]), Tally([one, two])
    alone.add(broken, now=T0)
    both.add(broken, now=T0)

    assert alone.take().keys() == {"billing-to-desk"}
    assert both.take() == {}


def test_a_system_that_no_flow_names_is_undocumented() -> None:
    tally = Tally([a_flow()])
    tally.add(a_note(T0, system="spreadsheet"), now=T0)

    assert tally.take() == {}
    assert tally.undocumented == {("spreadsheet", "billing")}


# Types


@pytest.mark.parametrize(
    ("word", "fits", "departs_as"),
    [
        ("text", "some words", (7, "number")),
        ("code", "past_due", (True, "flag")),
        ("number", 7.5, ("7.5", "text")),
        ("number", 7, (True, "flag")),
        ("flag", False, (0, "number")),
        ("date", "2026-03-02", ("2.3.2026", "text")),
        ("instant", "2026-03-02T09:00:00Z", ("2026-03-02", "date")),
        ("list", ["a"], ("a", "text")),
        ("text", "2026-03-02", ([], "list")),
    ],
)
def test_a_value_fits_its_declared_type_or_departs_from_it(
    word: str, fits: Any, departs_as: tuple[Any, str]
) -> None:
    flow = a_flow(declared={"billing.field": word}, codes={})
    value, is_a = departs_as

    assert departs("billing.field", fits, flow) is None
    assert departs("billing.field", None, flow) is None
    assert departs("billing.field", value, flow) == Drift(
        "changed-type", "billing.field", f"{is_a}, not {word}"
    )


def test_a_flow_that_declares_no_schema_cannot_drift_from_it() -> None:
    assert departs("account.anything", 7, a_crm_flow()) is None
