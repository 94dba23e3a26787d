"""What the desk relies on of any ledger for questions: what was asked is there for the answer."""

from __future__ import annotations

from orchestrator.domain.events import QuestionAnswered, QuestionAsked
from orchestrator.domain.handoff import Status
from orchestrator.domain.identity import question_id
from orchestrator.ledger.port import Changes, Ledger
from orchestrator.ledger.rows import outbox_rows
from tests import builders as b
from tests.contract.test_ledger import a_desk, delivery, load, the_handoff
from tests.fakes import ManualClock

ASKED = b.a_question(question="Which address?\x00 And since when?")


async def test_a_question_and_its_answer_are_kept_each_once(ledger: Ledger) -> None:
    clock = ManualClock(b.T0)
    desk = a_desk(ledger, clock)
    await desk.handle([delivery(b.a_request())])
    clock.advance(b.MINUTE)
    asked = delivery(ASKED, "asked", b.T0 + b.MINUTE, 1)
    assert [(await desk.handle([asked])).events for _ in range(2)] == [1, 0]
    [waiting] = (await load(ledger)).open_questions
    assert (waiting.id, waiting.asked_at) == (question_id(the_handoff(), 1), b.T0 + b.MINUTE)
    assert waiting.text == ASKED.question
    clock.advance(b.MINUTE)
    answer = b.an_answer(question=waiting.id)
    answered = delivery(answer, "answered", b.T0 + 2 * b.MINUTE, 2)
    assert [(await desk.handle([answered])).events for _ in range(2)] == [1, 0]
    handoff = await load(ledger)
    [question] = handoff.questions
    assert (question.answer, question.answered_at) == (answer.answer, b.T0 + 2 * b.MINUTE)
    assert (handoff.status, handoff.open_questions) == (Status.OFFERED, ())


async def test_an_answer_that_overtakes_its_question_waits_for_it(ledger: Ledger) -> None:
    clock = ManualClock(b.T0)
    desk = a_desk(ledger, clock)
    await desk.handle([delivery(b.a_request())])
    clock.advance(3 * b.MINUTE)
    early = await desk.handle([delivery(b.an_answer(), "answered", b.T0 + 2 * b.MINUTE, 2)])
    assert (early.parked, early.events) == (1, 0)
    both = await desk.handle([delivery(ASKED, "asked", b.T0 + b.MINUTE, 1)])
    assert (both.parked, both.events, both.dead_letters) == (0, 2, 0)
    [question] = (await load(ledger)).questions
    assert not question.is_open


def test_a_question_leaves_for_the_sending_team_and_an_answer_for_the_receiving_one() -> None:
    handoff = b.a_handoff()
    facts = {"handoff_id": handoff.id, "case_id": "case-1", "version": 9, "at": b.T0, "message": "..."}
    said = {"question_id": question_id(handoff.id, 1), "question": "?", "actor": b.an_actor()}
    events = [
        QuestionAsked.model_validate({**facts, **said, "team": "tier-1"}),
        QuestionAnswered.model_validate({**facts, **said, "team": "tier-2", "answer": "!"}),
    ]
    rows = outbox_rows(Changes(now=b.T0, events=[*events]), 4, with_routine=False)
    assert [row[1:4] for row in rows] == [
        ("notices", "tier-1", "case-1"),
        ("notices", "tier-2", "case-1"),
    ]
