"""Reads one article: Markdown, and in front of it between two lines of `---` what it is about."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from handoff_templates.form import Form, name, sequence
from handoff_templates.naming import require_slug
from handoff_templates.problems import Place, Problems
from handoff_templates.yaml_source import read
from orchestrator.domain.knowledge import Article
from orchestrator.domain.policy import Rules

_KEYS = ("id", "title", "url", "language", "kinds", "reasons", "products", "teams", "reviewed_on")
_FENCE: Final = re.compile(r"---[ \t]*")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_URL: Final = re.compile(r"https?://[^\s\"<>]{1,1000}")
_LONGEST_TITLE: Final = 200
_TYPING_SLIP: Final = 80.0
"""Percent of likeness from which a code that no rule has is taken for a slip."""


class Names(NamedTuple):
    """What an article may be about."""

    kinds: Collection[str]
    teams: Collection[str]
    reasons: Collection[str]
    """Codes that the rules name; channels may use others."""


def names_of(rules: Rules) -> Names:
    """Return the names that a set of templates defines."""
    reasons = set(rules.routing.person_only_reasons)
    reasons.update(*(kind.match.reasons for kind in rules.kinds.values()))
    return Names(rules.kinds, rules.teams, reasons)


def read_article(text: str, file: str, names: Names, problems: Problems) -> Article | None:
    """Return the article in `text`; None when it cannot be used. What is wrong goes to `problems`."""
    front, body = _parts(text)
    if front is None:
        message = "there is nothing in front of the text; begin with lines of ---, title: ..., ---"
        problems.add(Place(file), message)
        return None
    document = read(front, file, problems)
    if document is None:
        return None
    form = Form.open(document, _KEYS, "an article", problems)
    form.required("title", "an article")
    id = form.text("id") or PurePosixPath(file).stem
    require_slug(id, "article", form.at("id"), problems)
    title = _title(form, problems)
    if not body.strip():
        lines = text.count("\n") + 1
        problems.add(Place(file, lines), "the article has no text; write it below the second ---")
    if title is None or not body.strip():
        return None
    return Article(
        id=id,
        title=title,
        body=body.strip(),
        url=_matching(form, "url", _URL, "an address that begins with https:// or http://", problems),
        language=_matching(form, "language", _LANGUAGE, "a code such as en or de", problems) or "en",
        kinds=form.names("kinds", "kind", names.kinds),
        reasons=_reasons(form, names, problems),
        products=form.names("products", "product", None),
        teams=form.names("teams", "team", names.teams),
        reviewed_on=_date(form, "reviewed_on", problems),
    )


def _parts(text: str) -> tuple[str | None, str]:
    """Return the YAML in front, on the lines on which it stands, and the text behind it."""
    lines = text.removeprefix("\ufeff").split("\n")
    if _FENCE.fullmatch(lines[0]) is None:
        return None, text
    for number, line in enumerate(lines[1:], start=1):
        if _FENCE.fullmatch(line):
            return "\n".join(["", *lines[1:number]]), "\n".join(lines[number + 1 :])
    return None, text


def _title(form: Form, problems: Problems) -> str | None:
    title = form.text("title")
    if title is not None and (len(title) > _LONGEST_TITLE or "\n" in title):
        problems.add(form.at("title"), f"the title is not one line of at most {_LONGEST_TITLE} characters")
        return None
    return title


def _matching(form: Form, key: str, pattern: re.Pattern[str], what: str, problems: Problems) -> str | None:
    found = form.text(key)
    if found is not None and pattern.fullmatch(found) is None:
        problems.add(form.at(key), f"{key!r} is not {what}; correct it")
        return None
    return found


def _reasons(form: Form, names: Names, problems: Problems) -> tuple[str, ...]:
    value = form.value("reasons")
    items = sequence(value, "reasons", problems) if value is not None else []
    read_items = [(item.place, name(item, "reason", None, problems)) for item in items]
    reasons = [(place, reason) for place, reason in read_items if reason is not None]
    for place, reason in reasons:
        near = process.extractOne(reason, list(names.reasons), scorer=fuzz.ratio, score_cutoff=_TYPING_SLIP)
        if near is not None and near[0] != reason:
            problems.unknown(place, "reason", reason, names.reasons)
    return tuple(reason for _, reason in reasons)


def _date(form: Form, key: str, problems: Problems) -> date | None:
    written = form.text(key)
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        problems.add(form.at(key), f"{key!r} is not a date; write one such as 2026-03-31")
        return None
