"""The clock that all teams owe together goes on from one handoff of a case to the next."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from orchestrator.domain import events as e
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.spec import BREACH_RUNG
from orchestrator.domain.model import Receiver
from orchestrator.domain.policy import Policy
from tests import builders as b
from tests.builders import MINUTE, T0
from tests.unit.domain.case_story import CUSTOMER, Case

OWED = CUSTOMER.model_copy(update={"budget": 30 * MINUTE, "rungs": (BREACH_RUNG,)})
ON = b.a_request(sender=b.a_sender("tier-2"), receiver=Receiver(team="billing"), checklist={})


def minute(count: int) -> datetime:
    return T0 + count * MINUTE


def a_case() -> tuple[Case, UUID]:
    kind = b.a_kind(clocks=(b.ACCEPT, b.RESOLVE, OWED), checklist=())
    case = Case(Policy(b.some_rules(kind), b.PlainWords()))
    return case, case.request(b.a_request(checklist={}), T0)


def customer_clock(case: Case, handoff: UUID) -> Clock:
    return next(clock for clock in reversed(case.handoff(handoff).clocks) if clock.kind == "customer")


def test_a_breach_that_no_sweep_has_found_is_told_by_the_handoff_that_lost_it_alone() -> None:
    case, first = a_case()
    case.take(b.an_accept(first), minute(5))
    second = case.request(ON, minute(40))
    case.fire(minute(50))
    told = [
        (event.handoff_id, event.at)
        for history in case.histories
        for event in history.events
        if isinstance(event, e.ClockBreached) and event.kind == "customer"
    ]
    assert told == [(first, minute(30))]
    assert customer_clock(case, second).fired == ("breach",)


def test_what_earlier_generations_have_used_goes_on_too() -> None:
    case, first = a_case()
    case.take(b.an_accept(first), minute(5))
    case.take(b.a_completion(first), minute(20))
    case.take(b.a_reopening(first), minute(25))
    assert customer_clock(case, first).due_at == minute(35)
    second = case.request(ON, minute(28))
    clock = customer_clock(case, second)
    assert (clock.generation, clock.carried, clock.due_at) == (3, 20 * MINUTE, minute(35))


def test_a_side_request_of_the_team_that_keeps_the_case_takes_nothing_over() -> None:
    kind = b.a_kind(clocks=(b.ACCEPT, b.RESOLVE, OWED), checklist=())
    side = b.a_kind(
        "side", match={"receiving_teams": ("billing",)}, clocks=(OWED,), checklist=(), sender_keeps_case=True
    )
    case = Case(Policy(b.some_rules(side, kind), b.PlainWords()))
    first = case.request(b.a_request(checklist={}), T0)
    case.take(b.an_accept(first), minute(5))
    second = case.request(ON, minute(10))
    assert customer_clock(case, second).started_at == minute(10)
    assert customer_clock(case, first).is_open
