"""What a journal tells of the marks of a handoff: who did it, and in which words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

from orchestrator.domain import events as e
from orchestrator.domain.clocks.occasions import (
    ACKNOWLEDGED,
    PAUSED,
    RULES_CHANGED,
    TICKED,
    UNTICKED,
    Mark,
    Occasion,
)
from orchestrator.domain.clocks.timeline import Run
from orchestrator.domain.explanation.explained_clock import Happening
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.lifecycle.story import words_of

_TELLING: Final[Mapping[str, tuple[type[e.LifecycleEvent], ...]]] = {
    Occasion.REQUESTED: (e.HandoffRequested,),
    Occasion.OFFERED: (e.Reoffered, e.Released, e.HandoffRequested),
    Occasion.ACCEPTED: (e.Accepted,),
    Occasion.CONTACTED: (e.Contacted,),
    Occasion.DECLINED: (e.Declined,),
    Occasion.RETURNED: (e.Returned,),
    Occasion.WITHDRAWN: (e.Withdrawn,),
    Occasion.HANDED_ON: (e.HandedOn, e.CaseCarried),
    Occasion.COMPLETED: (e.Completed,),
    Occasion.REOPENED: (e.Reopened,),
    TICKED: (e.ItemTicked,),
    UNTICKED: (e.ItemTicked,),
    PAUSED: (e.Paused,),
    ACKNOWLEDGED: (e.Acknowledged,),
    RULES_CHANGED: (e.RulesChanged,),
}
_OCCASIONS: Final = frozenset(Occasion)


class Journal:
    """The events of one handoff, by what they tell of."""

    def __init__(self, handoff: Handoff, events: Sequence[e.Event], teams: Mapping[UUID, str]) -> None:
        """`teams`: handoff of the case -> its receiving team."""
        self._handoff = handoff
        self._events = events
        self._teams = teams
        offers = (mark.at for mark in handoff.marks if mark.what == Occasion.OFFERED)
        self._offered_at = next(offers, handoff.requested_at)

    @property
    def first(self) -> e.HandoffRequested | None:
        """The request; None when what was stored is not a whole journal."""
        return next((each for each in self._events if isinstance(each, e.HandoffRequested)), None)

    def of_clock(self, id: UUID) -> Iterator[e.ClockEvent]:
        """Return what was told of a clock."""
        return (each for each in self._events if isinstance(each, e.ClockEvent) and each.clock_id == id)

    def event_of(self, mark: Mark) -> e.LifecycleEvent | None:
        """Return the event that left a mark."""
        for event in self._events:
            if isinstance(event, _TELLING.get(mark.what, ())) and self._left(event, mark):
                assert isinstance(event, e.LifecycleEvent)
                return event
        return None

    def who(self, mark: Mark) -> str | None:
        """Return who did it; None for the system."""
        event = self.event_of(mark)
        if event is None:
            return mark.actor
        return None if event.actor.kind == "system" else event.actor.name or event.actor.id

    def start_of(self, run: Run) -> Happening:
        """Return what started a run."""
        if run.carried is not None:
            return Happening(at=run.started_at, what=Occasion.CASE_OPENED)
        wanted = {*run.spec.starts, *run.spec.resets}
        for mark, what in self._at(run.started_at):
            if what in wanted:
                return self._happening(mark, what)
        return Happening(at=run.started_at, what=run.spec.starts[0])

    def end_of(self, run: Run) -> Happening | None:
        """Return what ended a run; None while it is open."""
        if run.ended_at is None:
            return None
        spec = run.spec
        wanted = {*spec.stops, *spec.resets} if run.outcome == "met" else {*spec.cancels, *spec.stops}
        offered: Mark | None = None
        for mark, what in self._at(run.ended_at):
            if what in wanted:
                return self._happening(mark, what)
            if what is Occasion.OFFERED and mark.team != run.team:
                offered = mark
        if offered is not None:
            return self._happening(offered, Occasion.OFFERED)
        return Happening(at=run.ended_at, what=spec.stops[0])

    def _left(self, event: e.Event, mark: Mark) -> bool:
        match event:
            case e.HandoffRequested() if mark.what == Occasion.OFFERED:
                return event.offered_at == mark.at and not event.is_held
            case e.ItemTicked() if event.item != mark.detail or event.done != (mark.what == TICKED):
                return False
            case e.Paused() if event.team != mark.team:
                return False
        return event.at == mark.at or max(event.at, self._offered_at) == mark.at

    def _at(self, at: object) -> Iterator[tuple[Mark, Occasion]]:
        for mark in self._handoff.marks:
            if mark.at == at:
                yield from ((mark, what) for what in _meanings(mark))

    def _happening(self, mark: Mark, what: Occasion) -> Happening:
        return Happening(
            at=mark.at,
            what=what,
            by=self.who(mark),
            detail=self._detail(mark),
            is_automatic=mark.is_automatic,
        )

    def _detail(self, mark: Mark) -> str | None:
        match self.event_of(mark):
            case e.Declined() | e.Returned() | e.Withdrawn() | e.Reopened() as event:
                return words_of(event.reason) if event.reason.text or event.reason.code else None
            case e.Completed() as event:
                return event.disposition
            case e.HandedOn() | e.CaseCarried() as event:
                team = self._teams.get(event.to_handoff)
                return f"to {team}" if team else None
            case e.ItemTicked() as event:
                return event.item
            case _:
                return f"to {mark.team}" if mark.what == Occasion.OFFERED else None


def _meanings(mark: Mark) -> Iterable[Occasion]:
    """Return what a mark can mean to a clock; its specification says which of them counts."""
    if mark.what == Occasion.REQUESTED:
        return Occasion.REQUESTED, Occasion.CASE_OPENED, Occasion.ITEMS_COMPLETE
    if mark.what in (TICKED, UNTICKED):
        return (Occasion.ITEMS_COMPLETE if mark.what == TICKED else Occasion.ITEMS_MISSING,)
    return (Occasion(mark.what),) if mark.what in _OCCASIONS else ()
