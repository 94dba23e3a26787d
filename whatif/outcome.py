"""What became of one handoff under one policy."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from orchestrator.domain.clocks.occasions import ACKNOWLEDGED, Mark, insert
from orchestrator.domain.commands import Acknowledge
from orchestrator.domain.handoff import Handoff
from whatif.book import Book
from whatif.log_events import Answered
from whatif.replayed import Replayed
from whatif.verdicts import Verdict, verdicts_of


class Outcome(NamedTuple):
    """A handoff at the end of the log, and a verdict on each run of its clocks."""

    handoff: Handoff
    verdicts: list[Verdict]
    idle: int
    """Acknowledgements of what was not breached."""


def outcome_of(replayed: Replayed, book: Book, now: datetime) -> Outcome:
    """Return what became of a handoff, as things stand at `now`.

    Raises:
        Refused: `clock-cannot-be-armed`.
        ValueError: a calendar has not so much working time.
    """
    replayed.let_go(now)
    handoff = replayed.handoff
    verdicts = verdicts_of(handoff, book, now)
    if not replayed.acknowledgements:
        return Outcome(handoff, verdicts, 0)
    # An acknowledgement moves what comes after a breach, never the breach itself: one look is enough.
    marks = [_acknowledged(answer, verdicts) for answer in replayed.acknowledgements]
    for mark in filter(None, marks):
        handoff = handoff.model_copy(update={"marks": insert(handoff.marks, mark)})
    return Outcome(handoff, verdicts_of(handoff, book, now), marks.count(None))


def _acknowledged(answer: Answered, verdicts: list[Verdict]) -> Mark | None:
    reply, at = answer.reply, answer.at
    assert isinstance(reply, Acknowledge)
    breached = [
        verdict.run.spec
        for verdict in verdicts
        if reply.clock in (None, verdict.run.spec.kind)
        and verdict.is_breached
        and verdict.due_at is not None
        and verdict.run.started_at <= at
        and verdict.due_at <= at
        and (verdict.run.ended_at is None or at < verdict.run.ended_at)
    ]
    if not breached:
        return None
    until = at + min(spec.acknowledged_for for spec in breached)
    kinds = ",".join(dict.fromkeys(spec.kind for spec in breached))
    return Mark(at, ACKNOWLEDGED, detail=kinds, actor=reply.actor.kind, until=until)
