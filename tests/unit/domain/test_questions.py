"""The receiving team asks the sending team, and keeps the case."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from pydantic import ValidationError

from orchestrator.caseload import Caseload
from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.errors import Refused, TooEarly
from orchestrator.domain.handoff import Status
from orchestrator.domain.identity import event_id, question_id
from orchestrator.domain.questions import Question, newest_open
from orchestrator.inbound import Delivery, Origin
from orchestrator.ledger.port import Stored
from tests import builders as b
from tests.builders import HOUR, T0, a_handoff, a_policy
from tests.unit.domain.clock_desk import ClockDesk, minute, rules

POLICY = rules(*b.CLOCKS)
WHICH = {"question": "Which address did she try?"}


def offered() -> ClockDesk:
    return ClockDesk(POLICY)


def accepted() -> ClockDesk:
    desk = offered()
    desk.say(c.Accept, minute(1))
    return desk


def asks(desk: ClockDesk, at: float, text: str = "Which address?", *, now: float | None = None) -> e.Event:
    [event] = desk.say(c.Ask, minute(at), now=minute(now) if now else None, question=text)
    return event


def answers(desk: ClockDesk, at: float, text: str, *, now: float | None = None, **over: object) -> e.Event:
    later = minute(now) if now else None
    [event] = desk.say(c.Answer, minute(at), now=later, team="tier-1", answer=text, **over)
    return event


def texts(desk: ClockDesk) -> list[tuple[str, str | None]]:
    return [(each.text, each.answer) for each in desk.handoff.questions]


# What is told, and kept


def test_the_sending_team_is_told_who_asks_what_and_what_to_do() -> None:
    desk = accepted()
    asked = asks(desk, 2, "Which address did she try?")
    assert isinstance(asked, e.QuestionAsked)
    assert (asked.team, asked.actor.team, asked.at) == ("tier-1", "tier-2", minute(2))
    assert asked.question_id == question_id(desk.handoff.id, 1)
    assert asked.message == (
        "Sarah of tier-2 asks about case case-1: “Which address did she try?” "
        "Answer soon: the clocks of tier-2 run on meanwhile."
    )


@pytest.mark.parametrize(
    ("begin", "what_now"), [(offered, "Accept it or decline it."), (accepted, "Go on with it.")]
)
def test_the_receiving_team_is_told_the_answer_and_what_to_do(
    begin: Callable[[], ClockDesk], what_now: str
) -> None:
    desk = begin()
    asked = asks(desk, 2, "Which address did she try?")
    answered = answers(desk, 4, "The one at her company")
    assert isinstance(asked, e.QuestionAsked)
    assert isinstance(answered, e.QuestionAnswered)
    assert (answered.team, answered.question_id) == ("tier-2", asked.question_id)
    assert (answered.question, answered.answer) == (asked.question, "The one at her company")
    assert answered.message == (
        "Sarah of tier-1 answers on case case-1: “The one at her company” "
        f"You asked: “Which address did she try?” {what_now}"
    )


def test_a_handoff_knows_what_was_asked_and_what_is_still_open() -> None:
    desk = accepted()
    asks(desk, 2, "Which address?")
    asks(desk, 3, "Since when?")
    answers(desk, 5, "Since Monday")
    first, second = desk.handoff.questions
    assert second == Question(
        id=question_id(desk.handoff.id, 2),
        text="Since when?",
        asked_by="Sarah",
        asked_at=minute(3),
        answer="Since Monday",
        answered_by="Sarah",
        answered_at=minute(5),
    )
    assert desk.handoff.open_questions == (first,)


def test_who_has_no_name_asks_by_id() -> None:
    desk = accepted()
    desk.say(c.Ask, minute(2), **WHICH, actor=b.an_actor("tier-2", id="bob", name=None))
    assert desk.handoff.questions[0].asked_by == "bob"


@pytest.mark.parametrize("text", ["", "  \n", "x" * 2_001])
def test_a_question_has_words_and_not_too_many(text: str) -> None:
    with pytest.raises(ValidationError):
        b.a_question(question=text)
    with pytest.raises(ValidationError):
        b.an_answer(answer=text)


def test_what_everybody_reads_has_no_address_and_no_number() -> None:
    desk = accepted()
    asks(desk, 2, "Is ada@example.com right?")
    answered = answers(desk, 3, "Call +49 30 901820 instead")
    assert isinstance(answered, e.QuestionAnswered)
    told = " ".join(event.model_dump_json() for event in desk.told)
    assert "ada@example.com" not in told
    assert "901820" not in told
    assert (answered.question, answered.answer) == (
        "Is [e-mail removed] right?",
        "Call [phone removed] instead",
    )


def test_a_long_question_is_quoted_short() -> None:
    desk = accepted()
    asks(desk, 2, "word " * 300)
    answered = answers(desk, 3, "Yes")
    assert isinstance(answered, e.QuestionAnswered)
    assert len(answered.message) < 300
    assert " …” Go on with it." in answered.message


# Nothing else changes


def test_neither_stops_a_clock_nor_moves_the_case() -> None:
    desk = accepted()
    before = desk.handoff
    asks(desk, 2)
    answers(desk, 3, "Yes")
    assert (desk.handoff.clocks, desk.handoff.marks) == (before.clocks, before.marks)
    assert desk.handoff.status is Status.ACCEPTED


def test_a_promise_that_ran_out_before_the_question_is_told_first() -> None:
    desk = offered()
    told = desk.say(c.Ask, minute(16), **WHICH)
    assert [type(event) for event in told][-2:] == [e.SenderNotified, e.QuestionAsked]
    assert any(isinstance(event, e.ClockBreached) for event in told)


# Which question


def test_an_answer_names_its_question() -> None:
    desk = accepted()
    first = asks(desk, 2, "Which address?")
    asks(desk, 3, "Since when?")
    assert isinstance(first, e.QuestionAsked)
    answers(desk, 5, "Her company's", question=first.question_id)
    assert texts(desk) == [("Which address?", "Her company's"), ("Since when?", None)]


def test_an_answer_that_names_none_is_for_the_newest_that_was_open_then() -> None:
    desk = accepted()
    asks(desk, 2, "Which address?")
    asks(desk, 9, "Since when?")
    answers(desk, 5, "Her company's", now=10)
    assert texts(desk) == [("Which address?", "Her company's"), ("Since when?", None)]
    answers(desk, 11, "Since Monday")
    assert desk.handoff.open_questions == ()


def test_an_answer_by_a_clock_that_is_behind_comes_right_after_its_question() -> None:
    desk = accepted()
    asks(desk, 5)
    answered = answers(desk, 4, "Yes", now=6)
    assert answered.at == minute(5)
    assert texts(desk) == [("Which address?", "Yes")]


def test_nobody_answers_what_was_not_asked_yet() -> None:
    desk = accepted()
    with pytest.raises(TooEarly, match="has no open question") as none_open:
        answers(desk, 2, "Yes")
    with pytest.raises(TooEarly, match=f"has no question {UUID(int=9)}") as unknown:
        answers(desk, 2, "Yes", question=UUID(int=9))
    assert none_open.value.code == unknown.value.code == "nothing-asked"


def test_of_two_answers_to_one_question_the_second_is_told_who_was_first() -> None:
    desk = accepted()
    asked = asks(desk, 2)
    assert isinstance(asked, e.QuestionAsked)
    answers(desk, 3, "Yes")
    with pytest.raises(Refused, match="was answered by Sarah at 2026-03-02 09:03") as refusal:
        answers(desk, 4, "No", question=asked.question_id)
    assert refusal.value.code == "already-answered"
    assert not isinstance(refusal.value, TooEarly)


def test_of_questions_that_were_asked_later_the_first_is_meant() -> None:
    asked = tuple(
        Question(id=UUID(int=n), text=str(n), asked_by="bob", asked_at=minute(n)) for n in (3, 4, 5)
    )
    assert newest_open(asked, minute(4.5)) == asked[1]
    assert newest_open(asked, minute(1)) == asked[0]
    assert newest_open((), minute(1)) is None


# Late and out of order


def test_an_answer_that_overtakes_its_question_waits_for_it() -> None:
    handoff = a_handoff(Status.ACCEPTED)
    caseload = Caseload([Stored(handoff, b"", None)], a_policy(), now=minute(9), wait_for=HOUR)
    origin = Origin("replies", 0, 0, None, None, ())
    for n, (command, at) in enumerate([(b.an_answer(handoff), 5), (b.a_question(handoff), 3)]):
        id = f"reply-{n}"
        caseload.apply(Delivery(origin, event_id(b.SOURCE, id), b.a_cause(minute(at), id), command))
    changes = caseload.changes()
    assert not changes.parked
    assert [type(event) for event in changes.events] == [e.QuestionAsked, e.QuestionAnswered]
    assert [event.at for event in changes.events] == [minute(3), minute(5)]


def test_questions_stand_in_the_order_in_which_they_were_asked() -> None:
    desk = accepted()
    asks(desk, 8, "Since when?")
    asks(desk, 3, "Which address?", now=9)
    assert [each.text for each in desk.handoff.questions] == ["Which address?", "Since when?"]
    assert len({each.id for each in desk.handoff.questions}) == 2


def test_what_was_asked_and_answered_before_the_end_may_come_after_it() -> None:
    desk = accepted()
    desk.say(c.Complete, minute(20))
    asked = asks(desk, 5, now=21)
    assert isinstance(asked, e.QuestionAsked)
    assert asked.message.endswith("The handoff is completed by now, so nobody waits for the answer.")
    assert desk.handoff.open_questions == ()
    answered = answers(desk, 6, "Yes", now=22)
    assert isinstance(answered, e.QuestionAnswered)
    assert answered.message.endswith("The handoff is completed by now.")
    assert desk.handoff.status is Status.COMPLETED


def test_nobody_asks_once_the_case_is_back_with_the_sender() -> None:
    desk = accepted()
    desk.say(c.Return, minute(20))
    with pytest.raises(Refused, match="'question-asked' is not legal") as refusal:
        desk.say(c.Ask, minute(21), **WHICH)
    assert not isinstance(refusal.value, TooEarly)


def test_a_case_that_is_reopened_has_its_open_questions_again() -> None:
    desk = accepted()
    asks(desk, 2)
    desk.say(c.Complete, minute(20))
    assert desk.handoff.open_questions == ()
    desk.say(c.Reopen, minute(30))
    assert [each.text for each in desk.handoff.open_questions] == ["Which address?"]


def test_the_team_that_gets_the_offer_next_gets_the_answer() -> None:
    handoff = a_handoff()
    cause = b.a_cause(T0, "asked")
    caseload = Caseload([Stored(handoff, b"", None)], a_policy(), now=T0, wait_for=HOUR)
    caseload.apply(Delivery(Origin("r", 0, 0, None, None, ()), UUID(int=1), cause, b.a_question(handoff)))
    [asked] = caseload.changes().changed
    moved = asked.model_copy(update={"receiving_team": "billing"})
    later = Caseload([Stored(moved, b"", None)], a_policy(), now=minute(1), wait_for=HOUR)
    answer = b.an_answer(moved)
    cause = b.a_cause(minute(1), "answered")
    later.apply(Delivery(Origin("r", 0, 1, None, None, ()), UUID(int=2), cause, answer))
    [told] = later.changes().events
    assert isinstance(told, e.QuestionAnswered)
    assert told.team == "billing"
