"""What a person reads when a flow of the map changes."""

from __future__ import annotations

import json
from typing import Any

from orchestrator.domain.events.integration_events import IntegrationHealthChanged
from streams.feed.records import Line, Sign, line_of
from streams.kafka.listener import Heard
from streams.messages.cloudevents import encode
from tests.builders import HOUR, T0
from tests.unit.domain.flow_builders import WARN_AFTER, Watch, a_flow, a_note


def a_heard(event: IntegrationHealthChanged, **over: Any) -> Heard:
    headers = encode(event.type, event.id, "us", event.flow, event.at)
    data = json.loads(event.model_dump_json()) | over
    text = {name: value.decode() for name, value in headers}
    return Heard("support.integration.health.v1", 0, 7, event.flow, text, data, T0)


def told(watch: Watch) -> list[Line]:
    return [line_of(a_heard(event)) for event in watch.told]


def test_a_silent_source_is_followed_until_it_is_back() -> None:
    watch = Watch()
    watch.hear(T0, a_note(T0))
    watch.wait(T0 + WARN_AFTER)
    watch.look(T0 + 5 * HOUR)
    watch.hear(T0 + 6 * HOUR, a_note(T0 + 6 * HOUR))

    late, worse, well = told(watch)

    assert (late.sign, late.case) == (Sign.FLOW_WARNS, "billing-to-desk")
    assert late.text == (
        "Billing to Support desk: nothing new for 1 hour (limit: 1 hour); it feeds billing.payment_state, "
        "billing.amount_due; hits Entitlement check; call IT (it@example.com); instead: Look it up in billing"
    )
    assert worse.sign is Sign.FLOW_FAILS
    assert "for 5 hours (limit: 2 hours), since 11:00; it feeds" in worse.text
    assert (well.sign, well.text) == (Sign.FLOW_WELL, "Billing to Support desk: well again")


def test_a_flow_of_which_the_map_says_little_has_a_short_line() -> None:
    watch = Watch(a_flow(workflows=(), teams=(), calls=(), fallback=None, feeds=tuple("abcde")))
    watch.wait(T0 + WARN_AFTER)

    [late] = told(watch)

    assert late.text.endswith("(limit: 1 hour); it feeds a, b, c and 2 more")


def test_a_record_that_is_not_ours_is_shown_and_stops_nothing() -> None:
    watch = Watch()
    watch.wait(T0 + WARN_AFTER)

    assert line_of(a_heard(watch.told[0], state="of a later version")).sign is Sign.OTHER
