"""Questions of the receiving team to the sending team, while it has the work; no clock stops for them."""

from __future__ import annotations

from textwrap import shorten
from typing import Final

from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.errors import Refused, TooEarly
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.identity import question_id
from orchestrator.domain.lifecycle.story import Story
from orchestrator.domain.questions import Question, called, newest_open
from orchestrator.domain.redaction.personal import clean

_REMINDER_CHARS: Final = 120


def ask(story: Story, command: c.Ask) -> None:
    """Tell the sending team what is asked."""
    handoff = story.handoff
    # Everybody reads the topic of notices.
    question, _ = clean(command.question)
    who = command.actor.name or command.actor.id
    story.tell(
        e.QuestionAsked,
        team=handoff.sending_team,
        question_id=question_id(handoff.id, len(handoff.questions) + 1),
        question=question,
        message=f"{who} of {handoff.receiving_team} asks about case {handoff.case_id}: “{question}” "
        + (
            f"Answer soon: the clocks of {handoff.receiving_team} run on meanwhile."
            if handoff.status.is_open
            else f"The handoff is {handoff.status.value} by now, so nobody waits for the answer."
        ),
    )


def answer(story: Story, command: c.Answer) -> None:
    """Tell the receiving team the answer; it comes no earlier than its question, whatever the clocks say.

    Raises:
        TooEarly: `nothing-asked`; the question may be on its way.
        Refused: `already-answered`.
    """
    handoff = story.handoff
    question = _meant(story, command)
    story.at = max(story.at, question.asked_at)
    text, _ = clean(command.answer)
    who = command.actor.name or command.actor.id
    asked = shorten(question.text, _REMINDER_CHARS, placeholder=" …")
    story.tell(
        e.QuestionAnswered,
        team=handoff.receiving_team,
        question_id=question.id,
        question=question.text,
        answer=text,
        message=f"{who} of {handoff.sending_team} answers on case {handoff.case_id}: “{text}” "
        f"You asked: “{asked}” {_what_now(handoff)}",
    )


def _meant(story: Story, command: c.Answer) -> Question:
    handoff = story.handoff
    if command.question is None:
        question = newest_open(handoff.questions, story.at)
    else:
        question = called(handoff.questions, command.question)
    if question is None:
        named = f"has no question {command.question}" if command.question else "has no open question"
        raise TooEarly(
            "nothing-asked",
            f"handoff {handoff.id} {named}: give the question_id of the notice that asked, or none for the "
            "newest that is open",
        )
    if not question.is_open:
        raise Refused(
            "already-answered",
            f"question {question.id} of handoff {handoff.id} was answered by {question.answered_by} "
            f"at {question.answered_at}",
        )
    return question


def _what_now(handoff: Handoff) -> str:
    match handoff.status:
        case Status.ACCEPTED:
            return "Go on with it."
        case Status.OFFERED:
            return "Accept it or decline it."
        case _:
            return f"The handoff is {handoff.status.value} by now."
