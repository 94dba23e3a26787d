"""The invariants of a system at rest; how clocks are judged stands in `clock_checks`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from bench.faults.simulation.clock_checks import ClockChecks
from bench.faults.simulation.holding_checks import check_holding
from bench.faults.simulation.log import SOURCE, Message
from bench.faults.simulation.remains import Entry, Remains, clock_row, steps
from bench.faults.simulation.step_checks import check_steps
from bench.faults.verdict import Verdict
from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.clocks.custody import holds
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.identity import event_id

EFFECTS: dict[type[c.Command], type[e.Event]] = {
    c.RequestHandoff: e.HandoffRequested,
    c.RaiseEscalation: e.HandoffRequested,
    c.Accept: e.Accepted,
    c.Decline: e.Declined,
    c.Return: e.Returned,
    c.Withdraw: e.Withdrawn,
    c.Contact: e.Contacted,
    c.Complete: e.Completed,
    c.Reopen: e.Reopened,
    c.Pause: e.Paused,
    c.Resume: e.Resumed,
    c.TickItem: e.ItemTicked,
    c.Acknowledge: e.Acknowledged,
    c.Ask: e.QuestionAsked,
    c.Answer: e.QuestionAnswered,
}
_TURNS = {
    "requested": 0,
    "accepted": 1,
    "declined": 2,
    "returned": 2,
    "withdrawn": 2,
    "completed": 3,
    "reopened": 4,
}
"""What moves a case; of the same instant, the later one counts."""


def check(verdict: Verdict, found: Remains, *, is_at_rest: bool = True) -> Counter[str]:
    """Note what is wrong, and return what became of the rungs."""
    tally: Counter[str] = Counter()
    by_handoff: dict[UUID, list[Entry]] = defaultdict(list)
    for entry in found.journal:
        by_handoff[entry.event.handoff_id].append(entry)
    _ids(verdict, found)
    if by_handoff.keys() != found.handoffs.keys():
        verdict.blame("I4", "there are handoffs without a journal, or journals without a handoff")
        return tally
    _fates(verdict, found, is_at_rest)
    for id, entries in by_handoff.items():
        if [entry.event.version for entry in entries] != list(range(1, len(entries) + 1)):
            verdict.blame("I4", f"{id}: versions {[entry.event.version for entry in entries]}")
            continue
        journal = steps(entries)
        clocks = ClockChecks(journal, found.versions, found.times)
        wrongs = [*clocks.walk(), *check_steps(journal, found.versions, found.times)]
        wrongs += check_holding(journal, found.versions, is_at_rest=is_at_rest)
        wrongs += clocks.at_rest(found.handoffs[id], found.now, is_at_rest=is_at_rest)
        for wrong in wrongs:
            verdict.blame("I3", f"{id}: {wrong}")
        tally += clocks.tally
    _tables(verdict, found)
    _custody(verdict, found)
    return tally


def _fates(verdict: Verdict, found: Remains, is_at_rest: bool) -> None:
    """Check that each message had one effect, is one dead letter, or waits (I1), and when it took place."""
    effects: dict[str, list[Entry]] = defaultdict(list)
    told_until: dict[UUID, datetime] = {}
    packets: Counter[UUID] = Counter()
    held: set[UUID] = set()
    for event, written_at in found.journal:
        # What one worker's clock has shown is past, even where another's is behind.
        now = max(written_at, told_until.get(event.handoff_id, written_at))
        told_until[event.handoff_id] = max(
            told_until.get(event.handoff_id, event.at),
            event.fired_at if isinstance(event, e.RungFired) else event.at,
        )
        if isinstance(event, e.PacketPrepared) and event.packet.packet_version == 1:
            packets[event.handoff_id] += 1
        if isinstance(event, e.HandoffRequested) and event.is_held:
            held.add(event.handoff_id)
        elif isinstance(event, e.Released):
            held.remove(event.handoff_id)
        if event.cause is not None and event.cause.source == SOURCE:
            message = found.sent[event.cause.id]
            if message.command is not None and type(event) is EFFECTS[type(message.command)]:
                effects[message.id].append(Entry(event, now))
    dead = Counter(found.dead)
    for id, message in found.sent.items():
        come = found.arrivals.get(id, 0)
        if message.command is None:
            if dead[id] != come:
                verdict.blame("I1", f"{id}: {come} came that nobody can read, {dead[id]} dead letters")
            continue
        there = (len(effects[id]), dead[id], int(event_id(SOURCE, id) in found.parked))
        if sum(there) < min(come, 1):
            verdict.miss("I1", f"{id} ({message.command.type}) came and led to nothing")
        elif sum(there) > 1:
            verdict.double("I1", f"{id} ({message.command.type}): {there} effects, dead letters, parked")
        elif is_at_rest and there[2]:
            verdict.miss("rest", f"{id} ({message.command.type}) waits for ever")
        for event, now in effects[id]:
            _check_time(verdict, message, event, now, found.handoffs[event.handoff_id])
            # What is held has no packet yet, and what was taken back meanwhile never gets one.
            due = event.handoff_id not in held
            if isinstance(event, e.HandoffRequested) and packets[event.handoff_id] != due:
                verdict.blame("I1", f"{id}: {packets[event.handoff_id]} first packets")


def _check_time(verdict: Verdict, message: Message, event: e.Event, now: datetime, handoff: Handoff) -> None:
    """Check that it counts from when it happened, not from when it came; what it answers comes before it."""
    at = max(min(message.at, now), handoff.requested_at)
    since = {e.Contacted: "accepted", e.Paused: "offered", e.Resumed: "offered"}.get(type(event))
    starts = [mark.at for mark in handoff.marks if mark.what == since and mark.at > at]
    if isinstance(event, e.QuestionAnswered):
        starts = [each.asked_at for each in handoff.questions if each.id == event.question_id]
    if event.at != at and event.at not in starts:
        verdict.blame("I3", f"{message.id} ({event.type}) happened at {message.at}, is told for {event.at}")


def _ids(verdict: Verdict, found: Remains) -> None:
    """Check that no id comes twice (I2)."""
    ids: Counter[object] = Counter()
    for event, _ in found.journal:
        ids[event.handoff_id, event.version] += 1
        if isinstance(event, e.PacketPrepared):
            ids[event.packet.packet_id] += 1
        if isinstance(event, e.RungFired):
            ids[event.rung_id] += 1
    for id, times in ids.items():
        if times > 1:
            verdict.double("I2", f"{id} is there {times} times", times - 1)


def _tables(verdict: Verdict, found: Remains) -> None:
    """Check the handoffs' rows and those of their clocks."""
    rows = {
        (id, clock.kind, clock.generation): clock_row(clock)
        for id, handoff in found.handoffs.items()
        for clock in handoff.clocks
    }
    for key in rows.keys() | found.clocks.keys():
        if rows.get(key) != found.clocks.get(key):
            verdict.blame("state", f"{key}: the row {found.clocks.get(key)} is not {rows.get(key)}")
    for id, handoff in found.handoffs.items():
        if Handoff.model_validate_json(handoff.model_dump_json()) != handoff:
            verdict.blame("state", f"{id}: what is stored is not what was decided")


def _custody(verdict: Verdict, found: Remains) -> None:
    """Check that every moment of a case counts for the team that held it, and for no other."""
    cases: dict[str, list[Handoff]] = defaultdict(list)
    for handoff in found.handoffs.values():
        cases[handoff.case_id].append(handoff)
    for case, handoffs in cases.items():
        spans = holds(handoffs)
        turns = sorted(_turns(handoffs))
        total = timedelta()
        for since, until, team in _pieces(turns, found.now):
            if team is None:
                continue
            total += until - since
            middle = since + (until - since) / 2
            holders = [h.team for h in spans if h.since <= middle and (h.until is None or middle < h.until)]
            if holders != [team]:
                verdict.blame("custody", f"{case} was held by {team} at {middle}, not by {holders}")
        # By a clock that is ahead, the last span may begin later than it is.
        counted = sum(((h.until or max(found.now, h.since)) - h.since for h in spans), timedelta())
        if counted != total:
            verdict.blame("custody", f"{case}: {counted} are attributed, not {total}")


def _turns(handoffs: Sequence[Handoff]) -> Iterator[tuple[datetime, int, str]]:
    for handoff in handoffs:
        if handoff.sender_keeps_case:
            continue
        for mark in handoff.marks:
            if mark.what in ("accepted", "reopened"):
                yield mark.at, _TURNS[mark.what], mark.team or ""
            elif mark.what in _TURNS:
                yield mark.at, _TURNS[mark.what], "" if mark.what == "completed" else handoff.sending_team


def _pieces(
    turns: Sequence[tuple[datetime, int, str]], now: datetime
) -> Iterator[tuple[datetime, datetime, str | None]]:
    for number, (at, _, team) in enumerate(turns):
        until = turns[number + 1][0] if number + 1 < len(turns) else now
        if until > at:
            yield at, until, team or None
