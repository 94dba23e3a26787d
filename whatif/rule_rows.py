"""Reads which rows mean that something happened."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from typing import Final

from handoff_templates.form import Form, mapping, sequence
from handoff_templates.problems import Problems
from handoff_templates.yaml_source import Value
from whatif.mapping import EVENTS, REQUESTS, Condition, Rule, Source, Stage
from whatif.source_rows import read_source, read_time, word

_KEYS: Final = (
    "automatic",
    "clock",
    "event",
    "from",
    "item",
    "reason",
    "team",
    "time",
    "to",
    "until",
    "when",
    "while",
)
_SOURCES: Final = ("from", "to", "team", "reason", "item", "clock")
_CONDITION: Final = ("any", "not", "before", "changed", "rises", "empty")
_STAGES: Final = tuple(stage.value for stage in Stage)
_NEEDS: Final[ReadOnly[str, str]] = {"ticked": "item", "unticked": "item"}


def read_rules(
    value: Value | None, team: Source | None, *, has_time: bool, problems: Problems
) -> tuple[Rule, ...]:
    """Return the rules in their order.

    `team` says which team has the case in a row: who answers, and to whom it went, where a rule does not say
    otherwise. Without `has_time`, each rule needs a time of its own.
    """
    if value is None:
        return ()
    rules = tuple(_rule(item, team, has_time, problems) for item in sequence(value, "events", problems))
    if not rules:
        problems.add(value.place, "'events' is empty; say which rows mean what")
    return rules


def _rule(value: Value, team: Source | None, has_time: bool, problems: Problems) -> Rule:
    form = Form.open(value, _KEYS, "an event", problems)
    form.required("event", "the rule")
    event = form.name("event", "event", EVENTS) or ""
    sources = {key: read_source(v, problems) for key in _SOURCES if (v := form.value(key)) is not None}
    if team is not None:
        sources = _usual(event, team) | sources
    needed = ("from", "to") if event in REQUESTS else ("team", *filter(None, (_NEEDS.get(event),)))
    for key in needed:
        if key not in sources and event:
            problems.add(value.place, f"the rule for {event!r} does not say {key!r}; add it")
    time, until = form.value("time"), form.value("until")
    if time is None and not has_time:
        problems.add(value.place, "there is no 'time', neither here nor for the whole mapping; add one")
    stages = form.names("while", "stage", _STAGES)
    when = form.value("when")
    return Rule(
        place=value.place,
        event=event,
        when=_conditions(when, problems) if when is not None else (),
        stages=frozenset(map(Stage, stages)) or None,
        time=read_time(time, problems) if time is not None else None,
        sources=sources,
        until=read_time(until, problems) if until is not None else None,
        is_automatic=form.flag("automatic", False),
    )


def _usual(event: str, team: Source) -> dict[str, Source]:
    if event not in REQUESTS:
        return {"team": team}
    before = tuple(part._replace(is_before=part.column is not None) for part in team.parts)
    return {"from": Source(team.place, before, team.values, team.otherwise), "to": team}


def _conditions(value: Value, problems: Problems) -> tuple[Condition, ...]:
    entries = mapping(value, "'when'", problems)
    return tuple(_condition(column, entry.value, problems) for column, entry in entries.items())


def _condition(column: str, value: Value, problems: Problems) -> Condition:
    if not isinstance(value.data, dict):
        return Condition(value.place, column, any_of=_words(value, problems))
    form = Form.open(value, _CONDITION, f"the condition on {column!r}", problems)
    words = {key: _words(v, problems) for key in _CONDITION if (v := form.value(key)) is not None}
    return Condition(
        value.place,
        column,
        any_of=words.get("any"),
        none_of=words.get("not"),
        before=words.get("before"),
        changed=form.flag("changed", True) if "changed" in words else None,
        rises=words.get("rises"),
        empty=form.flag("empty", True) if "empty" in words else None,
    )


def _words(value: Value, problems: Problems) -> tuple[str, ...]:
    items = value.data if isinstance(value.data, list) else [value]
    return tuple(word(item, problems, is_empty_fine=True) for item in items)
