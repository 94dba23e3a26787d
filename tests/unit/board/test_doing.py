"""For whom somebody acts, and what they may say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.doing import ACTIONS, NotAllowed, acting
from orchestrator.board.said import Unclear, command_of
from orchestrator.domain import commands as c
from orchestrator.domain.handoff import Status
from orchestrator.domain.lifecycle.legality import LEGAL
from orchestrator.domain.model import Reason
from tests import builders as b
from tests.unit.board.agent.people import AUDITOR, LEAD, LOCAL, OPS, RECEIVER, SENDER, STRANGER

HANDOFF = b.a_handoff()
KIND = b.a_policy().kind_of(HANDOFF.kind, HANDOFF.policy_version)
ID = UUID(int=7)


def test_every_reply_of_the_domain_is_an_action() -> None:
    assert set(ACTIONS.values()) == set(LEGAL)


@pytest.mark.parametrize("action", sorted(ACTIONS.keys() - {"withdraw", "answer", "acknowledge"}))
def test_the_receiving_team_acts_for_itself(action: str) -> None:
    actor = acting(RECEIVER, action, HANDOFF, KIND, item="acknowledged")
    assert (actor.kind, actor.id, actor.name, actor.team) == ("agent", "ana.diaz", "Ana Diaz", "tier-2")


@pytest.mark.parametrize("action", ["withdraw", "answer", "pause", "resume"])
def test_the_sending_team_acts_for_itself(action: str) -> None:
    assert acting(SENDER, action, HANDOFF, KIND).team == "tier-1"


@pytest.mark.parametrize("action", ["accept", "decline", "return", "contact", "complete", "reopen", "ask"])
def test_the_sending_team_does_not_act_for_the_receiving_team(action: str) -> None:
    with pytest.raises(NotAllowed, match="for tier-2 to do"):
        acting(SENDER, action, HANDOFF, KIND)


@pytest.mark.parametrize("viewer", [OPS, AUDITOR, STRANGER])
@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_else_does_anything(action: str, viewer: Viewer) -> None:
    with pytest.raises(NotAllowed):
        acting(viewer, action, HANDOFF, KIND)


def test_what_came_back_is_completed_by_its_sending_team() -> None:
    declined = b.a_handoff(Status.DECLINED)
    assert acting(SENDER, "complete", declined, KIND).team == "tier-1"
    with pytest.raises(NotAllowed):
        acting(RECEIVER, "complete", declined, KIND)


def test_a_lead_acknowledges_as_a_lead_and_an_agent_does_not() -> None:
    assert acting(LEAD, "acknowledge", HANDOFF, KIND).kind == "lead"
    assert acting(LOCAL, "acknowledge", HANDOFF, KIND).kind == "lead"
    with pytest.raises(NotAllowed, match="a lead"):
        acting(RECEIVER, "acknowledge", HANDOFF, KIND)


def test_who_is_of_both_teams_may_say_for_which() -> None:
    assert acting(LOCAL, "pause", HANDOFF, KIND).team == "tier-2"
    assert acting(LOCAL, "pause", HANDOFF, KIND, team="tier-1").team == "tier-1"
    assert acting(replace(LOCAL, home="tier-1"), "pause", HANDOFF, KIND).team == "tier-1"
    assert acting(replace(LOCAL, home="tier-1"), "accept", HANDOFF, KIND).team == "tier-2"
    with pytest.raises(NotAllowed):
        acting(LOCAL, "accept", HANDOFF, KIND, team="tier-1")


def said(type: type[c.Reply], **fields: Any) -> c.Reply:
    return command_of(type, ID, b.an_actor("tier-2"), fields)


def test_fields_become_a_command() -> None:
    command = said(c.Decline, reason={"code": "not-ours", "text": ""})
    assert isinstance(command, c.Decline)
    assert command.handoff == ID
    assert command.reason.code == "not-ours"


@pytest.mark.parametrize("type", [c.Decline, c.Return, c.Pause])
@pytest.mark.parametrize("reason", [None, {}, {"text": "  "}, Reason()])
def test_a_refusal_needs_a_reason(type: type[c.Reply], reason: Any) -> None:
    with pytest.raises(Unclear) as told:
        said(type, reason=reason)
    assert told.value.problems[0].field == "reason"


@pytest.mark.parametrize(
    ("type", "fields", "problem"),
    [
        (c.Complete, {}, "disposition is missing"),
        (c.Complete, {"disposition": "x" * 201}, "disposition has more than 200 characters"),
        (c.Complete, {"disposition": "a\x00b"}, "disposition has control characters"),
        (c.Ask, {"question": "   "}, "question is empty"),
        (c.Answer, {"answer": "yes", "question": "no-id"}, "question is not an id"),
        (c.TickItem, {"item": "x", "done": "perhaps"}, "done is neither true nor false"),
        (c.Pause, {"reason": {"code": "x"}, "until": "2026-03-02T09:00"}, "until has no time zone"),
        (c.Decline, {"reason": {"code": ["x"]}}, "reason.code is not text"),
        (c.Accept, {"reason": "x"}, "reason is no field of this action; it has: none"),
        (c.Accept, {"actor": {"kind": "system"}}, "actor is no field of this action"),
        (c.Accept, {"handoff_id": str(UUID(int=1))}, "handoff_id is no field of this action"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(
    type: type[c.Reply], fields: dict[str, Any], problem: str
) -> None:
    with pytest.raises(Unclear) as told:
        said(type, **fields)
    assert problem in told.value.message
