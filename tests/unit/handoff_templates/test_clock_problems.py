"""What can be wrong in the conditions of a clock, and in _shared/clocks.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff_templates import check
from tests.unit.handoff_templates.sets import CLOCK, a_set, replace, told, write

H = "to-billing/handoff.yaml"
S = "_shared/clocks.yaml"
ONE_CHANGE = {
    "unknown occasion": (
        "[accepted]",
        "[acepted]",
        "7:13: unknown occasion 'acepted'; did you mean 'accepted'?",
    ),
    "not a list": (
        "[accepted]",
        "accepted",
        "7:12: 'stops' is not a list; write it in brackets or as lines that begin with '- '",
    ),
    "starts and is cancelled": (
        "[withdrawn]",
        "[withdrawn, offered]",
        (
            "8:26: clock 'accept' both starts and is cancelled on 'offered'; "
            "take it out of 'starts' or 'cancels'"
        ),
    ),
    "starts and stops": (
        "[accepted]",
        "[offered]",
        "7:13: clock 'accept' both starts and stops on 'offered'; take it out of 'starts' or 'stops'",
    ),
    "stops and is cancelled": (
        "[withdrawn]",
        "[accepted]",
        "8:15: clock 'accept' both stops and is cancelled on 'accepted'; take it out of 'stops' or 'cancels'",
    ),
    "stops and is reset": (
        "[reopened]",
        "[accepted]",
        "9:14: clock 'accept' both stops and is reset on 'accepted'; take it out of 'stops' or 'resets'",
    ),
    "is cancelled and is reset": (
        "[reopened]",
        "[withdrawn]",
        (
            "9:14: clock 'accept' both is cancelled and is reset on 'withdrawn'; "
            "take it out of 'cancels' or 'resets'"
        ),
    ),
    "never starts": ("[offered]", "[]", "6:13: clock 'accept' can never start; name an occasion"),
    "never stops": ("[accepted]", "[]", "7:12: clock 'accept' can never stop; name an occasion"),
    "unknown clock that does not say when it starts": (
        "  accept:\n    owes: receiving\n    budget: 30m\n    starts: [offered]\n",
        "  acept:\n    owes: receiving\n    budget: 30m\n",
        "4:5: clock 'acept' has no 'starts'; add it, or take a clock of _shared/clocks.yaml: accept, notes",
    ),
    "unknown calendar": (
        "    warn: [50%]",
        "    calendar: teem",
        "10:15: unknown calendar 'teem'; did you mean 'team'?",
    ),
    "unknown reopening": (
        "    warn: [50%]",
        "    reopening: totals",
        "10:16: unknown reopening 'totals'; did you mean 'total'?",
    ),
    "pauses of neither kind": (
        "    warn: [50%]",
        "    pauses: sometimes",
        "10:13: 'pauses' is neither any nor never, nor a list of reasons; write one of them",
    ),
    "pause without unit": (
        "    warn: [50%]",
        "    longest_pause: 24",
        "10:20: the longest_pause 24 has no unit; write a duration such as 15m",
    ),
    "no pause at all": (
        "    warn: [50%]",
        "    longest_pause: 0h",
        "10:20: the longest_pause '0h' is zero; write a duration above zero, such as 15m",
    ),
    "acknowledged for words": (
        "    warn: [50%]",
        "    acknowledged_for: ever",
        "10:23: the acknowledged_for 'ever' is not a duration; write days, hours, minutes and seconds",
    ),
    "rung named resume": (
        "[50%]",
        "[{name: resume, at: 50%}]",
        "10:12: a rung is named 'resume', which is the end of a pause; give it another name",
    ),
}


@pytest.mark.parametrize(("old", "new", "problem"), ONE_CHANGE.values(), ids=ONE_CHANGE.keys())
def test_a_change_of_a_clock(tmp_path: Path, old: str, new: str, problem: str) -> None:
    write(a_set(tmp_path), H, CLOCK)
    assert told(tmp_path) == []
    replace(tmp_path, H, old, new)
    found = told(tmp_path)
    assert any(line.startswith(f"{H}:{problem}") for line in found), found


def test_a_clock_that_is_no_mapping_has_one_problem(tmp_path: Path) -> None:
    write(a_set(tmp_path), H, "title: To billing\nclocks: {accept: 15m, notes: }\n")
    assert told(tmp_path) == [
        f"{H}:2:18: clock 'accept' is not a mapping; write lines of 'key: value'",
        f"{H}:2:29: clock 'notes' is not a mapping; write lines of 'key: value'",
    ]


# _shared/clocks.yaml


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("call: {strats: [offered]}", "1:8: unknown key of clock 'call' 'strats'; did you mean 'starts'?"),
        ("call: {starts: [ofered]}", "1:17: unknown occasion 'ofered'; did you mean 'offered'?"),
        ("call: {budget: 0m}", "1:16: the budget '0m' is zero; write a duration above zero, such as 15m"),
        (
            "call: {budget: 5m, warn: [10m before]}",
            "1:27: the rung '10m before' is not within the budget of 5m;",
        ),
        ("call: {warn: [soon]}", "1:15: 'soon' is not a rung; write a share such as 80%, or a time such as"),
        ("call: {ladder: {steps: []}}", "1:24: a ladder has no steps; write one, or remove the ladder"),
        (
            "call: {starts: [accepted], cancels: [accepted]}",
            "1:38: clock 'call' both starts and is cancelled on 'accepted'; take it out of",
        ),
        ("Call me: {owes: all}", "1:1: clock 'Call me' is not a plain name; write small letters"),
        ("- call", "1:1: _shared/clocks.yaml is not a mapping; write lines of 'key: value'"),
    ],
)
def test_a_wrong_shared_clock_is_told_though_no_kind_has_it(tmp_path: Path, text: str, problem: str) -> None:
    write(a_set(tmp_path), H, "title: To billing\n")
    write(tmp_path, S, text)
    [found] = told(tmp_path)
    assert found.startswith(f"{S}:{problem}")


def test_a_wrong_shared_clock_is_told_once_though_a_kind_takes_it_over(tmp_path: Path) -> None:
    replace(a_set(tmp_path), S, "starts: [offered]", "starts: [offerd, offered]")
    assert told(tmp_path) == [f"{S}:6:12: unknown occasion 'offerd'; did you mean 'offered'?"]


def test_unreadable_shared_clocks_are_told_once_and_not_for_each_clock(tmp_path: Path) -> None:
    write(a_set(tmp_path), S, "notes: [")
    assert [problem.file for problem in check(tmp_path)] == [S]


def test_a_budget_too_short_for_warnings_that_are_taken_over_is_told_where_it_is(tmp_path: Path) -> None:
    write(a_set(tmp_path), H, "title: To billing\nclocks:\n  notes: {owes: sending, budget: 5m}\n")
    replace(tmp_path, S, "notes:\n", "notes:\n  warn: [10m before]\n")
    assert told(tmp_path) == [
        (
            f"{H}:3:34: the budget of 5m has no room for the rung '10m before' on line 2 of {S}; "
            "write a 'warn' beside it"
        )
    ]


def test_a_condition_that_contradicts_one_that_is_taken_over(tmp_path: Path) -> None:
    write(
        a_set(tmp_path),
        H,
        "title: A\nclocks:\n  accept: {owes: receiving, budget: 5m, starts: [completed]}\n",
    )
    assert told(tmp_path) == [
        (
            f"{S}:8:24: clock 'accept' both starts and is cancelled on 'completed'; "
            "take it out of 'starts' or 'cancels'"
        )
    ]


def test_all_problems_of_a_clock_are_told_at_once(tmp_path: Path) -> None:
    write(
        a_set(tmp_path),
        H,
        """\
title: To billing
clocks:
  call:
    owes: nobody
    budget: 0m
    calendar: none
    starts: []
    cancels: [ofered]
    pauses: maybe
    longest_pause: 0m
    reopening: never
    warn: [soon]
    ladder: {loops: 2, steps: [{do: reoffer}, {after: 1, do: nothing}]}
    acknowledged_for: 0m
""",
    )
    assert [(p.line, p.column) for p in check(tmp_path)] == [
        (4, 5),
        (4, 11),
        (5, 13),
        (6, 15),
        (7, 13),
        (8, 15),
        (9, 13),
        (10, 20),
        (11, 16),
        (12, 12),
        (13, 21),
        (13, 32),
        (13, 37),
        (13, 55),
        (13, 62),
        (14, 23),
    ]
