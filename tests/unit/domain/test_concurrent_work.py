from __future__ import annotations

from uuid import UUID

import pytest

from orchestrator.background import Background
from orchestrator.caseload import Caseload
from orchestrator.domain import events as e
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.handoff import Handoff, Outcome, Status
from orchestrator.domain.identity import event_id, pair_id
from orchestrator.domain.lifecycle.requests import Earlier, request
from orchestrator.domain.model import Reason, Receiver
from orchestrator.domain.open_work import OpenHandoffs, Whose, open_handoff
from orchestrator.domain.policy import Policy
from orchestrator.domain.routing.trail import NO_TRAIL, Trail
from orchestrator.inbound import Delivery, Origin
from orchestrator.ledger.port import Stored
from tests.builders import (
    HOUR,
    MINUTE,
    T0,
    PlainWords,
    a_cause,
    a_handoff,
    a_policy,
    a_request,
    a_sender,
    an_escalation,
    some_rules,
)

NOW = T0 + HOUR


def another(n: int = 1, team: str = "billing", minutes: int = 0, **over: object) -> Handoff:
    """Return an open handoff of another case of the customer."""
    fields = {
        "id": UUID(int=n),
        "case_id": f"other-{n}",
        "customer_id": "cust-1",
        "account_id": "acct-1",
        "kind": "billing-question",
        "policy_version": "rules-1",
        "status": Status.ACCEPTED,
        "version": 1,
        "sending_team": "chat",
        "receiving_team": team,
        "priority": "high",
        "reason": "charged twice",
        "requested_at": T0 + minutes * MINUTE,
    }
    return Handoff.model_validate(fields | over)


def notices(
    *others: Handoff,
    command: RequestHandoff | None = None,
    trail: Trail = NO_TRAIL,
    policy: Policy | None = None,
) -> list[e.ConcurrentWork]:
    """Return what is told when a request comes while others are open."""
    newest = tuple(sorted(map(open_handoff, others), key=lambda each: each.requested_at, reverse=True))
    decision = request(
        command or a_request(),
        cause=a_cause(NOW),
        policy=policy or a_policy(),
        now=NOW,
        earlier=Earlier(trail=trail, open_work=OpenHandoffs(newest, len(newest))),
    )
    return [event for event in decision.events if isinstance(event, e.ConcurrentWork)]


def test_both_teams_are_told_and_each_of_the_others_handoff() -> None:
    other = another()
    to_new, to_other = notices(other, command=a_request(reason=Reason(text="no mail")))
    new_id = to_new.handoff_id
    assert (to_new.team, to_new.other_team) == ("tier-2", "billing")
    assert (to_new.own_handoff_id, to_new.other_handoff_id) == (new_id, other.id)
    assert (to_new.own_case_id, to_new.other_case_id) == ("case-1", "other-1")
    assert (to_new.priority, to_new.reason) == ("high", "charged twice")
    assert (to_other.team, to_other.other_team) == ("billing", "tier-2")
    assert (to_other.own_handoff_id, to_other.other_handoff_id) == (other.id, new_id)
    assert to_other.reason == "no mail"
    assert "billing is at work on case other-1" in to_new.message
    assert "tier-2 is at work on case case-1" in to_other.message
    assert to_new.pair_id == to_other.pair_id == pair_id(new_id, other.id)


def test_what_everybody_reads_has_no_address() -> None:
    _, to_other = notices(another(), command=a_request(reason=Reason(text="write to ada@example.com")))
    assert to_other.reason == "write to [e-mail removed]"
    assert "ada@example.com" not in to_other.message


def test_both_stand_in_the_journal_of_the_new_handoff() -> None:
    told = notices(another())
    assert {event.case_id for event in told} == {"case-1"}
    assert {(event.customer_id, event.account_id) for event in told} == {("cust-1", "acct-1")}


def test_the_id_of_a_pair_does_not_depend_on_which_came_first() -> None:
    one, other = UUID(int=7), UUID(int=9)
    assert pair_id(one, other) == pair_id(other, one)
    assert pair_id(one, other) != pair_id(one, UUID(int=8))


def test_nobody_is_told_where_one_team_has_it_all() -> None:
    assert notices(another(team="tier-2")) == []


def test_each_team_is_told_once_of_its_newest_handoff() -> None:
    told = notices(another(1), another(2, minutes=5), another(3, team="phone"))
    assert [(event.team, event.own_handoff_id.int) for event in told[1::2]] == [("billing", 2), ("phone", 3)]
    assert len(told) == 4


def test_a_side_request_is_no_concurrent_work_with_its_own_case() -> None:
    own = another(case_id="case-1", team="tier-2")
    assert notices(own, command=an_escalation()) == []


def test_a_side_request_is_concurrent_with_another_case() -> None:
    told = notices(another(), command=an_escalation())
    assert [event.team for event in told] == ["engineering", "billing"]


def test_a_team_in_which_nobody_works_is_not_told() -> None:
    rules = some_rules()
    robots = rules.teams["billing"].model_copy(update={"is_automated": True})
    policy = Policy(rules.model_copy(update={"teams": {**rules.teams, "billing": robots}}), PlainWords())
    assert notices(another(), policy=policy) == []
    assert notices(policy=policy, command=a_request(receiver=Receiver(team="billing"))) == []


@pytest.mark.parametrize(
    ("requested", "status", "ended", "is_told"),
    [
        (10, Status.DECLINED, 20, False),  # the team had the case while the other one was open, and was told
        (-30, Status.ACCEPTED, None, False),
        (-30, Status.RETURNED, 10, False),
        (-30, Status.RETURNED, -10, True),  # it was over before the other one began
    ],
)
def test_two_teams_are_not_told_again_because_the_case_comes_back(
    requested: int, status: Status, ended: int | None, is_told: bool
) -> None:
    outcome = None if ended is None else Outcome(at=T0 + ended * MINUTE)
    before = another(
        9,
        "tier-2",
        requested,
        case_id="case-1",
        sending_team="tier-1",
        status=status,
        outcome=outcome,
    )
    assert bool(notices(another(), trail=NO_TRAIL.including([before]))) is is_told


def test_a_case_that_goes_on_to_a_third_team_is_told_to_that_team() -> None:
    before = another(9, "tier-1", case_id="case-1", status=Status.ACCEPTED)
    told = notices(another(), trail=NO_TRAIL.including([before]))
    assert [event.team for event in told] == ["tier-2", "billing"]


# In a batch


def arrive(caseload: Caseload, n: int, command: RequestHandoff) -> None:
    cause = a_cause(T0 + n * MINUTE, f"request-{n}")
    origin = Origin("requests", 0, n, b"key", b"{}", ())
    caseload.apply(Delivery(origin, event_id(cause.source, cause.id), cause, command))


def told_in(caseload: Caseload) -> list[tuple[str, str]]:
    events = caseload.changes().events
    return [(event.team, event.other_team) for event in events if isinstance(event, e.ConcurrentWork)]


def a_caseload(*stored: Handoff, **over: OpenHandoffs) -> Caseload:
    return Caseload(
        [Stored(handoff, b"") for handoff in stored],
        a_policy(),
        now=NOW,
        wait_for=HOUR,
        background=Background(open_work={Whose("acct-1", "cust-1"): over["found"]} if over else {}),
    )


def test_two_requests_of_one_batch_see_each_other() -> None:
    caseload = a_caseload()
    arrive(caseload, 1, a_request())
    arrive(caseload, 2, a_request(case_id="case-2", receiver=Receiver(team="billing")))
    assert told_in(caseload) == [("billing", "tier-2"), ("tier-2", "billing")]


def test_a_request_sees_what_the_ledger_holds_and_a_copy_of_it_tells_nothing_again() -> None:
    caseload = a_caseload(found=OpenHandoffs((open_handoff(another()),), 1))
    arrive(caseload, 1, a_request())
    arrive(caseload, 1, a_request())
    assert told_in(caseload) == [("tier-2", "billing"), ("billing", "tier-2")]


def test_a_case_that_goes_on_is_not_concurrent_with_itself() -> None:
    first = a_handoff(Status.ACCEPTED, at=T0)
    caseload = a_caseload(first, found=OpenHandoffs((open_handoff(first),), 1))
    arrive(caseload, 2, a_request(sender=a_sender("tier-2"), receiver=Receiver(team="billing")))
    assert told_in(caseload) == []
    statuses = {handoff.status for handoff in caseload.changes().changed}
    assert statuses == {Status.HANDED_ON}
