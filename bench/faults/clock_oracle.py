"""What the journal says of clocks, held against what they had to do by the facts known at each entry.

An entry is judged by the facts before it and no later ones; at the end all of them count. So a breach that
was right when it was told, and is undone by a fact that came late, has to be taken back, and only then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bench.faults.evidence import Entry
from bench.faults.oracle_case import OracleCase
from bench.faults.timeline_oracle import Run, duration, micros, of_instant

_SLA = "support.handoff.sla."
_LIFE = "support.handoff.lifecycle."
_TOLERANCE = 2
"""Microseconds; the wording of a duration rounds."""
_SETTLES = 1_000_000
"""Microseconds within which what is due need not have fired yet."""


@dataclass
class _Said:
    """What the journal has said of one run so far."""

    kind: str
    generation: int
    fired: dict[str, str]
    """Rung -> the id under which it fired; "" for one that was past at the start, and is never told."""
    ended: int | None = None
    outcome: str | None = None
    ids: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, int]:
        """Its clock and generation."""
        return self.kind, self.generation


class ClockOracle:
    """Walks journals, one handoff's at a time; `rules` are those of all versions as they are stored."""

    def __init__(self, rules: dict[str, dict[str, Any]]) -> None:
        self.armed = 0
        self.fired = 0
        self.cancelled = 0
        self.withdrawn = 0
        self._rules = rules

    def walk(self, entries: list[Entry], now: datetime, stored: dict[tuple[str, int], str]) -> Iterator[str]:
        """Yield everything that is wrong with one handoff; `stored` are the states of its clocks' rows."""
        case = OracleCase(self._rules, entries[0].data)
        said: dict[str, _Said] = {}
        for entry in entries:
            word = entry.type.removesuffix(".v1")
            if word.startswith(_LIFE):
                yield from case.learn(word.removeprefix(_LIFE), entry.data)
            elif word.startswith(_SLA):
                for wrong in self._hear(case, said, word.removeprefix(_SLA), entry.data):
                    yield f"{entry.handoff} version {entry.version}, {word}: {wrong}"
        for wrong in self._rest(case, said, of_instant(now), stored):
            yield f"{entries[0].handoff} at rest: {wrong}"

    def _hear(
        self, case: OracleCase, said: dict[str, _Said], word: str, data: dict[str, Any]
    ) -> Iterator[str]:
        """Judge one event about a clock."""
        known = said.get(data["clock_id"])
        if word == "activated":
            if known is not None:
                yield "a clock started twice"
            known = said[data["clock_id"]] = _Said(data["kind"], data["generation"], {})
            yield from self._starts(case, known, data["clock"], said)
            return
        if known is None:
            yield f"clock {data['kind']} was never started"
            return
        run = case.run(known.key)
        if word in ("warned", "breached", "escalated"):
            self.fired += 1
            yield from _fires(case, run, known, data)
        elif word in ("fulfilled", "cancelled"):
            # A late fact may leave nothing of a run that had ended: then it is cancelled as if it had not.
            if known.ended is not None and run is not None:
                yield f"clock {known.key} ended twice"
            known.ended = micros(data["at"])
            known.outcome = "met" if word == "fulfilled" else "cancelled"
            yield from _ends(run, known)
        else:
            if word in ("breach-withdrawn", "met-late-delivery"):
                self.withdrawn += 1
                yield from _takes_back(case, run, known, data, word)
            yield from _moves(run, known, data["clock"])

    def _starts(
        self, case: OracleCase, known: _Said, clock: dict[str, Any], said: dict[str, _Said]
    ) -> Iterator[str]:
        known.fired = dict.fromkeys(clock["fired"], "")
        run = case.run(known.key)
        if run is None:
            yield f"clock {known.key} started for no reason"
            return
        steps = case.rungs(run)
        self.armed += sum(rung["name"] not in known.fired for _, rung in steps)
        warnings = {rung["name"] for _, rung in steps if rung["effect"] == "warn"}
        earlier = {name for each in said.values() if each.kind == known.kind for name in each.fired}
        if dropped := set(known.fired) - warnings - earlier:
            yield f"{dropped} of clock {known.key} were dropped, which are no warnings"
        if clock["team"] != run.team:
            yield f"{clock['team']} owes clock {known.key}, expected {run.team}"
        yield from _moves(run, known, clock)

    def _rest(
        self, case: OracleCase, said: dict[str, _Said], now: int, stored: dict[tuple[str, int], str]
    ) -> Iterator[str]:
        """Judge the end by all that is known now."""
        by_key = {known.key: known for known in said.values()}
        for known in by_key.values():
            run = case.run(known.key)
            if known.ended is not None and run is not None:
                self.cancelled += sum(rung["name"] not in known.fired for _, rung in case.rungs(run))
            yield from _ends(run, known)
            state = "breached" if "breach" in known.fired else known.outcome
            row = stored.get(known.key)
            if row != state and not (state is None and row in ("running", "paused")):
                yield f"clock {known.key} is {state} by its journal, and {row} in its row"
        for run in case.runs():
            known = by_key.get((run.spec["kind"], run.generation))
            if known is None:
                yield f"clock {run.spec['kind']} of generation {run.generation} never started"
                continue
            for offset, rung in case.rungs(run):
                instant, has_fired = run.reach(offset), rung["name"] in known.fired
                if run.stands(instant, now - _SETTLES) and not has_fired:
                    yield f"rung {rung['name']} of clock {known.key} never fired"
                is_breach = rung["name"] == "breach" and known.fired.get("breach")
                if is_breach and not run.stands(instant, now):
                    yield f"the breach of clock {known.key} stands, and there was none"


def _fires(case: OracleCase, run: Run | None, known: _Said, data: dict[str, Any]) -> Iterator[str]:
    name, id = data["rung"], data["rung_id"]
    at, fired_at = micros(data["at"]), micros(data["fired_at"])
    offset = next((o for o, rung in case.rungs(run) if rung["name"] == name), None) if run else None
    if run is None or offset is None:
        yield f"{name} fired, which clock {known.key} does not have"
        return
    if name in known.fired or id in known.ids:
        yield f"{name} of clock {known.key} fired twice, or was past at the start"
    known.fired[name] = id
    known.ids.add(id)
    expected = run.reach(offset)
    if expected is None or not run.stands(expected, fired_at + _TOLERANCE):
        yield f"{name} of clock {known.key} fired although it had ended, stood still or was not there yet"
    elif not _near(at, expected):
        yield f"{name} of clock {known.key} fired for {data['at']}, {at - expected} µs off"
    elif not _near(micros(data["due_at"]), run.due) or data["team"] != run.team:
        yield f"{name} of clock {known.key} names {data['due_at']} and {data['team']}: {run.due}, {run.team}"
    elif not _near(duration(data["consumed"]), run.used(at)):
        yield f"{name} of clock {known.key} says {data['consumed']} was used up"


def _takes_back(
    case: OracleCase, run: Run | None, known: _Said, data: dict[str, Any], word: str
) -> Iterator[str]:
    if known.fired.get("breach") != data["rung_id"]:
        yield f"the breach of clock {known.key} was taken back, which is not told"
    if run is None:
        known.fired = {name: id for name, id in known.fired.items() if not id}
    else:
        ladder = {rung["name"] for _, rung in case.rungs(run) if rung["effect"] not in ("warn", "breach")}
        known.fired = {name: id for name, id in known.fired.items() if name not in {"breach", *ladder}}
        if run.ended is None and run.due is not None and run.due <= micros(data["breached_at"]):
            yield f"the breach of clock {known.key} was taken back, and stood"
        elif run.ended is not None and run.stands(run.due, run.ended):
            yield f"the breach of clock {known.key} was taken back, and came before its end"
        if word == "met-late-delivery" and run.outcome != "met":
            yield f"clock {known.key} was said to be met"


def _moves(run: Run | None, known: _Said, clock: dict[str, Any]) -> Iterator[str]:
    """Compare the state of a clock that an event gives."""
    if clock["ended_at"] is not None or known.ended is not None:
        known.ended = micros(clock["ended_at"]) if clock["ended_at"] else None
        known.outcome = clock["outcome"]
        yield from _ends(run, known)
    if run is None:
        return
    due = clock["due_at"]
    if not _near(micros(clock["started_at"]), run.started):
        yield f"clock {known.key} started at {clock['started_at']}, {run.started} was due"
    # While a pause may last, nobody knows when the clock is due, whatever end it was given.
    if due is None and not run.still:
        yield f"clock {known.key} has no due instant"
    elif due is not None and not _near(micros(due), run.due):
        yield f"clock {known.key} is due at {due}, expected {run.due}"


def _ends(run: Run | None, known: _Said) -> Iterator[str]:
    if run is None:
        if known.outcome != "cancelled":
            yield f"clock {known.key} has no reason to run"
    elif (known.ended is None) != (run.ended is None) or known.outcome != run.outcome:
        yield f"clock {known.key} is {known.outcome}, expected {run.outcome}"
    elif known.ended is not None and not _near(known.ended, run.ended):
        yield f"clock {known.key} ended {known.ended - (run.ended or 0)} µs off"


def _near(one: int, other: int | None) -> bool:
    return other is not None and abs(one - other) <= _TOLERANCE
