"""What happened to clocks, each event in one line for a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from orchestrator.domain.lifecycle.story import words_of
from orchestrator.domain.model import Reason
from streams.feed.signs import Sign, clock_at, duration_of, instant_of, span

_DUTIES: Final = {
    "notes": "complete the notes",
    "accept": "accept",
    "first_contact": "contact the customer",
    "resolve": "finish",
    "customer": "solve the case",
}
_ALL: Final = "all teams together"
_LATE: Final = timedelta(seconds=30)
_NO_REASON: Final = words_of(Reason())


def sla_line(what: str, data: Mapping[str, Any]) -> tuple[Sign, str]:
    """Return what a record of the SLA stream says.

    Raises:
        ValueError: there is no such event; or another error when it is none of ours.
    """
    match what:
        case "activated":
            return Sign.STARTED, _activated(data)
        case "fulfilled":
            paused = duration_of(data["paused"])
            beside = f", beside {span(paused)} paused" if paused else ""
            took = span(duration_of(data["consumed"]))
            return Sign.MET, f"{_who(data)} took {took} to {_duty(data)}{beside}"
        case "cancelled":
            used = span(duration_of(data["consumed"]))
            if _who(data) == _ALL:
                return Sign.LAPSED, f"{_ALL}: their clock ends here, {used} used"
            return Sign.LAPSED, f"{_who(data)} need not {_duty(data)} any more, {used} used"
        case "warned":
            return Sign.WARNED, f"{_has(data)} {_left(data)} to {_duty(data)}{_due(data)}{_noticed(data)}"
        case "breached":
            budget = span(duration_of(data["budget"]))
            then = _next(data)
            return Sign.BREACHED, f"{_who(data)} did not {_duty(data)} within {budget}{_noticed(data)}{then}"
        case "escalated":
            return Sign.ESCALATED, _escalated(data)
        case "paused":
            left = span(_rest(data))
            said = f"{_who(data)}: the time to {_duty(data)} stands still, {left} left"
            return Sign.PAUSED, f"{said}{_why(data)}"
        case "resumed":
            left = span(_rest(data))
            return Sign.RESUMED, f"{_has(data)} {left} left to {_duty(data)}{_until(data)}{_why(data)}"
        case "reprojected":
            said = f"{_who(data)}, to {_duty(data)}: {_moved(data)}{_why(data)}"
            return Sign.MOVED if _is_moved(data) else Sign.UNMOVED, said
        case "breach-withdrawn":
            breached, left = clock_at(data["breached_at"], data["at"]), span(_rest(data))
            said = f"no breach at {breached}: {_has(data)} {left} left to {_duty(data)}{_until(data)}"
            return Sign.TAKEN_BACK, f"{said}{_why(data)}"
        case "met-late-delivery":
            ended = data["clock"]["ended_at"]
            when = f" at {clock_at(ended, data['at'])}" if ended else ""
            kept = f"{_who(data)} did {_duty(data)} in time{when}{_until(data)}"
            return Sign.MET_IN_TIME, f"{kept}: the answer came late"
    raise ValueError(what)


def _activated(data: Mapping[str, Any]) -> str:
    clock = data["clock"]
    budget, carried = span(duration_of(clock["budget"])), duration_of(clock["carried"])
    before = f", {span(carried)} of it used before" if carried else ""
    again = "" if clock["generation"] == 1 else ", once more"
    if clock["due_at"] is None:
        return f"{_has(data)} {budget} to {_duty(data)}{before}; it stands still{again}"
    until = clock_at(clock["due_at"], data["at"])
    return f"{_has(data)} until {until} to {_duty(data)} ({budget}{before}){again}"


def _escalated(data: Mapping[str, Any]) -> str:
    over = duration_of(data["consumed"]) - duration_of(data["budget"])
    late = f"{_who(data)} did not {_duty(data)}"
    since = f"{late}, {span(over)} over" if over > timedelta() else late
    match data["effect"]:
        case "notify":
            done = f"the {data['to']} is told"
        case "reoffer":
            done = "it is offered to another team"
        case "raise-priority":
            done = "the priority is raised"
        case other:
            done = str(other)
    loop = f", round {data['loop']}" if data["loop"] > 1 else ""
    skipped = f"; skipped {'; '.join(data['skipped'])}" if data["skipped"] else ""
    return f"{since}: {done}{loop}{_noticed(data)}{skipped}{_next(data)}"


def _is_moved(data: Mapping[str, Any]) -> bool:
    before, after = data["due_before"], data["clock"]["due_at"]
    if before is None or after is None:
        return bool(before != after)
    return instant_of(before) != instant_of(after)


def _moved(data: Mapping[str, Any]) -> str:
    before, after = data["due_before"], data["clock"]["due_at"]
    due = f"due {clock_at(after, data['at'])}" if after else "no due instant"
    if not _is_moved(data):
        return f"still {due}"
    return f"{due} instead of {clock_at(before, data['at'])}" if before else due


def _left(data: Mapping[str, Any]) -> str:
    return f"{span(duration_of(data['budget']) - duration_of(data['consumed']))} left"


def _rest(data: Mapping[str, Any]) -> timedelta:
    return max(timedelta(), duration_of(data["clock"]["budget"]) - duration_of(data["consumed"]))


def _due(data: Mapping[str, Any]) -> str:
    """Return when it is due, where the time that is left does not say it: it has working hours."""
    left = duration_of(data["budget"]) - duration_of(data["consumed"])
    if instant_of(data["due_at"]) - instant_of(data["at"]) == left:
        return ""
    return f", due {clock_at(data['due_at'], data['at'])}"


def _until(data: Mapping[str, Any]) -> str:
    due = data["clock"]["due_at"]
    return f", due {clock_at(due, data['at'])}" if due else ""


def _noticed(data: Mapping[str, Any]) -> str:
    late = instant_of(data["fired_at"]) - instant_of(data["at"])
    return f" (told {span(late)} late)" if late >= _LATE else ""


def _next(data: Mapping[str, Any]) -> str:
    if not data["next_rung"] or not data["next_at"]:
        return ""
    return f"; next {data['next_rung']} at {clock_at(data['next_at'], data['at'])}"


def _why(data: Mapping[str, Any]) -> str:
    return f": {data['reason']}" if data["reason"] not in ("", _NO_REASON) else ""


def _who(data: Mapping[str, Any]) -> str:
    return _ALL if data["kind"] == "customer" else str(data["team"])


def _has(data: Mapping[str, Any]) -> str:
    who = _who(data)
    return f"{who} {'have' if who == _ALL else 'has'}"


def _duty(data: Mapping[str, Any]) -> str:
    return _DUTIES.get(data["kind"], f"meet {data['kind']}")
