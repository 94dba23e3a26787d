"""What `handoff map health` shows."""

from __future__ import annotations

import json

import pytest

from orchestrator.domain.flow_health.state import Aspect
from streams.cli import map_health
from tests.builders import HOUR, MINUTE, SECOND, T0
from tests.unit.domain.flow_builders import Watch, a_flow, a_note, failed_note


def a_silent_flow() -> Watch:
    watch = Watch()
    watch.hear(T0, *[a_note(T0 - 2 * SECOND)] * 10, a_note(T0, fields={"iban": "DE00"}))
    watch.wait(T0 + 90 * MINUTE)
    return watch


def test_a_row_has_the_state_that_was_told_and_the_figures_of_now() -> None:
    watch = a_silent_flow()
    now = T0 + 90 * MINUTE

    row = map_health.row_of(watch.flow, watch.health, now=now)
    cells = [str(cell) for cell in map_health._cells(row)]

    assert cells == ["billing-to-desk", "warn", "2026-03-02 09:00:00Z", "1h30m", "1h / 2h", "-", "-", "1"]
    assert row.drifts == ("billing.iban is not declared",)


def test_latency_and_refused_messages_are_those_of_the_window() -> None:
    watch = Watch()
    watch.hear(T0, *[a_note(T0 - 2 * SECOND)] * 19, failed_note())

    row = map_health.row_of(watch.flow, watch.health, now=T0 + SECOND)

    assert row.readings[Aspect.LATENCY].value == pytest.approx(2, rel=0.05)
    assert [str(cell) for cell in map_health._cells(row)][-2] == "5.0% of 20"


def test_a_flow_that_no_worker_has_watched_says_so() -> None:
    cells = map_health._cells(map_health.row_of(a_flow(), None, now=T0))

    assert str(cells[1]) == "not watched yet"


def test_what_is_wrong_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    watch = a_silent_flow()

    map_health._explain([map_health.row_of(watch.flow, watch.health, now=T0 + 2 * HOUR)])

    said = capsys.readouterr().out
    assert "billing-to-desk: age, drift" in said
    assert "Entitlement check: The wrong SLA applies" in said
    assert "IT (it@example.com)" in said
    assert "Look it up in billing" in said


def test_the_json_of_a_row_can_be_written() -> None:
    watch = a_silent_flow()
    told = map_health._as_json(map_health.row_of(watch.flow, watch.health, now=T0 + 2 * HOUR))

    assert json.loads(json.dumps(told))["state"] == "warn"
    assert told["newest_at"] == "2026-03-02T09:00:00+00:00"
    assert {each["aspect"]: each["state"] for each in told["aspects"]} == {
        "age": "warn",
        "latency": "ok",
        "failures": "ok",
        "drift": "warn",
    }
    assert json.dumps(map_health._as_json(map_health.row_of(a_flow(), None, now=T0)))
