"""A whole replay: the same for any number of processes, and every number adds up."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestrator.domain.handoff import Status
from orchestrator.domain.policy import Rules
from tests import builders as b
from tests.unit.whatif.logs import a_week, accepted, asked, completed, line, told, write
from tests.unit.whatif.replayed import replayed
from whatif import LogUnreadable, Replay, replay
from whatif.report import Policies, report_of

HOUR_US = 3_600_000_000


def rules(accept: timedelta = b.ACCEPT.budget, version: str = "rules-1") -> Rules:
    kind = b.a_kind("any-to-any", clocks=(b.NOTES, b.ACCEPT.model_copy(update={"budget": accept}), b.RESOLVE))
    return b.some_rules(kind, version=version)


def reported(found: Replay) -> dict[str, Any]:
    return report_of(found, log="week.jsonl", policies=Policies("after", "before" if found.before else None))


@pytest.fixture
def week(tmp_path: Path) -> Path:
    return write(tmp_path / "week.jsonl", [*a_week(), "not an event"])


def test_two_processes_say_what_one_says(week: Path) -> None:
    found = [
        reported(replay(week, rules(), against=rules(b.HOUR, "rules-2"), processes=processes))
        for processes in (1, 2)
    ]

    assert found[0] == found[1]
    assert found[0]["log"]["bad_rows"] == 1
    assert found[0]["log"]["cases"] == 40


def test_the_outcomes_of_a_clock_add_up_however_they_are_grouped(week: Path) -> None:
    report = reported(replay(week, rules()))

    totals = report["totals"]["after"]
    for group in ("clocks", "teams", "pairs", "kinds", "months"):
        rows = [row["after"] for row in report[group]]
        for name in ("runs", "met", "breached", "lapsed", "open", "warned"):
            assert sum(row[name] for row in rows) == totals[name], (group, name)
        assert all(row["runs"] == row["met"] + row["breached"] + row["lapsed"] + row["open"] for row in rows)
    assert sum(row["after"] for row in report["late_by"]) == totals["breached"]
    accept = next(row["after"] for row in report["clocks"] if row["clock"] == "accept")
    # Declined late, given back and accepted an hour later, left open; accepted after 16 minutes and more.
    assert accept["breached"] == 8 + 8 + 8 + 5
    assert accept["runs"] == 48


def test_the_difference_names_the_breaches_that_come_and_go(week: Path) -> None:
    report = reported(replay(week, rules(), against=rules(b.HOUR)))

    more, fewer = report["changes"]["more"], report["changes"]["fewer"]
    accept = next(row for row in report["clocks"] if row["clock"] == "accept")
    assert accept["change"]["breached"] == accept["after"]["breached"] - accept["before"]["breached"] > 0
    assert more["breaches"] - fewer["breaches"] == report["totals"]["change"]["breached"]
    assert more["by_clock"] == {"accept": accept["change"]["breached"]}
    assert fewer == {"breaches": 0, "by_clock": {}, "worst": []}
    late = [row["late_s"] for row in more["worst"]]
    assert late == sorted(late, reverse=True)
    assert {row["case"] for row in more["worst"]} >= {"C-02", "C-15"}
    same = reported(replay(week, rules(), against=rules()))
    assert same["changes"]["more"]["breaches"] == same["changes"]["fewer"]["breaches"] == 0


def test_the_time_of_all_teams_is_that_of_their_cases(week: Path) -> None:
    found = replay(week, rules())
    assert found.until is not None

    times = found.after.times
    assert sum(time.held_us for time in times.values()) == found.after.case_us
    opened = {n: b.T0 + n * 4 * b.HOUR for n in range(40)}
    closed = {n: opened[n] + (n + 3) * b.HOUR for n in range(0, 40, 5)}
    closed |= {n: opened[n] + 9 * b.HOUR for n in range(1, 40, 5)}
    expected = sum(((closed.get(n) or found.until) - at for n, at in opened.items()), timedelta())
    assert found.after.case_us == expected // timedelta(microseconds=1)
    assert times["tier-2"].kept_waiting_us > 0


def test_a_case_that_goes_to_and_fro_is_counted_between_its_teams(week: Path) -> None:
    found = replay(week, rules()).after

    assert found.bounces == {("tier-1", "tier-2"): 8}
    assert found.sent_back == {("tier-1", "tier-2"): 16}
    assert found.bounced == 8


def test_the_end_may_be_named(week: Path) -> None:
    end = b.T0 + 30 * b.MINUTE

    report = reported(replay(week, rules(), until=end))

    assert report["log"]["until"] == "2026-03-02T09:30:00Z"
    assert report["log"]["cases"] == 1
    assert report["log"]["later_events"] == len(a_week()) - 2
    assert report["totals"]["after"]["open"] == 1


def test_a_packed_log_is_a_log(week: Path, tmp_path: Path) -> None:
    packed = tmp_path / "week.gz"
    packed.write_bytes(gzip.compress(week.read_bytes()))

    assert reported(replay(packed, rules())) == reported(replay(week, rules()))


def test_a_log_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LogUnreadable, match=r"cannot read .*nowhere\.jsonl: No such file"):
        replay(tmp_path / "nowhere.jsonl", rules(), processes=2)
    broken = tmp_path / "broken.gz"
    broken.write_bytes(gzip.compress(b"x" * 1000)[:-9])
    with pytest.raises(LogUnreadable, match="cannot read"):
        replay(broken, rules())


def test_a_log_without_events_is_no_fault_of_the_replay(tmp_path: Path) -> None:
    found = replay(write(tmp_path / "empty.jsonl", ["{}"]), rules(), processes=2)

    assert (found.until, found.log.bad, found.after.handoffs) == (None, 1, 0)


def test_a_clock_of_all_teams_is_one_promise_on_its_way_through_them() -> None:
    clocks = (
        b.ACCEPT,
        b.ClockSpec(
            kind="customer",
            owes="all",
            budget=b.HOUR,
            starts=(b.Occasion.CASE_OPENED,),
            stops=(b.Occasion.COMPLETED,),
            cancels=(b.Occasion.HANDED_ON,),
        ),
    )
    known = b.some_rules(b.a_kind("any-to-any", clocks=clocks))
    back = asked(sending="tier-2", receiving="billing")
    events = told(
        (0, "request-1", asked()),
        (5, "a", accepted()),
        (90, "request-2", back),
        (95, "b", accepted("request-2", "billing")),
        (100, "c", completed("request-2", "billing")),
    )

    _, outcomes = replayed(known, events, b.SOURCE, b.T0 + b.HOUR * 9)

    assert [outcome.handoff.status for outcome in outcomes] == [Status.HANDED_ON, Status.COMPLETED]
    assert [v.is_breached for o in outcomes for v in o.verdicts if v.run.spec.kind == "customer"] == [
        True,
        True,
    ]
    lines = [line(each.command, each.id, each.at) for each in events]
    assert json.loads(lines[0])["data"]["case_id"] == "case-1"


def test_a_promise_that_goes_on_is_counted_once(tmp_path: Path) -> None:
    customer = b.ClockSpec(
        kind="customer",
        owes="all",
        budget=b.HOUR,
        starts=(b.Occasion.CASE_OPENED,),
        stops=(b.Occasion.COMPLETED,),
        cancels=(b.Occasion.HANDED_ON,),
    )
    known = b.some_rules(b.a_kind("any-to-any", clocks=(customer,)))
    lines = []
    for case, minutes in (("early", 30), ("late", 90)):
        at = b.T0 + minutes * b.MINUTE
        first, second = f"{case}-1", f"{case}-2"
        lines += [
            line(asked(case_id=case), first, b.T0, case),
            line(accepted(first), f"{case}-a", b.T0 + b.MINUTE, case),
            line(asked(sending="tier-2", receiving="billing", case_id=case), second, at, case),
            line(accepted(second, "billing"), f"{case}-b", at + b.MINUTE, case),
            line(completed(second, "billing"), f"{case}-c", at + 2 * b.MINUTE, case),
        ]

    report = reported(replay(write(tmp_path / "log.jsonl", lines), known))

    [row] = report["clocks"]
    assert (row["after"]["runs"], row["after"]["met"], row["after"]["breached"]) == (2, 1, 1)
    [breach] = report["breaches"]
    assert (breach["case"], breach["team"], breach["late_s"]) == ("late", "tier-1", 1_800)
