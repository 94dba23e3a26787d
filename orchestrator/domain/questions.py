"""What the receiving team asks the sending team about a handoff, and what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from orchestrator.domain.model import Frozen


class Question(Frozen):
    """A question to the sending team; the receiving team keeps the case meanwhile."""

    id: UUID
    text: str
    asked_by: str
    """The name of who asked, or the id where there is none."""
    asked_at: datetime
    answer: str | None = None
    """None while nobody has answered."""
    answered_by: str | None = None
    """The name of who answered, or the id where there is none."""
    answered_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it."""
        return self.answered_at is None


def with_question(questions: Sequence[Question], new: Question) -> tuple[Question, ...]:
    """Return the questions with a new one, in the order in which they were asked."""
    return tuple(sorted((*questions, new), key=lambda each: each.asked_at))


def with_answer(
    questions: Sequence[Question], id: UUID, *, answer: str, by: str, at: datetime
) -> tuple[Question, ...]:
    """Return the questions with an answer to the one called `id`."""
    answered = {"answer": answer, "answered_by": by, "answered_at": at}
    return tuple(each.model_copy(update=answered) if each.id == id else each for each in questions)


def called(questions: Sequence[Question], id: UUID) -> Question | None:
    """Return the question with this id; None when there is none."""
    return next((each for each in questions if each.id == id), None)


def newest_open(questions: Sequence[Question], at: datetime) -> Question | None:
    """Return the question that is meant by an answer at `at` that names none; None when none is open.

    It is the newest that was open then. Where all of them were asked later, by a clock that is ahead of
    the one that told the time of the answer, it is the first.
    """
    unanswered = [each for each in questions if each.is_open]
    by_then = [each for each in unanswered if each.asked_at <= at]
    return by_then[-1] if by_then else next(iter(unanswered), None)
