"""Reads translations.yaml."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from handoff_templates.field_names import is_known
from handoff_templates.form import Form, mapping, name, text
from handoff_templates.naming import require_slug
from handoff_templates.problems import Problems
from handoff_templates.yaml_source import Value
from orchestrator.domain.context.rules import DEFAULT_LANGUAGE
from orchestrator.domain.context.translations import Translations
from orchestrator.domain.model import Priority, Severity

FILE: Final = "translations.yaml"
_KEYS = tuple(Translations.model_fields)
_PRIORITIES = tuple(priority.value for priority in Priority)
_SEVERITIES = tuple(severity.value for severity in Severity)

Words = dict[str, dict[str, str]]
"""Field -> code -> words."""


def read_translations(document: Value, own_fields: Collection[str], problems: Problems) -> Translations:
    """Return the words for codes; `own_fields` are those that context.yaml adds to the catalogue."""
    form = Form.open(document, _KEYS, FILE, problems)
    fields, severities = form.value("fields"), form.value("severities")
    words = _words(fields, "'fields'", own_fields, problems) if fields is not None else {}
    return Translations(
        fields=words,
        languages=_languages(form.value("languages"), words, own_fields, problems),
        severities=_severities(severities, problems) if severities is not None else {},
    )


def _words(value: Value, what: str, own_fields: Collection[str], problems: Problems) -> Words:
    found: Words = {}
    for field, entry in mapping(value, what, problems).items():
        if not is_known(field, entry.key, own_fields, problems):
            continue
        codes = mapping(entry.value, repr(field), problems)
        if isinstance(entry.value.data, dict) and not codes:
            problems.add(entry.value.place, f"{field!r} has no codes; write 'code: words', or take it away")
        found[field] = {}
        for code, each in codes.items():
            words = text(each.value, f"the words of {code!r}", problems)
            if words is not None:
                found[field][code] = words
    return found


def _languages(
    value: Value | None, base: Words, own_fields: Collection[str], problems: Problems
) -> dict[str, Words]:
    languages: dict[str, Words] = {}
    if value is None:
        return languages
    for language, entry in mapping(value, "'languages'", problems).items():
        require_slug(language, "language", entry.key, problems)
        if language == DEFAULT_LANGUAGE:
            problems.add(entry.key, f"{language!r} is the language of 'fields'; write its words there")
        languages[language] = _words(entry.value, f"the language {language!r}", own_fields, problems)
        _check_codes(entry.value, base, problems)
    return languages


def _check_codes(value: Value, base: Words, problems: Problems) -> None:
    """Note each code that has words in one language, but none in the language that all share."""
    for field, entry in mapping(value, "a language", problems).items():
        known = base.get(field, {})
        for code, each in mapping(entry.value, repr(field), problems).items():
            if code not in known:
                problems.unknown(each.key, f"code of {field!r}", code, known)


def _severities(value: Value, problems: Problems) -> dict[Priority, Severity]:
    found: dict[Priority, Severity] = {}
    entries = mapping(value, "'severities'", problems)
    for key, entry in entries.items():
        if key not in _PRIORITIES:
            problems.unknown(entry.key, "priority", key, _PRIORITIES)
            continue
        severity = name(entry.value, "severity", _SEVERITIES, problems)
        if severity is not None:
            found[Priority(key)] = Severity(severity)
    missing = [priority for priority in _PRIORITIES if priority not in entries]
    if isinstance(value.data, dict) and missing:
        problems.add(value.place, f"'severities' lacks {', '.join(missing)}; give each priority a severity")
    return found
