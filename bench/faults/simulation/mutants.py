"""Wrong versions of the system, in this process and only for a while: each of them has to be found out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bench.faults.simulation.ledger import SimulatedTransaction
from bench.faults.simulation.rules import rules
from bench.faults.simulation.zones import rules_of
from orchestrator.domain import handoff
from orchestrator.domain.calendars.openings import Openings
from orchestrator.domain.clocks import deadlines, escalation, timeline
from orchestrator.domain.clocks.clockwork import Clockwork
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.commands import Pause
from orchestrator.domain.lifecycle import holding, replies

Patch = tuple[Any, str, Any]


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is wrong, and the attributes that make it so."""

    what: str
    patches: Callable[[], list[Patch]]


def _holds_for_ever() -> list[Patch]:
    return [(escalation, "is_held_for_nothing", lambda _: False)]


def _sends_at_any_tick() -> list[Patch]:
    is_held = holding.is_held_for_nothing

    def whenever(story: Any) -> bool:
        # A tick is enough, whether or not it was the last.
        return is_held(story) or story.handoff.status is handoff.Status.HELD

    return [(replies, "is_held_for_nothing", whenever)]


def _forgets_fired() -> list[Patch]:
    moved = Clockwork.moved

    def without(self: Any, run: Any, clock: Any) -> Any:
        return moved(self, run, clock.model_copy(update={"fired": clock.inherited}))

    return [(Clockwork, "moved", without)]


def _fires_twice() -> list[Patch]:
    tell = deadlines._tell

    def twice(*what: Any) -> None:
        tell(*what)
        tell(*what)

    return [(deadlines, "_tell", twice)]


def _pauses_on_arrival() -> list[Patch]:
    reply = replies.reply

    def arrives(held: Any, command: Any, *, cause: Any, now: Any, **more: Any) -> Any:
        at = now if isinstance(command, Pause) else cause.at
        return reply(held, command, cause=cause.model_copy(update={"at": at}), now=now, **more)

    return [(replies, "reply", arrives)]


def _inherits_clock() -> list[Patch]:
    runs = timeline._runs

    def same_team(spec: Any, moments: Any, facts: Any) -> Any:
        offers = [m for m in moments if m.what is Occasion.OFFERED]
        later = [m._replace(team=None) if m in offers[1:] else m for m in moments]
        return runs(spec, later, facts)

    return [(timeline, "_runs", same_team)]


def _waits_for_ever() -> list[Patch]:
    return [(timeline, "_longest", lambda *_: None)]


def _goes_back() -> list[Patch]:
    return [(handoff.Handoff, "not_before", lambda self, now: now)]


def _fires_early() -> list[Patch]:
    earliest = deadlines._earliest

    def ahead(held: Any, now: Any, *more: Any) -> Any:
        return earliest(held, now + timedelta(minutes=1), *more)

    return [(deadlines, "_earliest", ahead)]


def _no_summer_time() -> list[Patch]:
    offset = Openings._offset

    def of_winter(self: Any, at: int) -> int:
        return offset(self, 0)

    return [(Openings, "_offset", of_winter)]


def _every_event_is_new() -> list[Patch]:
    async def claim(self: Any, event_ids: Any, now: Any) -> Any:
        return set(event_ids)

    return [(SimulatedTransaction, "claim_events", claim)]


def _inbox_first() -> list[Patch]:
    def at_once(self: Any, how: Any, *what: Any) -> None:
        if getattr(how, "__name__", "") == "add":
            how(*what)
        else:
            self._writes.append(lambda: how(*what))

    return [(SimulatedTransaction, "_write", at_once)]


def _no_handoff_locks() -> list[Patch]:
    lock = SimulatedTransaction._lock

    async def unless_row(self: Any, kind: str, key: Any) -> None:
        if kind != "handoff":
            await lock(self, kind, key)

    return [(SimulatedTransaction, "_lock", unless_row)]


MUTANTS = {
    "holds-for-ever": Mutant("a packet is held on when the time for its notes is over", _holds_for_ever),
    "sends-at-any-tick": Mutant(
        "a packet goes out with the first item, not with the last", _sends_at_any_tick
    ),
    "forgets-fired": Mutant("a clock that moves forgets what it has fired", _forgets_fired),
    "fires-twice": Mutant("a sweep fires each rung twice", _fires_twice),
    "pauses-on-arrival": Mutant("a pause begins when it arrives", _pauses_on_arrival),
    "inherits-clock": Mutant("the next team is offered what is left of the last one's time", _inherits_clock),
    "waits-for-ever": Mutant("a pause never ends by itself", _waits_for_ever),
    "goes-back": Mutant("a worker whose clock is behind takes back what another one knew", _goes_back),
    "fires-early": Mutant("a rung fires a minute before it is due", _fires_early),
    "no-summer-time": Mutant("calendars keep the offset of their winter", _no_summer_time),
    "every-event-is-new": Mutant("an event that comes again counts again", _every_event_is_new),
    "inbox-first": Mutant("the inbox remembers events of transactions that died", _inbox_first),
    "no-handoff-locks": Mutant("a sweep and a reply decide on the same handoff at once", _no_handoff_locks),
}


def _forget_calendars() -> None:
    """Calendars keep what they have worked out: neither may have it from the other."""
    rules.cache_clear()
    rules_of.cache_clear()


@contextmanager
def mutated(name: str | None) -> Iterator[None]:
    """Make the system wrong in one way while it lasts; with None, not at all."""
    if name is None:
        yield
        return
    patches = MUTANTS[name].patches()
    before = [(owner, attribute, getattr(owner, attribute)) for owner, attribute, _ in patches]
    for owner, attribute, wrong in patches:
        setattr(owner, attribute, wrong)
    _forget_calendars()
    try:
        yield
    finally:
        _forget_calendars()
        for owner, attribute, right in before:
            setattr(owner, attribute, right)
