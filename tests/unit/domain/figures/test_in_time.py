"""Which runs of clocks count as kept or broken, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from orchestrator.domain import commands as c
from orchestrator.domain.clocks.spec import BREACH_RUNG
from orchestrator.domain.figures.in_time import Decided, InTime, Verdict, decided
from orchestrator.domain.policy import Policy
from tests import builders as b
from tests.builders import MINUTE, T0
from tests.unit.domain.case_story import CUSTOMER, Case
from tests.unit.domain.clock_desk import ClockDesk, minute, rules

DUE = minute(15)
SPEC = b.ACCEPT.model_copy(update={"rungs": (BREACH_RUNG,)})


LATER = minute(600)


def verdict(now: datetime = LATER, **over: Any) -> Decided | None:
    return decided(b.a_clock(SPEC, **over), now=now)


@pytest.mark.parametrize(
    ("ended_at", "expected"),
    [
        (minute(5), Decided(Verdict.MET, minute(5))),
        (DUE, Decided(Verdict.MET, DUE)),
        (DUE + timedelta(microseconds=1), Decided(Verdict.BREACHED, DUE)),
    ],
)
def test_an_answer_at_the_due_instant_is_in_time_and_one_after_it_is_a_breach_then(
    ended_at: datetime, expected: Decided
) -> None:
    assert verdict(ended_at=ended_at, outcome="met") == expected


def test_a_breach_counts_at_its_due_instant_whether_it_was_told_or_not() -> None:
    assert verdict(now=DUE - timedelta(microseconds=1)) is None
    assert verdict(now=DUE) == Decided(Verdict.BREACHED, DUE)
    assert verdict(fired=("breach",)) == Decided(Verdict.BREACHED, DUE)


def test_what_is_cancelled_in_time_or_still_open_is_not_decided() -> None:
    assert verdict(ended_at=minute(5), outcome="cancelled") is None
    assert verdict(ended_at=minute(20), outcome="cancelled") == Decided(Verdict.BREACHED, DUE)
    assert verdict(now=minute(5)) is None
    assert verdict(due_at=None, now=minute(600)) is None, "it stands still"


def test_a_breach_that_was_withdrawn_is_none() -> None:
    desk = ClockDesk(rules(SPEC))
    desk.sweep(minute(20))
    assert decided(desk.clock("accept"), now=minute(20)) == Decided(Verdict.BREACHED, DUE)
    desk.say(c.Accept, minute(10), now=minute(30))
    assert desk.clock("accept").withdrawn == 1
    assert decided(desk.clock("accept"), now=minute(30)) == Decided(Verdict.MET, minute(10))


def test_a_breach_that_another_handoff_of_the_case_has_lost_is_not_counted_again() -> None:
    owed = CUSTOMER.model_copy(update={"budget": 30 * MINUTE, "rungs": (BREACH_RUNG,)})
    kind = b.a_kind(clocks=(b.ACCEPT, owed), checklist=())
    case = Case(Policy(b.some_rules(kind), b.PlainWords()))
    first = case.request(b.a_request(checklist={}), T0)
    case.take(b.an_accept(first), minute(5))
    sender, receiver = b.a_sender("tier-2"), {"team": "billing"}
    second = case.request(b.a_request(sender=sender, receiver=receiver, checklist={}), minute(40))
    case.fire(minute(50))
    told = [
        decided(clock, now=minute(60))
        for id in (first, second)
        for clock in case.handoff(id).clocks
        if clock.kind == "customer"
    ]
    assert told == [Decided(Verdict.BREACHED, minute(30)), None]


def test_a_share_of_nothing_is_none_and_counts_add_up() -> None:
    assert InTime().share is None
    assert InTime(3, 1).share == 0.75
    assert sum([InTime(3, 1), InTime(0, 2)], start=InTime()) == InTime(3, 3)
