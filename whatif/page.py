"""A report as one HTML page that needs nothing else: no network, no script; light or dark as one likes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from whatif import charts, words
from whatif.charts import Column, Part
from whatif.report import worth_showing
from whatif.tables import LADDER

Row = dict[str, Any]
_HOME: Final = Path(__file__).parent
_TEAMS_IN_MATRIX: Final = 10
_CLASSES: Final = {
    900: "up to 15 min",
    3_600: "15 min to 1 h",
    14_400: "1 to 4 h",
    86_400: "4 to 24 h",
    604_800: "1 to 7 days",
    None: "longer",
}


def page_of(report: dict[str, Any], top: int) -> str:
    """Return the page of a report, with at most `top` rows where there may be many."""
    environment = Environment(
        loader=FileSystemLoader(_HOME),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        name: getattr(words, name)
        for name in ("span", "share", "count", "change", "points", "day", "minute", "headline", "remarks")
    }
    compared = report["policies"]["before"] is not None
    return environment.get_template("page.html.j2").render(
        report=report,
        compared=compared,
        ladder=LADDER,
        top=top,
        clocks=_bars(report["clocks"], "clock", compared),
        teams=_bars(worth_showing(report["teams"], top), "team", compared),
        months=_months(report["months"], compared),
        late=_late(report["late_by"], compared),
        times=_times(report["times"][:top]),
        matrix=_matrix(report["pairs"]),
        pairs=worth_showing(report["pairs"], top),
    )


def _bars(rows: list[Row], name: str, compared: bool) -> list[Row]:
    most = max((max(r["after"]["breached"], (r["before"] or {}).get("breached", 0)) for r in rows), default=0)
    found = []
    for row in rows:
        breached = row["after"]["breached"]
        of = f"{words.count(breached)} of {words.count(row['after']['runs'])} promises breached"
        bars = [charts.bar([Part(breached, "after")], most, f"{row[name]}, after: {of}" if compared else of)]
        if compared:
            was = row["before"]["breached"]
            bars.insert(
                0,
                charts.bar([Part(was, "before")], most, f"{row[name]}, before: {words.count(was)} breached"),
            )
        found.append({"name": row[name], "bars": bars, **row})
    return found


def _months(rows: list[Row], compared: bool) -> Markup:
    known = {row["month"]: row for row in rows}
    data = [
        Column(
            month,
            known[month]["after"]["breached"] if month in known else 0,
            (known[month]["before"]["breached"] if month in known else 0) if compared else None,
        )
        for month in _each_month(list(known))
    ]
    worst = max(data, key=lambda column: column.after, default=None)
    text = f"Breaches by month: most in {worst.name}, {words.count(worst.after)}" if worst else "No breaches"
    return charts.columns(data, text)


def _each_month(known: list[str]) -> list[str]:
    """Return all months from the first to the last: one without a clock has to look like a gap."""
    if not known:
        return []
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (min(known), max(known)))
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(first, last + 1)]


def _late(rows: list[Row], compared: bool) -> list[Row]:
    most = max((max(row["after"], row["before"] or 0) for row in rows), default=0)
    found = []
    for row in rows:
        name = _CLASSES[row["up_to_s"]]
        bars = [charts.bar([Part(row["after"], "after")], most, f"{name}: {words.count(row['after'])}")]
        if compared:
            text = f"{name}, before: {words.count(row['before'])}"
            bars.insert(0, charts.bar([Part(row["before"], "before")], most, text))
        found.append({"name": name, "bars": bars, **row})
    return found


def _times(rows: list[Row]) -> list[Row]:
    most = max((row["held_s"] for row in rows), default=0.0)
    found = []
    for row in rows:
        at_work = row["held_s"] - row["offering_s"]
        text = f"{row['team']}: {words.span(at_work)} with the case, {words.span(row['offering_s'])} waiting"
        bar = charts.bar([Part(at_work, "work"), Part(row["offering_s"], "wait")], most, text)
        found.append({**row, "at_work_s": at_work, "bar": bar})
    return found


def _matrix(pairs: list[Row]) -> Row:
    """Return the breaches between the teams that have most of them, as a table of sending by receiving."""
    breached = {(row["from"], row["to"]): row["after"]["breached"] for row in pairs}
    weight: dict[str, int] = {}
    for (sending, receiving), times in breached.items():
        weight[sending] = weight.get(sending, 0) + times
        weight[receiving] = weight.get(receiving, 0) + times
    teams = sorted((t for t in weight if weight[t]), key=lambda team: (-weight[team], team))[
        :_TEAMS_IN_MATRIX
    ]
    most = max((breached.get((a, b), 0) for a in teams for b in teams), default=0) or 1
    rows = [
        {
            "team": sending,
            "cells": [
                {"breached": times, "heat": round(85 * (times / most) ** 0.5) if times else 0}
                for times in (breached.get((sending, receiving)) for receiving in teams)
            ],
        }
        for sending in teams
    ]
    return {"teams": teams, "rows": rows}
