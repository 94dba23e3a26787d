"""A replay as plain values: what `--json` prints, and what tables and page are made of."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVar

from whatif.changes import Changes
from whatif.replay import Replay
from whatif.score import Score
from whatif.tally import Cell, Late, Pair, Tally

LATE_UP_TO: Final = (900, 3_600, 14_400, 86_400, 604_800)
"""Seconds by which breaches are late, from class to class; the last one is without end."""
_Key = TypeVar("_Key", bound=tuple[str, ...] | str)
_US: Final = 1_000_000


class Policies(NamedTuple):
    """How the two policies are called."""

    after: str
    before: str | None


def report_of(found: Replay, *, log: str, policies: Policies, worst: int = 50) -> dict[str, Any]:
    """Return everything that was found, as JSON takes it; times are ISO 8601 in UTC, spans are seconds.

    Wherever two policies are compared, `after` is the one asked about, `before` the one it is compared with,
    and `change` is how much more there is after. `before` and `change` are None without a comparison.
    """
    after, before = found.after, found.before
    return {
        "log": _log(found, log),
        "policies": {"after": policies.after, "before": policies.before},
        "totals": _compared(_totals(after), _totals(before) if before is not None else None),
        "clocks": _scores("clock", after, before, lambda cell: cell.clock),
        "teams": _scores("team", after, before, lambda cell: cell.team),
        "pairs": _pair_scores(after, before),
        "kinds": _scores("kind", after, before, lambda cell: cell.kind),
        "months": sorted(_scores("month", after, before, _month), key=lambda row: str(row["month"])),
        "late_by": _late_by(after, before),
        "times": _times(after),
        "bounces": _pairs(after.bounces),
        "sent_back": _pairs(after.sent_back),
        "breaches": [_late(late) for late in after.worst[:worst]],
        "changes": _changes(found.changes, worst) if before is not None else None,
        "hints": {
            "routed_elsewhere": _pairs(after.routed_elsewhere),
            "reoffered": _pairs(after.reoffered),
            "bounced": after.bounced,
            "taken_over": after.taken_over,
        },
        "left_out": {
            "refused_requests": _counts(after.refused),
            "refused_replies": _counts(after.unanswerable),
            "unknown_teams": sorted(after.strangers),
            "clocks": sorted(after.left_out | (before.left_out if before is not None else set())),
        },
    }


def worth_showing(rows: list[dict[str, Any]], top: int) -> list[dict[str, Any]]:
    """Return at most `top` rows with breaches: the worst, or with two policies those that changed most."""
    if rows and rows[0]["change"] is not None:
        rows = sorted(rows, key=lambda row: (-abs(row["change"]["breached"]), -row["after"]["breached"]))
    return [row for row in rows if row["after"]["breached"] or (row["before"] or {}).get("breached")][:top]


def _log(found: Replay, log: str) -> dict[str, Any]:
    facts = found.log
    return {
        "file": log,
        "rows": facts.rows,
        "events": facts.events,
        "cases": facts.cases,
        "silent_rows": facts.silent,
        "repeated_events": facts.repeated,
        "later_events": facts.late,
        "bad_rows": facts.bad,
        "bad": [bad._asdict() for bad in facts.bad_rows],
        "first_at": _iso(facts.first_at),
        "last_at": _iso(facts.last_at),
        "until": _iso(found.until),
    }


def _totals(tally: Tally) -> dict[str, Any]:
    whole = tally.by(lambda cell: "").get("", Score())
    return {
        "cases": tally.cases,
        "handoffs": tally.handoffs,
        "breached_handoffs": tally.breached_handoffs,
        "open_handoffs": tally.open_handoffs,
        "case_time_s": round(tally.case_us / _US, 3),
        "leads_told": tally.notified["lead"],
        "managers_told": tally.notified["manager"],
        "priorities_raised": tally.notified["raise-priority"],
        "offered_again": tally.reoffered.total(),
        **whole.as_row(),
    }


def _compared(after: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    change = None
    if before is not None:
        change = {
            key: round(value - before[key], 4)
            for key, value in after.items()
            if isinstance(value, int | float)
        }
    return {"after": after, "before": before, "change": change}


def _scores(
    name: str, after: Tally, before: Tally | None, what: Callable[[Cell], str]
) -> list[dict[str, Any]]:
    """Return a row for each value of `what`, the most breached first."""
    return [{name: key, **row} for key, row in _grouped(after, before, what)]


def _pair_scores(after: Tally, before: Tally | None) -> list[dict[str, Any]]:
    return [
        {"from": key[0], "to": key[1], "handoffs": after.moved[key], **row}
        for key, row in _grouped(after, before, lambda cell: cell.pair)
    ]


def _grouped(
    after: Tally, before: Tally | None, what: Callable[[Cell], _Key]
) -> list[tuple[_Key, dict[str, Any]]]:
    now = after.by(what)
    was = before.by(what) if before is not None else {}
    nothing = Score()
    keys = sorted(
        now.keys() | was.keys(),
        key=lambda key: (-now.get(key, nothing).breached, -was.get(key, nothing).breached, key),
    )
    return [
        (
            key,
            _compared(
                now.get(key, nothing).as_row(),
                was.get(key, nothing).as_row() if before is not None else None,
            ),
        )
        for key in keys
    ]


def _month(cell: Cell) -> str:
    return f"{cell.month // 12}-{cell.month % 12 + 1:02}"


def _late_by(after: Tally, before: Tally | None) -> list[dict[str, Any]]:
    now, was = _classes(after), _classes(before) if before is not None else None
    return [
        {"up_to_s": limit, "after": now[index], "before": was[index] if was is not None else None}
        for index, limit in enumerate((*LATE_UP_TO, None))
    ]


def _classes(tally: Tally) -> list[int]:
    counts = Counter(
        bisect_left(LATE_UP_TO, seconds) for score in tally.cells.values() for seconds in score.over
    )
    return [counts[index] for index in range(len(LATE_UP_TO) + 1)]


def _times(tally: Tally) -> list[dict[str, Any]]:
    rows = sorted(tally.times.items(), key=lambda item: (-item[1].held_us, item[0]))
    return [
        {
            "team": team,
            "held_s": time.held_us / _US,
            "offering_s": time.offering_us / _US,
            "kept_waiting_s": time.kept_waiting_us / _US,
            "share": round(time.held_us / tally.case_us, 4) if tally.case_us else 0.0,
        }
        for team, time in rows
    ]


def _pairs(counts: Counter[Pair]) -> list[dict[str, Any]]:
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"from": pair[0], "to": pair[1], "times": times} for pair, times in rows]


def _counts(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _changes(changes: Changes, worst: int) -> dict[str, Any]:
    def side(counts: Counter[str], late: Iterable[Late]) -> dict[str, Any]:
        rows = [_late(each) for each in late]
        return {"breaches": counts.total(), "by_clock": _counts(counts), "worst": rows[:worst]}

    return {
        "more": side(changes.more, changes.worst_more),
        "fewer": side(changes.fewer, changes.worst_fewer),
    }


def _late(late: Late) -> dict[str, Any]:
    return {
        "case": late.case,
        "handoff": str(late.handoff),
        "clock": late.clock,
        "generation": late.generation,
        "team": late.team,
        "from": late.pair[0],
        "to": late.pair[1],
        "due_at": _iso(late.due_at),
        "ended_at": _iso(late.ended_at),
        "late_s": round(late.over_s, 3),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at is not None else None
