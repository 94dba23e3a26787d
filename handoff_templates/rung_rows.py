"""Reads the rungs of a clock up to its due instant: where it warns on the way."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from handoff_templates import durations
from handoff_templates.form import Form, sequence, text
from handoff_templates.problems import Place, Problems
from handoff_templates.yaml_source import Value
from orchestrator.domain.clocks.spec import BREACH, BREACH_RUNG, Rung
from orchestrator.domain.clocks.timeline import AUTOMATIC_RESUME

_KEYS = ("name", "at")
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*%")
_BEFORE = re.compile(r"(.+?)\s+before")


class RungNames:
    """The names of a clock's rungs, each of which may be used once: a rung fires once by its name."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._lines: dict[str, int] = {}

    def take(self, name: str, place: Place, what_to_do: str) -> bool:
        """Whether `name` is free; note it when it is not."""
        if name == BREACH:
            reason = "a rung is named 'breach', which every clock has; give it another name"
        elif name == AUTOMATIC_RESUME:
            reason = "a rung is named 'resume', which is the end of a pause; give it another name"
        elif name in self._lines:
            reason = f"the rung {name!r} is already on line {self._lines[name]}; {what_to_do}"
        else:
            self._lines[name] = place.line
            return True
        self._problems.add(place, reason)
        return False


class Budget(NamedTuple):
    """The budget in which rungs must have their place."""

    length: timedelta
    place: Place
    own: Collection[str]
    """The keys that the clock writes itself, and does not take over."""

    def note_no_room(self, item: Value, problems: Problems) -> None:
        """Note a rung that lies before the start of the clock, where the mistake was made."""
        length = durations.write(self.length)
        if "warn" in self.own:
            problems.add(
                item.place,
                f"the rung {item.data!r} is not within the budget of {length}; write a shorter time",
            )
        elif "budget" in self.own:
            file, line, _ = item.place
            problems.add(
                self.place,
                f"the budget of {length} has no room for the rung {item.data!r} on line {line} of {file}; "
                "write a 'warn' beside it",
            )
        # Else it is told for the clock from which both are taken over.


def read_rungs(
    warn: Value | None, budget: Budget | None, names: RungNames, problems: Problems
) -> tuple[Rung, ...]:
    """Return the rungs in their order; the last one is the breach."""
    rungs: list[Rung] = []
    for item in sequence(warn, "warn", problems) if warn is not None else ():
        rung = _rung(item, budget, problems)
        if rung is not None and names.take(
            rung.name, item.place, "remove one, or write {name: ..., at: ...}"
        ):
            rungs.append(rung)
    if budget is not None:
        rungs.sort(key=lambda rung: rung.offset(budget.length))
    return (*rungs, BREACH_RUNG)


def _rung(item: Value, budget: Budget | None, problems: Problems) -> Rung | None:
    given: str | None = None
    if isinstance(item.data, dict):
        form = Form.open(item, _KEYS, "a rung", problems)
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
        rung = _parse(written)
    except ValueError as error:
        problems.add(item.place, str(error))
        return None
    if budget is not None and rung.before is not None and rung.before >= budget.length:
        budget.note_no_room(item, problems)
        return None
    return rung if given is None else rung.model_copy(update={"name": given})


def _parse(written: str) -> Rung:
    if share := _SHARE.fullmatch(written):
        percent = float(share[1])
        if not 0 < percent < 100:
            raise ValueError(
                f"the rung {written!r} is not within the budget; write more than 0% and less than 100%"
            )
        return Rung(name=f"{percent:g}%", share=percent / 100)
    if early := _BEFORE.fullmatch(written):
        before = durations.parse(early[1])
        return Rung(name=f"{durations.write(before)} before", before=before)
    raise ValueError(f"{written!r} is not a rung; write a share such as 80%, or a time such as 10m before")
