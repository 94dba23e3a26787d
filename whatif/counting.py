"""Counts what became of a case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from uuid import UUID

from orchestrator.domain.clocks.custody import holds
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.errors import Refused
from orchestrator.domain.handoff import Handoff, Status
from whatif.book import Book
from whatif.case_tale import Tale
from whatif.offers import ANSWERS, offers_again
from whatif.outcome import Outcome, outcome_of
from whatif.replayed import Replayed
from whatif.score import Point
from whatif.tally import WORST_KEPT, Cell, Late, Pair, Tally, worst
from whatif.verdicts import Verdict

Key = tuple[UUID, str, int]
"""Handoff, kind of clock, generation: what names a promise under any policy."""

_MICROSECOND: Final = timedelta(microseconds=1)
_GIVEN: Final = frozenset({Status.OFFERED, Status.ACCEPTED, Status.COMPLETED, Status.HANDED_ON})
_BACK: Final = frozenset({Status.DECLINED, Status.RETURNED})


def count(tally: Tally, tale: Tale, book: Book, case: str, now: datetime) -> dict[Key, Late]:
    """Add a case to a tally, as things stand at `now`, and return its breaches."""
    outcomes = [
        (replayed, outcome)
        for replayed in tale.handoffs
        if (outcome := _outcome(tally, replayed, book, now)) is not None
    ]
    handoffs = [outcome.handoff for _, outcome in outcomes]
    tally.cases += bool(handoffs)
    tally.bounced += tale.bounced
    tally.taken_over += tale.taken_over
    tally.refused.update(tale.refused)
    tally.unanswerable.update(tale.unanswerable)
    tally.routed_elsewhere.update(tale.routed_elsewhere)
    carried = {(h.carried.opened_at, h.carried.generation) for h in handoffs if h.carried is not None}
    breaches: dict[Key, Late] = {}
    for replayed, outcome in outcomes:
        found = _count_clocks(tally, outcome, case, carried)
        breaches |= found
        _count_offers(tally, outcome.handoff, now)
        for pair in _reoffered(replayed, outcome, book):
            tally.reoffered[pair] += 1
        tally.handoffs += 1
        tally.breached_handoffs += bool(found)
        tally.open_handoffs += outcome.handoff.status.is_open
    _count_time(tally, handoffs, now)
    _count_bounces(tally, handoffs)
    tally.worst += breaches.values()
    if len(tally.worst) > 2 * WORST_KEPT:
        tally.worst = worst(tally.worst)
    return breaches


def _outcome(tally: Tally, replayed: Replayed, book: Book, now: datetime) -> Outcome | None:
    try:
        outcome = outcome_of(replayed, book, now)
    except Refused as refused:
        tally.refused[refused.code] += 1
        return None
    except ValueError:
        # The live desk says so of the same: a calendar that never has so much working time.
        tally.refused["clock-cannot-be-armed"] += 1
        return None
    if outcome.idle:
        tally.unanswerable["nothing-breached"] += outcome.idle
    return outcome


def _count_clocks(
    tally: Tally, outcome: Outcome, case: str, carried: set[tuple[datetime, int]]
) -> dict[Key, Late]:
    handoff = outcome.handoff
    pair = handoff.sending_team, handoff.receiving_team
    tally.moved[pair] += 1
    breaches: dict[Key, Late] = {}
    for verdict in outcome.verdicts:
        run = verdict.run
        goes_on = run.spec.owes == "all" and (run.started_at, run.generation) in carried and _is_on(verdict)
        point = Point.of(verdict, goes_on=goes_on)
        started = run.started_at
        month = started.year * 12 + started.month - 1
        tally.cells[Cell(run.spec.kind, run.team, pair, handoff.kind, month)].add(point)
        for reached in verdict.ladder:
            if reached.rung.effect != "reoffer":
                tally.notified[reached.rung.to or reached.rung.effect] += 1
        if point.became == "breached":
            kind, generation = verdict.key
            breaches[handoff.id, kind, generation] = Late(
                -point.over_s,
                case,
                handoff.id,
                kind,
                generation,
                run.team,
                pair,
                verdict.due_at,
                run.ended_at,
            )
    return breaches


def _is_on(verdict: Verdict) -> bool:
    return verdict.run.outcome == "cancelled"


def _count_offers(tally: Tally, handoff: Handoff, now: datetime) -> None:
    offers = [mark for mark in handoff.marks if mark.what == Occasion.OFFERED]
    answered_at = min((mark.at for mark in handoff.marks if mark.what in ANSWERS), default=now)
    for mark, after in zip(offers, [*offers[1:], None], strict=True):
        waited = min(after.at if after is not None else answered_at, answered_at) - mark.at
        tally.times[mark.team or ""].kept_waiting_us += max(waited, timedelta()) // _MICROSECOND


def _reoffered(replayed: Replayed, outcome: Outcome, book: Book) -> Iterator[Pair]:
    """Return from which team to which other one a ladder would have offered the work."""
    needs_person = replayed.needs_person
    for team, mark in offers_again(outcome.handoff, outcome.verdicts, book, needs_person=needs_person):
        yield team, mark.team or ""


def _count_time(tally: Tally, handoffs: Sequence[Handoff], now: datetime) -> None:
    if all(handoff.sender_keeps_case for handoff in handoffs):
        return
    for hold in holds(handoffs):
        span = ((hold.until or now) - hold.since) // _MICROSECOND
        time = tally.times[hold.team]
        time.held_us += span
        time.offering_us += span if hold.is_offered else 0
        tally.case_us += span


def _count_bounces(tally: Tally, handoffs: Sequence[Handoff]) -> None:
    moving = [handoff for handoff in handoffs if not handoff.sender_keeps_case]
    for first, second in pairwise(moving):
        pair = first.sending_team, first.receiving_team
        if first.status in _GIVEN and (second.receiving_team, second.sending_team) == pair:
            tally.bounces[pair] += 1
    for handoff in moving:
        if handoff.status in _BACK:
            tally.sent_back[handoff.sending_team, handoff.receiving_team] += 1
