"""What somebody is offered to do is what the desk would take from them, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.doing import ACTIONS
from orchestrator.board.offers import ORDER, can_tick, offers
from orchestrator.domain.clocks.deadlines import fire
from orchestrator.domain.commands import Reply
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.lifecycle.replies import reply
from orchestrator.domain.policy import Kind, Policy
from tests import builders as b
from tests.unit.board.agent.people import AUDITOR, LEAD, LOCAL, OPS, RECEIVER, SENDER, STRANGER

NOW = b.T0 + b.MINUTE


def answered(handoff: Handoff, command: Reply, policy: Policy | None = None) -> Handoff:
    return reply(handoff, command, cause=b.a_cause(NOW, "r"), policy=policy or b.a_policy(), now=NOW).handoff


def offered(handoff: Handoff, viewer: Viewer, kind: Kind | None = None) -> set[str]:
    kind = kind or b.a_policy().kind_of(handoff.kind, handoff.policy_version)
    return {each.action for each in offers(handoff, kind, viewer, now=NOW)}


RECEIVERS = {
    Status.OFFERED: {"accept", "ask", "decline", "pause"},
    Status.ACCEPTED: {"contact", "complete", "ask", "return", "pause"},
    Status.DECLINED: set[str](),
    Status.RETURNED: set[str](),
    Status.COMPLETED: {"reopen"},
    Status.WITHDRAWN: set[str](),
    Status.HANDED_ON: set[str](),
}


@pytest.mark.parametrize("status", RECEIVERS)
def test_the_receiving_team_is_offered_what_is_legal(status: Status) -> None:
    assert offered(b.a_handoff(status), RECEIVER) == RECEIVERS[status]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.OFFERED, {"withdraw"}),
        (Status.ACCEPTED, set()),
        (Status.DECLINED, {"complete"}),
        (Status.RETURNED, {"complete"}),
        (Status.COMPLETED, set()),
    ],
)
def test_the_sending_team_is_offered_what_is_its_own(status: Status, expected: set[str]) -> None:
    assert offered(b.a_handoff(status), SENDER) == expected


@pytest.mark.parametrize("viewer", [OPS, AUDITOR, STRANGER])
@pytest.mark.parametrize("status", [status for status in Status if status is not Status.HELD])
def test_who_answers_for_neither_team_is_offered_nothing(status: Status, viewer: Viewer) -> None:
    handoff = b.a_handoff(status)
    assert offered(handoff, viewer) == set()
    kind = b.a_policy().kind_of(handoff.kind, handoff.policy_version)
    assert not any(can_tick(handoff, kind, viewer, item.id, now=NOW) for item in kind.checklist)


def test_an_answer_is_offered_while_a_question_is_open() -> None:
    asked = answered(b.a_handoff(), b.a_question(b.a_handoff()))
    assert "answer" in offered(asked, SENDER)
    assert "answer" not in offered(asked, RECEIVER)
    assert "answer" not in offered(answered(asked, b.an_answer(asked)), SENDER)


def test_a_customer_is_contacted_once() -> None:
    handoff = b.a_handoff(Status.ACCEPTED)
    assert "contact" not in offered(answered(handoff, b.a_contact(handoff)), RECEIVER)


def test_what_is_paused_can_be_resumed_and_not_paused_again() -> None:
    handoff = b.a_handoff(Status.ACCEPTED)
    paused = offered(answered(handoff, b.a_pause(handoff)), RECEIVER)
    assert "resume" in paused
    assert "pause" not in paused


def test_only_those_reasons_are_offered_for_which_a_clock_stands_still() -> None:
    clocks = tuple(spec.model_copy(update={"pauses": ("waits-for-customer",)}) for spec in b.CLOCKS)
    kind = b.a_kind(clocks=clocks)
    [pause] = [each for each in offers(b.a_handoff(), kind, RECEIVER, now=NOW) if each.action == "pause"]
    assert pause.codes == ("waits-for-customer",)
    never = b.a_kind(clocks=tuple(spec.model_copy(update={"pauses": ()}) for spec in b.CLOCKS))
    assert "pause" not in offered(b.a_handoff(), RECEIVER, never)


def test_only_a_lead_is_offered_to_acknowledge_and_only_a_breach() -> None:
    policy = b.a_policy()
    late = b.T0 + b.HOUR
    handoff = fire(b.a_handoff(), policy=policy, now=late).handoff
    kind = policy.kind_of(handoff.kind, handoff.policy_version)
    by_whom = {
        viewer: {each.action for each in offers(handoff, kind, viewer, now=late)}
        for viewer in (RECEIVER, LEAD)
    }
    assert "acknowledge" in by_whom[LEAD]
    assert "acknowledge" not in by_whom[RECEIVER]
    assert "acknowledge" not in offered(b.a_handoff(), LEAD)


def test_a_completion_names_what_would_stay_undone() -> None:
    handoff = b.a_handoff(Status.ACCEPTED)
    kind = b.a_policy().kind_of(handoff.kind, handoff.policy_version)
    [warned] = [each for each in offers(handoff, kind, RECEIVER, now=NOW) if each.action == "complete"]
    assert (warned.unfinished, warned.is_blocked) == (("acknowledged",), False)
    strict = kind.model_copy(update={"when_unfinished": "refuse"})
    [blocked] = [each for each in offers(handoff, strict, RECEIVER, now=NOW) if each.action == "complete"]
    assert blocked.is_blocked


def test_items_are_ticked_by_the_team_that_owes_them() -> None:
    handoff = b.a_handoff()
    kind = b.a_policy().kind_of(handoff.kind, handoff.policy_version)

    def ticks(viewer: Viewer) -> set[str]:
        return {item.id for item in kind.checklist if can_tick(handoff, kind, viewer, item.id, now=NOW)}

    assert ticks(RECEIVER) == {"customer-informed", "acknowledged"}
    assert ticks(SENDER) == {item.id for item in kind.checklist} - {"acknowledged"}
    assert ticks(LOCAL) == {item.id for item in kind.checklist}


def test_every_action_is_shown_somewhere() -> None:
    assert set(ORDER) | {"tick"} == set(ACTIONS)


def test_who_belongs_to_both_teams_pauses_for_the_one_that_they_work_for() -> None:
    # The sending team owes an item, and so the clock of the notes.
    handoff = b.a_decision(b.a_request(checklist={})).handoff
    kind = b.a_policy().kind_of(handoff.kind, handoff.policy_version)

    def team_of(viewer: Viewer) -> str:
        return next(each.team for each in offers(handoff, kind, viewer, now=NOW) if each.action == "pause")

    assert team_of(LOCAL) == "tier-2"
    assert team_of(replace(LOCAL, home="tier-1")) == "tier-1"
