"""A report as tables of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from whatif.report import worth_showing
from whatif.words import change, count, minute, points, share, span

Row = dict[str, Any]


TOTALS: Final = {
    "handoffs": "handoffs",
    "with a breach": "breached_handoffs",
    "promises": "runs",
    "breached": "breached",
    "breached share": "breached_share",
    "warnings": "warned",
}
LADDER: Final = {
    "told to a lead": "leads_told",
    "told to a manager": "managers_told",
    "priority raised": "priorities_raised",
    "offered again": "offered_again",
}
"""What the steps of ladders would have done, where there were any."""


class Table(NamedTuple):
    """Cells under names of columns."""

    title: str
    columns: Sequence[str]
    rows: list[list[str]]


def tables(report: dict[str, Any], top: int) -> Iterator[Table]:
    """Return the tables of a report, with at most `top` rows where there may be many."""
    is_compared = report["policies"]["before"] is not None
    yield _totals(report["totals"])
    yield _scores("clocks", "clock", report["clocks"], is_compared)
    yield _scores("teams that owed", "team", worth_showing(report["teams"], top), is_compared)
    yield _scores(
        "worst pairs of teams",
        "from \N{RIGHTWARDS ARROW} to",
        worth_showing(report["pairs"], top),
        is_compared,
    )
    if len(report["kinds"]) > 1:
        yield _scores("kinds of handoff", "kind", report["kinds"], is_compared)
    yield _times(report["times"][:top])
    for title, key in (
        ("bounced: A gave it to B, and B gave it back", "bounces"),
        ("declined or returned", "sent_back"),
    ):
        if report[key]:
            rows = [[_pair(row), count(row["times"])] for row in report[key][:top]]
            yield Table(title, ("from \N{RIGHTWARDS ARROW} to", "times"), rows)
    if report["changes"] is not None:
        yield from _changes(report["changes"], top)
    else:
        yield _breaches("biggest breaches", report["breaches"][:top])
    if report["log"]["bad"]:
        bad = [[str(row["line"]), row["code"], row["message"]] for row in report["log"]["bad"][:top]]
        yield Table("bad rows", ("line", "code", "what is wrong"), bad)


def _totals(totals: Row) -> Table:
    after, before, changed = totals["after"], totals["before"], totals["change"]
    lines = TOTALS | {name: key for name, key in LADDER.items() if after[key] or (before or {}).get(key)}
    if before is None:
        return Table("", ("", "all"), [[name, _total(after, key)] for name, key in lines.items()])
    return Table(
        "",
        ("", "before", "after", "difference"),
        [
            [name, _total(before, key), _total(after, key), _difference(changed, key)]
            for name, key in lines.items()
        ],
    )


def _total(row: Row, key: str) -> str:
    return share(row[key]) if key == "breached_share" else count(row[key])


def _difference(row: Row, key: str) -> str:
    return f"{points(row[key])} points" if key == "breached_share" else change(row[key])


def _scores(title: str, name: str, rows: Iterable[Row], is_compared: bool) -> Table:
    if is_compared:
        columns = (name, "promises", "breached before", "after", "difference", "share", "points", "warned")
        return Table(title, columns, [_compared(row) for row in rows])
    alone = (name, "promises", "in time", "breached", "share", "warned", "late p50", "p90", "most")
    return Table(title, alone, [_alone(row) for row in rows])


def _alone(row: Row) -> list[str]:
    score = row["after"]
    late = score["late"]
    return [
        _name(row),
        count(score["runs"]),
        count(score["met"]),
        count(score["breached"]),
        share(score["breached_share"]),
        count(score["warned"]),
        span(late["p50_s"]),
        span(late["p90_s"]),
        span(late["max_s"]),
    ]


def _compared(row: Row) -> list[str]:
    before, after, changed = row["before"], row["after"], row["change"]
    return [
        _name(row),
        count(after["runs"]),
        count(before["breached"]),
        count(after["breached"]),
        change(changed["breached"]),
        share(after["breached_share"]),
        points(changed["breached_share"]),
        change(changed["warned"]),
    ]


def _times(rows: Iterable[Row]) -> Table:
    return Table(
        "time by team",
        ("team", "had the case", "share", "waiting for another's answer", "kept others waiting"),
        [
            [
                row["team"],
                span(row["held_s"]),
                share(row["share"]),
                span(row["offering_s"]),
                span(row["kept_waiting_s"]),
            ]
            for row in rows
        ],
    )


def _changes(changes: Row, top: int) -> Iterator[Table]:
    for key, title in (("more", "would breach anew"), ("fewer", "would breach no longer")):
        side = changes[key]
        if side["breaches"]:
            clocks = ", ".join(f"{clock} {count(times)}" for clock, times in side["by_clock"].items())
            yield _breaches(f"{title}: {count(side['breaches'])} ({clocks})", side["worst"][:top])


def _breaches(title: str, rows: Iterable[Row]) -> Table:
    return Table(
        title,
        ("case", "clock", "team", "late", "due", "from \N{RIGHTWARDS ARROW} to"),
        [
            [row["case"], row["clock"], row["team"], span(row["late_s"]), minute(row["due_at"]), _pair(row)]
            for row in rows
        ],
    )


def _name(row: Row) -> str:
    if "from" in row:
        return _pair(row)
    return str(next(row[key] for key in ("clock", "team", "kind", "month") if key in row))


def _pair(row: Row) -> str:
    return f"{row['from']} \N{RIGHTWARDS ARROW} {row['to']}"
