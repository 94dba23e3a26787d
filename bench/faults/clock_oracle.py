"""What clocks should have done, worked out again from the journal's own words, without the domain's code.

Times are microseconds, durations too. A clock is walked through in the order of the journal: each of its
rungs must fire at the instant that its budget, less the pauses known by then, puts it at; none may be
skipped, and what is left at its end counts as cancelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bench.faults.evidence import Entry

_SLA = "support.handoff.sla."
_DURATION = re.compile(r"(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?")
_TOLERANCE = 2
"""Microseconds; the wording of a duration rounds."""


def micros(text: str) -> int:
    """Return an instant as microseconds."""
    at = datetime.fromisoformat(text)
    return round(at.timestamp() * 1_000_000)


def duration(text: str | float) -> int:
    """Return a duration as microseconds, from ISO 8601 or from seconds."""
    if not isinstance(text, str):
        return round(text * 1_000_000)
    match = _DURATION.fullmatch(text)
    assert match is not None, text
    sign, days, hours, minutes, seconds = match.groups()
    whole = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60
    return (-1 if sign else 1) * round((whole + float(seconds or 0)) * 1_000_000)


@dataclass
class _Run:
    """One run of a clock, as the walk knows it."""

    kind: str
    started: int
    rungs: dict[str, int]
    """Name -> consumed time at which it is reached; those that have not fired."""
    fired: int = 0
    pauses: list[list[int | None]] = field(default_factory=list)
    ended: int | None = None

    def instant(self, offset: int) -> int | None:
        at, left = self.started, offset
        for since, until in self.pauses:
            assert since is not None
            if left < since - at:
                break
            if until is None:
                return None
            left -= since - at
            at = until
        return at + left

    @property
    def is_paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1][1] is None


class ClockOracle:
    """Walks one handoff's journal."""

    def __init__(self) -> None:
        self.armed = 0
        self.fired = 0
        self.cancelled = 0
        self._runs: dict[str, _Run] = {}

    def walk(self, entries: list[Entry], now: datetime) -> Iterator[str]:
        """Yield everything that is wrong with the clocks of one handoff."""
        self._runs = {}
        for entry in entries:
            word = entry.type.removeprefix(_SLA).removesuffix(".v1")
            data = entry.data
            if word == "activated":
                self._start(data["clock"])
            elif word in ("warned", "breached"):
                yield from self._fire(data)
            elif word in ("fulfilled", "cancelled"):
                yield from self._end(data)
            elif entry.type.endswith("lifecycle.paused.v1"):
                self._pause(data)
            elif entry.type.endswith("lifecycle.resumed.v1"):
                self._resume(data)
        yield from self._rest(round(now.timestamp() * 1_000_000))

    def _start(self, clock: dict[str, Any]) -> None:
        budget = duration(clock["budget"])
        rungs = {}
        for rung in clock["rungs"]:
            share, before = rung.get("share"), rung.get("before")
            offset = round(budget * share) if share is not None else budget - duration(before or 0)
            rungs[rung["name"]] = offset
        for name in clock["fired"]:
            del rungs[name]
        self.armed += len(rungs)
        self._runs[clock["id"]] = _Run(clock["kind"], micros(clock["started_at"]), rungs)

    def _fire(self, data: dict[str, Any]) -> Iterator[str]:
        run = self._runs.get(data["clock_id"])
        what = f"rung {data['rung']} of clock {data['kind']} of handoff {data['handoff_id']}"
        if run is None:
            yield f"{what} fired, its clock was never started"
            return
        offset = run.rungs.pop(data["rung"], None)
        if offset is None:
            yield f"{what} fired twice, or was never armed"
            return
        run.fired += 1
        self.fired += 1
        expected = run.instant(offset)
        if run.ended is not None or run.is_paused or expected is None:
            yield f"{what} fired although its clock had ended or stood still"
        elif abs(micros(data["at"]) - expected) > _TOLERANCE:
            yield f"{what} fired for {data['at']}, {micros(data['at']) - expected} µs off"
        elif micros(data["fired_at"]) < expected - _TOLERANCE:
            yield f"{what} fired before its time"

    def _end(self, data: dict[str, Any]) -> Iterator[str]:
        run = self._runs.get(data["clock_id"])
        what = f"clock {data['kind']} of handoff {data['handoff_id']}"
        if run is None or run.ended is not None:
            yield f"{what} ended twice, or never began"
            return
        run.ended = micros(data["at"])
        for name, offset in run.rungs.items():
            instant = run.instant(offset)
            if instant is not None and instant < run.ended - _TOLERANCE and not run.is_paused:
                yield f"{what} ended at {data['at']} and its rung {name} never fired"
        self.cancelled += len(run.rungs)

    def _pause(self, data: dict[str, Any]) -> None:
        at = micros(data["at"])
        for run in self._runs.values():
            if run.kind in data["clocks"] and run.ended is None:
                run.pauses.append([max(at, run.started), None])

    def _resume(self, data: dict[str, Any]) -> None:
        at = micros(data["at"])
        for run in self._runs.values():
            if run.kind in data["clocks"] and run.is_paused:
                since = run.pauses[-1][0]
                assert since is not None
                run.pauses[-1][1] = max(at, since)

    def _rest(self, now: int) -> Iterator[str]:
        for id, run in self._runs.items():
            if run.ended is not None or run.is_paused:
                continue
            for name, offset in run.rungs.items():
                instant = run.instant(offset)
                if instant is not None and instant < now - 1_000_000:
                    yield f"clock {run.kind} ({id}) is open, and its rung {name} never fired"
