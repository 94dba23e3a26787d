"""Reads a mapping from YAML, and says everything that is wrong with it, with file and line."""

from __future__ import annotations

import codecs
from collections.abc import Collection
from collections.abc import Mapping as ReadOnly
from pathlib import Path
from typing import Final

from handoff_templates.form import Form, mapping
from handoff_templates.problems import Place, Problem, Problems
from handoff_templates.yaml_source import Value, read
from orchestrator.domain.model import Channel, Priority, Severity
from whatif import rule_rows, source_rows
from whatif.mapping import REQUEST, USUAL_SOURCE, Mapping, Source

HOME: Final = Path(__file__).parent / "mappings"
"""Mappings that come with the package, each found by its name."""
_KEYS: Final = (
    "about",
    "all_items",
    "case",
    "delimiter",
    "encoding",
    "events",
    "request",
    "source",
    "team",
    "teams",
    "time",
)
_AS_OF: Final = "entitled_as_of"
_ALLOWED: Final[ReadOnly[str, Collection[str]]] = {
    "channel": [channel.value for channel in Channel],
    "to_channel": [channel.value for channel in Channel],
    "priority": [priority.value for priority in Priority],
    "severity": [severity.value for severity in Severity],
}


class MappingInvalid(Exception):
    """A mapping cannot be used; `problems` has every reason, in order of file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n".join([f"{count} in the mapping:", *map(str, problems)]))
        self.problems = problems


def packaged() -> list[str]:
    """Return the names of the mappings that come with the package."""
    return sorted(path.stem for path in HOME.glob("*.yaml"))


def read_mapping(name: str) -> Mapping:
    """Return the mapping in the file `name`, or the packaged one of this name.

    Raises:
        MappingInvalid: there is none, or something in it is wrong.
    """
    problems = Problems()
    file = HOME / f"{name}.yaml" if name in packaged() else Path(name)
    shown = file.name if file.parent == HOME else file.as_posix()
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        known = ", ".join(packaged())
        problems.add(Place(shown), f"cannot be read: {why}; give the path of a mapping, or one of: {known}")
        raise MappingInvalid(problems.sorted()) from None
    document = read(text, shown, problems)
    found = _mapping(name, document, problems) if document is not None else None
    if found is None or problems.count:
        raise MappingInvalid(problems.sorted())
    return found


def _mapping(name: str, document: Value, problems: Problems) -> Mapping:
    form = Form.open(document, _KEYS, "the mapping", problems)
    teams = _teams(form, problems)
    if form.value("events") is None:
        if not teams:
            problems.add(document.place, "the mapping has no 'events'; say which rows mean what")
        return Mapping(name=name, teams=teams)
    case, time = form.required("case", "the mapping"), form.value("time")
    team = form.value("team")
    read_time = source_rows.read_time(time, problems) if time is not None else None
    request = form.value("request")
    entries = mapping(request, "'request'", problems) if request is not None else {}
    as_of = entries.pop(_AS_OF, None)
    for key in entries.keys() - set(REQUEST):
        problems.unknown(entries[key].key, "key of 'request'", key, (*REQUEST, _AS_OF))
    return Mapping(
        name=name,
        case=source_rows.read_source(case, problems) if case is not None else None,
        time=read_time,
        source=form.text("source") or USUAL_SOURCE,
        delimiter=_delimiter(form, problems),
        encoding=_encoding(form, problems),
        request={key: _choice(key, entries[key].value, problems) for key in REQUEST if key in entries},
        entitled_as_of=source_rows.read_time(as_of.value, problems) if as_of is not None else None,
        all_items=form.flag("all_items", False),
        rules=rule_rows.read_rules(
            form.value("events"),
            source_rows.read_source(team, problems) if team is not None else None,
            has_time=read_time is not None,
            problems=problems,
        ),
        teams=teams,
    )


def _choice(key: str, value: Value, problems: Problems) -> Source:
    source = source_rows.read_source(value, problems)
    allowed = _ALLOWED.get(key)
    if allowed is not None:
        meant = [*(source.values or {}).values(), *filter(None, (source.otherwise,))]
        if len(source.parts) == 1 and source.parts[0].column is None and source.values is None:
            meant.append(source.parts[0].text)
        for word in meant:
            if word and word not in allowed:
                problems.unknown(source.place, key, word, allowed)
    return source


def _teams(form: Form, problems: Problems) -> dict[str, str]:
    value = form.value("teams")
    if value is None:
        return {}
    entries = mapping(value, "'teams'", problems)
    return {name: source_rows.word(entry.value, problems) for name, entry in entries.items()}


def _delimiter(form: Form, problems: Problems) -> str:
    value = form.value("delimiter")
    if value is None:
        return ","
    if isinstance(value.data, str) and len(value.data) == 1:
        return value.data
    problems.add(value.place, "'delimiter' is not one character; write it in quotes, a tab as \"\\t\"")
    return ","


def _encoding(form: Form, problems: Problems) -> str:
    encoding = form.text("encoding") or "utf-8"
    try:
        codecs.lookup(encoding)
    except LookupError:
        problems.add(form.at("encoding"), f"unknown encoding {encoding!r}; write one such as utf-8 or cp1252")
        return "utf-8"
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
