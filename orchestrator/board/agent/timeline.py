"""All that happened to a handoff, a line each, for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from orchestrator.board.look.catalogue import gettext
from orchestrator.board.look.labels import labels
from orchestrator.domain import events as e
from orchestrator.domain.lifecycle.story import words_of
from orchestrator.domain.model import Actor
from orchestrator.domain.policy import Kind


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened."""

    at: datetime
    icon: str
    what: str
    """In the reader's language."""
    by: str | None
    """Who did it; None: the system."""
    said: str = ""
    """What they wrote, or which item it was; only for those who may read the case."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has accepted the work."""

    name: str
    since: datetime


def holder(events: Iterable[e.Event]) -> Holder | None:
    """Return who accepted a handoff last; None when nobody did."""
    accepted = [event for event in events if isinstance(event, e.Accepted)]
    return Holder(name_of(accepted[-1].actor), accepted[-1].at) if accepted else None


def name_of(actor: Actor) -> str:
    """Return what somebody is called."""
    return actor.name or actor.id


def steps(
    events: Iterable[e.Event], kind: Kind, language: str, *, team: Callable[[str], str]
) -> tuple[Step, ...]:
    """Return what happened, the newest first; what only machines care for is left out.

    Args:
        events: a journal.
        kind: whose checklist items are named by their texts.
        language: of the reader.
        team: the name of a team by its id.
    """
    items = {item.id: item.text for item in kind.checklist}
    told = [step for event in events for step in _steps(event, items, language, team)]
    # Of the same instant, what stands later in the journal came later.
    return tuple(sorted(told, key=lambda step: step.at))[::-1]


def _steps(
    event: e.Event, items: dict[str, str], language: str, team: Callable[[str], str]
) -> Iterator[Step]:
    _ = gettext(language)
    by = None if event.actor.kind == "system" else name_of(event.actor)
    match event:
        case e.HandoffRequested():
            what = _("Requested of {team}").format(team=team(event.receiving_team))
            yield Step(event.at, "hand-over", what, by, words_of(event.reason))
        case e.PacketPrepared():
            what = _("Packet {version} prepared").format(version=event.packet.packet_version)
            yield Step(event.at, "note", what, None)
        case e.RungFired():
            # Told when it was due, whoever's reply made the desk notice.
            yield _rung(event, language)
        case e.ItemTicked():
            what = _("Ticked") if event.done else _("Tick taken back")
            yield Step(
                event.at, "check" if event.done else "minus", what, by, items.get(event.item, event.item)
            )
        case e.ClockFulfilled():
            yield Step(
                event.at, "ok", _("Promise kept: {clock}").format(clock=_clock(event.kind, language)), None
            )
        case e.LifecycleEvent():
            yield from _lifecycle(event, by, language, team)
        case e.QuestionAsked():
            yield Step(event.at, "question", _("Asked the sender"), by, event.question)
        case e.QuestionAnswered():
            yield Step(event.at, "chat", _("Answered"), by, event.answer)
        case e.SenderNotified():
            what = _("{team} was told").format(team=team(event.team))
            yield Step(event.at, "mail", what, None, event.message)
        case e.Notified():
            yield Step(
                event.at, "bell", _("{person} was notified").format(person=event.to), None, event.title
            )
        case e.BreachUndone():
            what = _("Breach taken back: {clock}").format(clock=_clock(event.kind, language))
            yield Step(event.at, "ok", what, None, event.reason)


def _lifecycle(
    event: e.LifecycleEvent, by: str | None, language: str, team: Callable[[str], str]
) -> Iterator[Step]:
    _ = gettext(language)
    match event:
        case e.Accepted():
            yield Step(event.at, "person", _("Accepted"), by)
        case e.Declined():
            yield Step(event.at, "return", _("Declined"), by, words_of(event.reason))
        case e.Returned():
            yield Step(event.at, "return", _("Returned"), by, words_of(event.reason))
        case e.Withdrawn():
            yield Step(event.at, "close", _("Withdrawn"), by, words_of(event.reason))
        case e.Paused():
            yield Step(event.at, "pause", _("Paused"), by, words_of(event.reason))
        case e.Resumed():
            yield Step(event.at, "play", _("Resumed"), by)
        case e.Contacted():
            yield Step(event.at, "phone", _("Customer contacted"), by)
        case e.Completed():
            said = f"{event.disposition}: {event.note}" if event.note else event.disposition
            yield Step(event.at, "check", _("Completed"), by, said)
        case e.Reopened():
            yield Step(event.at, "refresh", _("Reopened"), by, words_of(event.reason))
        case e.Acknowledged():
            yield Step(event.at, "eye", _("Breach acknowledged"), by, event.note or "")
        case e.Released():
            yield Step(event.at, "hand-over", _("Packet let go"), None)
        case e.Reoffered():
            what = _("Offered to {team} instead").format(team=team(event.receiving_team))
            yield Step(event.at, "hand-over", what, None)
        case e.PriorityRaised():
            what = _("Priority raised to {priority}").format(
                priority=labels(language).priority[event.priority]
            )
            yield Step(event.at, "up", what, by)
        case e.RulesChanged():
            yield Step(event.at, "settings", _("Measured by other rules"), by, event.reason)
        case e.HandedOn() | e.CaseCarried():
            yield Step(event.at, "arrow-right", _("Case handed on"), by)


def _rung(event: e.RungFired, language: str) -> Step:
    _ = gettext(language)
    name = _clock(event.kind, language)
    match event:
        case e.ClockBreached():
            return Step(event.at, "breach", _("Breached: {clock}").format(clock=name), None)
        case e.ClockWarned():
            return Step(event.at, "alert", _("Warned: {clock}").format(clock=name), None)
        case _:
            return Step(event.at, "up", _("Escalated: {clock}").format(clock=name), None)


def _clock(kind: str, language: str) -> str:
    return labels(language).clock.get(kind, kind)
