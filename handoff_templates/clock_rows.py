"""Reads the clocks of a kind: who owes, how long, and where it warns on the way."""

from __future__ import annotations

import re
from datetime import timedelta

from handoff_templates import durations
from handoff_templates.form import Form, mapping, sequence, text
from handoff_templates.naming import require_slug
from handoff_templates.problems import Problems
from handoff_templates.yaml_source import Value
from orchestrator.domain.clocks import BREACH, BREACH_RUNG, ClockSpec, Rung

CALENDARS = ("elapsed",)
_KEYS = ("owes", "budget", "warn", "calendar")
_RUNG_KEYS = ("name", "at")
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*%")
_BEFORE = re.compile(r"(.+?)\s+before")


def read_clocks(value: Value, problems: Problems) -> tuple[ClockSpec, ...]:
    """Return the clocks of `value`, a mapping from the clock's kind; a clock in error is left out."""
    specs = []
    for kind, entry in mapping(value, "'clocks'", problems).items():
        require_slug(kind, "clock", entry.key, problems)
        spec = _clock(kind, entry.value, problems)
        if spec is not None:
            specs.append(spec)
    return tuple(specs)


def _clock(kind: str, value: Value, problems: Problems) -> ClockSpec | None:
    what = f"clock {kind!r}"
    form = Form.open(value, _KEYS, what, problems)
    form.required("owes", what)
    form.required("budget", what)
    owes = form.name("owes", "team that owes", ("sending", "receiving"))
    calendar = form.name("calendar", "calendar", CALENDARS) or CALENDARS[0]
    budget = _budget(form, problems)
    if owes is None or budget is None:
        return None
    rungs = _rungs(form.value("warn"), budget, problems)
    return ClockSpec.model_validate(
        {"kind": kind, "owes": owes, "budget": budget, "calendar": calendar, "rungs": rungs}
    )


def _budget(form: Form, problems: Problems) -> timedelta | None:
    value = form.value("budget")
    if value is None:
        return None
    if isinstance(value.data, int | float) and not isinstance(value.data, bool):
        problems.add(value.place, f"the budget {value.data} has no unit; write a duration such as 15m")
        return None
    written = text(value, "'budget'", problems)
    if written is None:
        return None
    try:
        return durations.parse(written)
    except ValueError as error:
        problems.add(value.place, f"the budget {error}")
        return None


def _rungs(warn: Value | None, budget: timedelta, problems: Problems) -> tuple[Rung, ...]:
    rungs: list[Rung] = []
    taken = {BREACH: 0}
    for item in sequence(warn, "warn", problems) if warn is not None else ():
        rung = _rung(item, budget, problems)
        if rung is None:
            continue
        if rung.name == BREACH:
            problems.add(item.place, "a rung is named 'breach', which every clock has; give it another name")
        elif rung.name in taken:
            problems.add(
                item.place,
                f"the rung {rung.name!r} is already on line {taken[rung.name]}; "
                "remove one, or write {name: ..., at: ...}",
            )
        else:
            taken[rung.name] = item.place.line
            rungs.append(rung)
    rungs.sort(key=lambda rung: rung.offset(budget))
    return (*rungs, BREACH_RUNG)


def _rung(item: Value, budget: timedelta, problems: Problems) -> Rung | None:
    given: str | None = None
    if isinstance(item.data, dict):
        form = Form.open(item, _RUNG_KEYS, "a rung", problems)
        form.required("name", "a rung")
        where = form.required("at", "a rung")
        given = form.text("name")
        if where is None or given is None:
            return None
        item = where
    written = text(item, "a rung", problems)
    if written is None:
        return None
    try:
        rung = _parse(written, budget)
    except ValueError as error:
        problems.add(item.place, str(error))
        return None
    return rung if given is None else rung.model_copy(update={"name": given})


def _parse(written: str, budget: timedelta) -> Rung:
    if share := _SHARE.fullmatch(written):
        percent = float(share[1])
        if not 0 < percent < 100:
            raise ValueError(
                f"the rung {written!r} is not within the budget; write more than 0% and less than 100%"
            )
        return Rung(name=f"{percent:g}%", share=percent / 100)
    if early := _BEFORE.fullmatch(written):
        before = durations.parse(early[1])
        if before >= budget:
            raise ValueError(
                f"the rung {written!r} is not within the budget of {durations.write(budget)}; "
                "write a shorter time"
            )
        return Rung(name=f"{durations.write(before)} before", before=before)
    raise ValueError(f"{written!r} is not a rung; write a share such as 80%, or a time such as 10m before")
