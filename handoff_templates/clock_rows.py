"""Reads the clocks of a kind: who owes, how long, when they run, and the rungs on the way.

A clock takes over every key that it does not write itself: a kind's from `_shared/clocks.yaml`, a policy's
from its kind.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from handoff_templates.clock_conditions import read_conditions, require_ends
from handoff_templates.form import Form, mapping, name, sequence
from handoff_templates.known import Known
from handoff_templates.ladder_rows import read_ladder
from handoff_templates.naming import require_slug
from handoff_templates.problems import Problems
from handoff_templates.rung_rows import Budget, RungNames, read_rungs
from handoff_templates.yaml_source import Value
from orchestrator.domain.clocks.spec import TEAM_CALENDAR, ClockSpec

SHARED_FILE: Final = "_shared/clocks.yaml"
_KEYS = (
    "owes",
    "budget",
    "calendar",
    "starts",
    "stops",
    "cancels",
    "resets",
    "pauses",
    "longest_pause",
    "reopening",
    "warn",
    "ladder",
    "acknowledged_for",
)
_OWES = ("sending", "receiving", "all")
_REOPENING = ("fresh", "first", "total")
_PAUSES: Final[dict[str, tuple[str, ...] | None]] = {"any": None, "never": ()}


class Clocks(NamedTuple):
    """The clocks of a kind or policy, and what is written of each, to be taken over by the next."""

    written: dict[str, Value]
    specs: dict[str, ClockSpec]
    """One in error is left out."""


def read_shared(document: Value, known: Known, problems: Problems) -> dict[str, Value]:
    """Return the clocks of `_shared/clocks.yaml`, each of whose keys was looked at."""
    written = {}
    for kind, entry in mapping(document, SHARED_FILE, problems).items():
        require_slug(kind, "clock", entry.key, problems)
        _fields(kind, entry.value, entry.value, known, problems)
        written[kind] = entry.value
    return written


def read_clocks(value: Value, known: Known, problems: Problems) -> Clocks:
    """Return the clocks of a kind."""
    return _layer(value, Clocks({}, {}), known, problems)


def read_changed_clocks(value: Value, base: Clocks, known: Known, problems: Problems) -> Clocks:
    """Return all clocks of a policy; one that it writes as `null` is not among them."""
    entries = mapping(value, "'clocks'", problems)
    dropped = {kind for kind, entry in entries.items() if entry.value.data is None}
    for kind in dropped - base.written.keys():
        problems.unknown(entries[kind].key, "clock to drop", kind, base.written)
    changes = value._replace(data={kind: entry for kind, entry in entries.items() if kind not in dropped})
    kept = Clocks(
        {kind: each for kind, each in base.written.items() if kind not in dropped},
        {kind: spec for kind, spec in base.specs.items() if kind not in dropped},
    )
    return _layer(changes, kept, known, problems)


def _layer(value: Value, below: Clocks, known: Known, problems: Problems) -> Clocks:
    written, specs = dict(below.written), dict(below.specs)
    for kind, entry in mapping(value, "'clocks'", problems).items():
        require_slug(kind, "clock", entry.key, problems)
        written[kind] = _completed(entry.value, below.written.get(kind) or (known.clocks or {}).get(kind))
        spec = _clock(kind, written[kind], entry.value, known, problems)
        if spec is not None:
            specs[kind] = spec
        else:
            specs.pop(kind, None)
    return Clocks(written, specs)


def _completed(value: Value, below: Value | None) -> Value:
    """Return `value` with the keys that only `below` has."""
    if below is None or not isinstance(value.data, dict) or not isinstance(below.data, dict):
        return value
    return value._replace(data={**below.data, **value.data})


def _clock(kind: str, value: Value, own: Value, known: Known, problems: Problems) -> ClockSpec | None:
    fields = _fields(kind, value, own, known, problems)
    if not isinstance(value.data, dict):
        return None
    form = Form(value.data, value.place, problems)
    form.required("budget", f"clock {kind!r}")
    if known.clocks is not None:
        form.required("owes", f"clock {kind!r}")
        require_ends(form, kind, sorted(known.clocks), problems)
    if not {"owes", "budget"} <= fields.keys():
        return None
    return ClockSpec.model_validate(fields)


def _fields(kind: str, value: Value, own: Value, known: Known, problems: Problems) -> dict[str, object]:
    """Return the fields that are there; `own` is what the clock writes itself, and does not take over."""
    form = Form.open(value, _KEYS, f"clock {kind!r}", problems)
    length = form.duration("budget")
    keys = own.data if isinstance(own.data, dict) else {}
    budget = Budget(length, form.at("budget"), keys) if length is not None else None
    conditions = read_conditions(form, f"clock {kind!r}", problems)
    names = RungNames(problems)
    rungs = read_rungs(form.value("warn"), budget, names, problems)
    if (ladder := form.value("ladder")) is not None:
        rungs += read_ladder(ladder, conditions.get("starts"), names, problems)
    calendars = {TEAM_CALENDAR, *known.calendars} if known.calendars is not None else None
    given = {
        "owes": form.name("owes", "team that owes", _OWES),
        "budget": length,
        "calendar": form.name("calendar", "calendar", calendars),
        "reopening": form.name("reopening", "reopening", _REOPENING),
        "longest_pause": form.duration("longest_pause"),
        "acknowledged_for": form.duration("acknowledged_for"),
    }
    return {
        "kind": kind,
        "pauses": _pauses(form, problems),
        "rungs": rungs,
        **conditions,
        **{key: field for key, field in given.items() if field is not None},
    }


def _pauses(form: Form, problems: Problems) -> tuple[str, ...] | None:
    value = form.value("pauses")
    if value is None:
        return None
    if isinstance(value.data, list):
        codes = (name(item, "a reason", None, problems) for item in sequence(value, "pauses", problems))
        return tuple(code for code in codes if code is not None)
    if isinstance(value.data, str) and value.data in _PAUSES:
        return _PAUSES[value.data]
    problems.add(value.place, "'pauses' is neither any nor never, nor a list of reasons; write one of them")
    return None
