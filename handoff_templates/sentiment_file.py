"""Reads sentiment.yaml: the signs of a customer's mood."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from handoff_templates.folder import SENTIMENT
from handoff_templates.form import Form, mapping, sequence, text
from handoff_templates.naming import require_slug
from handoff_templates.problems import Place, Problem, Problems
from handoff_templates.yaml_source import Value, read
from orchestrator.domain.summary.lexicon import NO_LEXICON, Lexicon, Sign, places_of

FILE: Final = SENTIMENT
_KEYS: Final = ("negations", "negations_after", "breaks", "signs")
_SIGN_KEYS: Final = ("says", "weight", "risk", "phrases")
_PHRASE: Final = re.compile(r"[^\W_]+(?:['/][^\W_]+)*(?: [^\W_]+(?:['/][^\W_]+)*)*")
_MOST_PLACES: Final = 12


def lexicon_of(source: str, problems: Problems) -> Lexicon:
    """Return the lexicon that the text of a file writes; what is wrong goes to `problems`.

    The same text is read once a process: most sets of templates have that of the package.
    """
    lexicon, found = _read_once(source)
    for problem in found:
        problems.add(Place(problem.file, problem.line, problem.column), problem.message)
    return lexicon


@lru_cache(maxsize=16)
def _read_once(source: str) -> tuple[Lexicon, tuple[Problem, ...]]:
    problems = Problems()
    document = read(source, FILE, problems)
    lexicon = read_lexicon(document, problems) if document is not None else NO_LEXICON
    return lexicon, tuple(problems.sorted())


def read_lexicon(document: Value, problems: Problems) -> Lexicon:
    """Return the lexicon in a document; a sign or phrase in error is left out and noted."""
    form = Form.open(document, _KEYS, FILE, problems)
    signs = form.required("signs", FILE)
    seen: dict[tuple[frozenset[str], ...], str] = {}
    return Lexicon(
        negations=_words(form, "negations", problems),
        negations_after=_words(form, "negations_after", problems),
        breaks=_words(form, "breaks", problems),
        signs=_signs(signs, seen, problems) if signs is not None else (),
    )


def _words(form: Form, key: str, problems: Problems) -> tuple[str, ...]:
    """Return the list of single words at `key`."""
    value = form.value(key)
    found = []
    for item in sequence(value, key, problems) if value is not None else ():
        word = text(item, f"a word of {key!r}", problems)
        if word is None:
            continue
        if len(places_of(word)) != 1 or "/" in word:
            problems.add(item.place, f"{word!r} is not one word; write each word as an item of its own")
        else:
            found.append(word)
    return tuple(found)


def _signs(value: Value, seen: dict[tuple[frozenset[str], ...], str], problems: Problems) -> tuple[Sign, ...]:
    found = []
    for id, entry in mapping(value, "'signs'", problems).items():
        what = f"sign {id!r}"
        require_slug(id, "sign", entry.key, problems)
        form = Form.open(entry.value, _SIGN_KEYS, what, problems)
        form.required("says", what)
        weight, phrases = form.required("weight", what), form.required("phrases", what)
        score = _weight(weight, problems) if weight is not None else None
        written = _phrases(phrases, id, seen, problems) if phrases is not None else ()
        says = form.text("says")
        is_risk = form.flag("risk", False)
        if says is not None and score is not None:
            found.append(Sign(id=id, says=says, weight=score, is_risk=is_risk, phrases=written))
    return tuple(found)


def _weight(value: Value, problems: Problems) -> float | None:
    data = value.data
    if isinstance(data, int | float) and not isinstance(data, bool) and -1 <= data <= 1:
        return float(data)
    problems.add(value.place, "'weight' is not a number from -1 to 1; write one, such as -0.5")
    return None


def _phrases(
    value: Value, sign: str, seen: dict[tuple[frozenset[str], ...], str], problems: Problems
) -> tuple[str, ...]:
    items = sequence(value, "phrases", problems)
    if not items and isinstance(value.data, list):
        problems.add(value.place, f"sign {sign!r} has no phrases; write one, or remove the sign")
    found = []
    for item in items:
        phrase = text(item, "a phrase", problems)
        if phrase is None:
            continue
        places = places_of(phrase)
        if _PHRASE.fullmatch(phrase) is None:
            problems.add(
                item.place,
                f"{phrase!r} is not a phrase; write words, with single spaces between them and '/' between "
                "words for the same place",
            )
        elif len(places) > _MOST_PLACES:
            problems.add(item.place, f"{phrase!r} has more than {_MOST_PLACES} words; shorten it")
        elif places in seen:
            problems.add(
                item.place, f"{phrase!r} is a phrase of {seen[places]!r} already; remove one of the two"
            )
        else:
            seen[places] = sign
            found.append(phrase)
    return tuple(found)
