"""Why something was not done: who has the work, since when, and what to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.agent.lines import checklist_lines, promises
from orchestrator.board.agent.refusal import Refusal, refusal_of
from orchestrator.board.agent.shown import Shown
from orchestrator.board.agent.timeline import Holder, holder
from orchestrator.board.offers import offers
from orchestrator.board.problems import NotAllowed
from orchestrator.board.said import Problem, Unclear
from orchestrator.domain.errors import Refused
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.ledger.usual_words import UsualWords
from tests import builders as b
from tests.unit.board.agent.people import RECEIVER

NOW = b.T0 + b.MINUTE
ILLEGAL = Refused("illegal-transition", "'accepted' is not legal")


def shown(handoff: Handoff, *, viewer: Viewer = RECEIVER, by: Holder | None = None, **more: Any) -> Shown:
    kind = b.a_policy().kind_of(handoff.kind, handoff.policy_version).model_copy(update=more)
    return Shown(
        handoff=handoff,
        kind=kind,
        knows_case=True,
        customer=None,
        packet_is_theirs=True,
        packet=None,
        turns=(),
        holder=by,
        offers={each.action: each for each in offers(handoff, kind, viewer, now=NOW)},
        suggestions=UsualWords(),
        lines=checklist_lines(handoff, kind, viewer, now=NOW),
        promises=promises(handoff, now=NOW),
        events=(),
    )


def refusal(error: Any, it: Shown, action: str = "accept") -> Refusal:
    def clock(at: datetime) -> str:
        return at.strftime("%H:%M")

    return refusal_of(error, action, it, lambda message: message, at=clock, filled={"note": "kept"})


def test_who_came_late_is_told_who_has_it_and_since_when() -> None:
    told = refusal(ILLEGAL, shown(b.a_handoff(Status.ACCEPTED), by=Holder("Ana Diaz", b.T0)))
    assert (told.message, told.status) == ("Ana Diaz has it since 09:00.", 409)
    assert told.todo == "Take the next one from the queue."
    assert told.filled == {"note": "kept"}


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (Status.DECLINED, "Sarah declined it at 09:0"),
        (Status.RETURNED, "Sarah returned it at 09:0"),
        (Status.COMPLETED, "Sarah completed it at 09:0"),
        (Status.WITHDRAWN, "Sarah withdrew it at 09:0"),
        (Status.HANDED_ON, "The case was handed on"),
        (Status.OFFERED, "Nobody has accepted it yet"),
    ],
)
def test_what_became_of_it_is_said(status: Status, word: str) -> None:
    assert refusal(ILLEGAL, shown(b.a_handoff(status))).message.startswith(word)


def test_items_that_have_to_come_first_are_named_by_their_texts() -> None:
    it = shown(b.a_handoff(Status.ACCEPTED), when_unfinished="refuse")
    told = refusal(Refused("items-unfinished", "…"), it, "complete")
    assert "The receiver has read the packet" in told.message


def test_each_field_says_what_is_wrong_with_it() -> None:
    told = refusal(Unclear((Problem("reason.text", "is too long"),)), shown(b.a_handoff()), "decline")
    assert told.status == 422
    assert told.fields == {"reason": "is too long"}


def test_what_has_no_words_of_its_own_says_what_the_desk_said() -> None:
    told = refusal(Refused("hop-limit", "it moved too often"), shown(b.a_handoff()))
    assert (told.code, told.message) == ("hop-limit", "It moved too often")
    assert refusal(NotAllowed("not yours"), shown(b.a_handoff())).status == 403


def test_nobody_holds_what_nobody_accepted() -> None:
    assert holder(()) is None
