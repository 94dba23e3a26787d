"""A flow of the map: when it is late, slow, refused or drifts, and that each change is told once."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.domain.flow_health.health import FlowHealth
from orchestrator.domain.flow_health.limits import CLEAR_BELOW, DRIFT_LASTS, DRIFTS_TOLD, ENOUGH
from orchestrator.domain.flow_health.readings import Reading, state_after
from orchestrator.domain.flow_health.state import Aspect, State, worst
from tests.builders import HOUR, MINUTE, SECOND, T0
from tests.unit.domain.flow_builders import (
    ERROR_AFTER,
    WARN_AFTER,
    Watch,
    a_flow,
    a_note,
    aspects,
    failed_note,
)

A_MICROSECOND = timedelta(microseconds=1)


# Silence


def test_a_source_that_goes_silent_is_late_at_the_very_instant_and_not_before() -> None:
    watch = Watch()
    watch.hear(T0, a_note(T0))

    assert watch.look(T0 + WARN_AFTER - A_MICROSECOND) == []
    [late] = watch.look(T0 + WARN_AFTER)

    assert (late.was, late.state, late.at) == (State.OK, State.WARN, T0 + WARN_AFTER)
    assert aspects(late)[Aspect.AGE].value == WARN_AFTER.total_seconds()


def test_the_instant_of_a_silence_is_named_beforehand_so_that_no_event_is_needed() -> None:
    watch = Watch()
    watch.hear(T0 + SECOND, a_note(T0))

    told = watch.wait(T0 + 24 * HOUR)

    assert [(e.state, e.at, e.noticed_at) for e in told] == [
        (State.WARN, T0 + WARN_AFTER, T0 + WARN_AFTER),
        (State.ERROR, T0 + ERROR_AFTER, T0 + ERROR_AFTER),
    ]
    assert watch.next_at is None


def test_silence_that_is_noticed_late_is_told_with_the_instant_at_which_it_became_true() -> None:
    watch = Watch()
    watch.hear(T0, a_note(T0))

    [late] = watch.look(T0 + 10 * HOUR)

    assert (late.was, late.state) == (State.OK, State.ERROR)
    assert (late.at, late.noticed_at) == (T0 + ERROR_AFTER, T0 + 10 * HOUR)


def test_a_flow_that_never_sent_anything_is_late_counted_from_when_it_is_watched() -> None:
    watch = Watch()
    watch.look(T0)

    [late, worse] = watch.wait(T0 + 24 * HOUR)

    assert late.summary == "Billing to Support desk: nothing at all for 1 hour (limit: 1 hour)"
    assert (late.heard_at, late.newest_at) == (None, None)
    assert worse.at == T0 + ERROR_AFTER


def test_a_source_that_is_back_is_told_once() -> None:
    watch = Watch()
    watch.hear(T0, a_note(T0))
    watch.wait(T0 + 3 * HOUR)

    [well] = watch.hear(T0 + 3 * HOUR, a_note(T0 + 3 * HOUR))

    assert (well.was, well.state, well.version) == (State.ERROR, State.OK, 3)
    assert well.summary == "Billing to Support desk: well again"
    assert watch.hear(T0 + 3 * HOUR + SECOND, a_note(T0 + 3 * HOUR + SECOND)) == []


def test_what_is_heard_but_old_does_not_make_a_flow_fresh() -> None:
    watch = Watch()
    watch.wait(T0 + 3 * HOUR)

    assert watch.hear(T0 + 3 * HOUR, a_note(T0 - HOUR)) == []
    assert watch.health.state is State.ERROR


def test_a_source_whose_clock_is_ahead_is_no_fresher_than_now() -> None:
    watch = Watch()
    watch.hear(T0, a_note(T0 + 3 * MINUTE))

    assert watch.health.counts.newest_at == T0


def test_a_flow_without_limits_is_never_late() -> None:
    watch = Watch(a_flow(warn_after=None, error_after=None))
    watch.hear(T0, a_note(T0))

    assert watch.wait(T0 + 1_000 * HOUR) == []
    assert watch.next_at is None


# Latency and failures


def test_observations_that_arrive_late_already_are_told() -> None:
    watch = Watch()

    [slow] = watch.hear(T0, *[a_note(T0 - timedelta(minutes=70))] * ENOUGH, a_note(T0))

    latency = aspects(slow)[Aspect.LATENCY]
    assert (latency.state, slow.state) == (State.WARN, State.WARN)
    assert latency.value == pytest.approx(70 * 60, rel=0.05)
    assert "observations take 1 hour to arrive (limit: 1 hour)" in slow.summary


def test_a_few_late_observations_raise_no_alarm() -> None:
    watch = Watch()

    assert watch.hear(T0, *[a_note(T0 - 3 * HOUR)] * (ENOUGH - 2), a_note(T0)) == []


def test_messages_that_are_refused_are_told_with_their_share() -> None:
    watch = Watch()

    [bad] = watch.hear(T0, *[failed_note()] * 2, *[a_note(T0)] * 18)

    failures = aspects(bad)[Aspect.FAILURES]
    assert (failures.value, failures.samples, failures.state) == (0.1, 20, State.WARN)
    assert "10% of 20 messages are refused (limit: 5%)" in bad.summary


def test_a_share_of_failures_ends_with_its_window() -> None:
    watch = Watch()
    watch.hear(T0, *[failed_note()] * 20)
    assert watch.health.state is State.ERROR

    # That nothing arrives is no proof of anything.
    assert watch.wait(T0 + 30 * MINUTE) == []
    [well] = watch.hear(T0 + 30 * MINUTE, a_note(T0 + 30 * MINUTE))

    assert (well.was, well.state) == (State.ERROR, State.OK)


def test_what_the_broker_took_long_ago_says_nothing_of_how_the_flow_does_now() -> None:
    watch = Watch()
    old = [a_note(T0 - 5 * HOUR, appended_at=T0 - 4 * HOUR), failed_note(appended_at=T0 - 4 * HOUR)]

    assert watch.hear(T0, *old * ENOUGH, a_note(T0, appended_at=T0)) == []
    assert watch.health.counts.newest_at == T0


# Drift


def test_a_field_that_the_map_does_not_declare_is_told_once() -> None:
    watch = Watch()

    [drift] = watch.hear(T0, a_note(T0, fields={"iban": "DE00"}))

    assert (drift.state, drift.drifts) == (State.WARN, ("billing.iban is not declared",))
    assert watch.hear(T0 + SECOND, a_note(T0 + SECOND, fields={"iban": "DE00"})) == []


def test_a_changed_type_is_an_error() -> None:
    watch = Watch()

    [drift] = watch.hear(T0, a_note(T0, fields={"amount_due": "12.50"}))

    assert drift.state is State.ERROR
    assert drift.drifts == ("billing.amount_due is a text, not number",)


def test_a_code_without_words_is_a_drift_and_free_text_in_its_place_is_not_repeated() -> None:
    watch = Watch()

    [first] = watch.hear(T0, a_note(T0, fields={"payment_state": "dunning_3"}))
    [second] = watch.hear(T0 + SECOND, a_note(T0 + SECOND, fields={"payment_state": "ada@example.com"}))

    assert first.drifts == ("billing.payment_state has an unknown code, dunning_3",)
    assert "ada@" not in second.model_dump_json()
    assert (second.was, second.state) == (State.WARN, State.WARN)


def test_a_field_that_is_taken_away_has_no_type_to_change() -> None:
    assert Watch().hear(T0, a_note(T0, fields={"amount_due": None, "payment_state": None})) == []


def test_a_drift_that_was_not_seen_for_a_day_is_over() -> None:
    watch = Watch(a_flow(warn_after=None, error_after=None))
    watch.hear(T0, a_note(T0, fields={"iban": "DE00"}))

    [over] = watch.wait(T0 + DRIFT_LASTS)

    assert (over.at, over.state, over.drifts) == (T0 + DRIFT_LASTS, State.OK, ())


def test_a_drift_that_is_over_is_not_told_with_the_others() -> None:
    watch = Watch(a_flow(warn_after=None, error_after=None))
    watch.hear(T0, a_note(T0, fields={"iban": "DE00"}))
    watch.hear(T0 + HOUR, a_note(T0, fields={"bic": "X"}))
    [later] = watch.hear(T0 + DRIFT_LASTS, a_note(T0, fields={"vat": "Y"}))

    assert later.drifts == ("billing.bic is not declared", "billing.vat is not declared")


def test_a_drift_lasts_from_when_it_was_seen_last() -> None:
    watch = Watch(a_flow(warn_after=None, error_after=None))
    for hours in (0, 20):
        watch.hear(T0 + hours * HOUR, a_note(T0, fields={"iban": "DE00"}))

    [over] = watch.wait(T0 + 48 * HOUR)

    assert over.at == T0 + 20 * HOUR + DRIFT_LASTS


@pytest.mark.parametrize(
    ("sent", "mended"),
    [
        ({"iban": "DE00"}, {"declared": {"billing.iban": "text"}}),
        ({"amount_due": "12.50"}, {"declared": {"billing.amount_due": "text"}}),
        ({"payment_state": "grace"}, {"codes": {"billing.payment_state": frozenset({"grace"})}}),
    ],
)
def test_a_map_that_was_corrected_ends_the_alarm(sent: dict[str, str], mended: dict[str, object]) -> None:
    watch = Watch()
    watch.hear(T0, a_note(T0, fields=sent))
    assert watch.health.state is not State.OK

    watch.flow = a_flow(**mended)
    [over] = watch.look(T0 + MINUTE)

    assert over.state is State.OK


def test_a_source_that_sends_just_anything_is_not_told_for_ever() -> None:
    watch = Watch()

    for number in range(500):
        now = T0 + number * SECOND
        watch.hear(now, a_note(now, fields={f"field_{number}": 1}))

    assert len(watch.told) == DRIFTS_TOLD


# What is told


def test_an_alert_says_what_stops_whom_it_hits_whom_to_call_and_what_to_do() -> None:
    watch = Watch()
    watch.look(T0)
    [late, _] = watch.wait(T0 + 24 * HOUR)

    assert late.fields == ("billing.payment_state", "billing.amount_due")
    assert late.workflows[0].impact == "The wrong SLA applies"
    assert late.teams == ("billing",)
    assert late.calls[0].contact == "it@example.com"
    assert late.fallback == "Look it up in billing"


def test_one_aspect_does_not_hide_another() -> None:
    watch = Watch()
    watch.hear(T0, a_note(T0, fields={"iban": "DE00"}))

    [late, *_] = watch.wait(T0 + WARN_AFTER)

    assert (late.was, late.state) == (State.WARN, State.WARN)
    assert {a for a, each in aspects(late).items() if each.was is not each.state} == {Aspect.AGE}


def test_what_is_mended_is_said_beside_what_is_not() -> None:
    watch = Watch()
    watch.wait(T0 + 3 * HOUR)
    now = T0 + 3 * HOUR

    [mixed] = watch.hear(now, a_note(now, fields={"iban": "DE00"}))

    assert mixed.summary == (
        "Billing to Support desk: billing.iban is not declared; something new has come again"
        " (better than before)"
    )


def test_the_id_of_a_change_follows_from_the_flow_and_its_number() -> None:
    one, other = Watch(), Watch(since=T0 + HOUR)
    one.look(T0 + 3 * HOUR)
    other.look(T0 + 9 * HOUR)
    another = Watch(a_flow(id="crm-to-desk"))
    another.look(T0 + 3 * HOUR)

    assert one.told[0].id == other.told[0].id == UUID("6e834377-5d68-54ab-b17b-a4076c5ed2ec")
    assert another.told[0].id != one.told[0].id


def test_what_is_stored_comes_back_as_it_was() -> None:
    watch = Watch()
    watch.hear(T0, a_note(T0, fields={"iban": "DE00"}), failed_note())

    assert FlowHealth.model_validate_json(watch.health.model_dump_json()) == watch.health


# Laws


def a_reading(value: float | None, *, is_enough: bool = True) -> Reading:
    return Reading(
        aspect=Aspect.LATENCY, unit="seconds", value=value, warn_at=100, error_at=200, is_enough=is_enough
    )


@given(
    st.sampled_from([100.0, 200.0]).flatmap(
        lambda limit: st.lists(st.floats(CLEAR_BELOW * limit, limit * 1.24), min_size=1)
    ),
    st.sampled_from(State),
)
def test_a_value_that_hovers_about_a_limit_changes_the_state_once_at_most(
    values: list[float], before: State
) -> None:
    # From elsewhere it may first come into the band of this limit.
    state = state_after(a_reading(values[0]), before)
    states = [state]
    for value in values[1:]:
        state = state_after(a_reading(value), state)
        states.append(state)

    assert sum(one is not other for one, other in pairwise(states)) <= 1


@given(st.none() | st.floats(0, 1_000), st.sampled_from(State), st.booleans())
def test_a_state_rises_on_enough_evidence_only(value: float | None, before: State, is_enough: bool) -> None:
    after = state_after(a_reading(value, is_enough=is_enough), before)

    if value is None:
        assert after is before
    elif after.rank > before.rank:
        assert is_enough
        assert value >= (200 if after is State.ERROR else 100)
    elif after.rank < before.rank:
        assert value < CLEAR_BELOW * (200 if before is State.ERROR else 100)


_moves = st.lists(
    st.tuples(
        st.integers(1, 5_000).map(lambda seconds: seconds * SECOND),
        st.sampled_from(["look", "good", "late", "bad", "drift"]),
    ),
    max_size=12,
)


def _arrives(watch: Watch, now: datetime, what: str) -> None:
    match what:
        case "good":
            watch.hear(now, *[a_note(now)] * ENOUGH)
        case "late":
            watch.hear(now, *[a_note(now - 90 * MINUTE)] * ENOUGH)
        case "bad":
            watch.hear(now, *[failed_note()] * ENOUGH)
        case "drift":
            watch.hear(now, a_note(now, fields={"iban": "DE00"}))
        case _:
            watch.look(now)


@settings(max_examples=40)
@given(_moves)
def test_each_change_of_state_is_told_exactly_once_whoever_looks_and_how_often(
    moves: list[tuple[timedelta, str]],
) -> None:
    one, often = Watch(), Watch()
    now = T0
    for pause, what in moves:
        one.wait(now + pause)
        often.wait(now + pause)
        now += pause
        _arrives(one, now, what)
        _arrives(often, now, what)
        for _ in range(3):
            assert often.look(now) == [], "a second look tells nothing"

    assert [e.model_dump() for e in one.told] == [e.model_dump() for e in often.told]
    assert [e.version for e in one.told] == list(range(1, len(one.told) + 1))
    known = dict.fromkeys(Aspect, State.OK)
    for event in one.told:
        assert {a: each.was for a, each in aspects(event).items()} == known, (
            "it goes on where the last one ended"
        )
        now_known = {a: each.state for a, each in aspects(event).items()}
        assert now_known != known or event.drifts
        known = now_known
        assert event.was is worst(each.was for each in event.aspects)
        assert event.state is worst(known.values())
    assert {a: one.health.standing(a).state for a in Aspect} == known, "nothing changed untold"
