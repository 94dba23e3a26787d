"""What a checklist item asks of the context: `account.identity_verified`, `contract.plan is known`.

A field alone asks for a value that says yes: there, not false, not blank. `is known` takes any value, `is X`
and `is not X` compare it with a word. A value that is stale or missing answers none of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from pydantic import JsonValue

_FORM: Final = re.compile(
    r"(?P<field>[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)(?: is (?P<negation>not )?(?P<word>\S(?:.*\S)?))?"
)
FORMS: Final = "'subject.field', 'subject.field is known', 'subject.field is X' or 'subject.field is not X'"


class FieldCondition(NamedTuple):
    """A condition on one field."""

    field: str
    test: Literal["holds", "known", "is", "is-not"]
    word: str = ""

    def is_met(self, known: Mapping[str, JsonValue]) -> bool:
        """Whether the fresh values of the customer's context meet it."""
        value = known.get(self.field)
        if value is None:
            return False
        match self.test:
            case "holds":
                return value is not False and not _is_empty(value)
            case "known":
                return not _is_empty(value)
            case "is":
                return _word_of(value) == self.word
            case "is-not":
                return not _is_empty(value) and _word_of(value) != self.word


def condition_of(text: str) -> FieldCondition:
    """Return the condition that `text` writes.

    Raises:
        ValueError: it is none.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no condition on a field of the context; write {FORMS}")
    field, negation, word = found.group("field", "negation", "word")
    if word is None:
        return FieldCondition(field, "holds")
    if word in ("known", "not"):
        if negation or word == "not":
            raise ValueError(f"{text!r} cannot be asked: what is not known fills nothing in; write {FORMS}")
        return FieldCondition(field, "known")
    return FieldCondition(field, "is-not" if negation else "is", word.lower())


def _is_empty(value: JsonValue) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value == [] or value == {}


def _word_of(value: JsonValue) -> str:
    """Return a value as it is written in a condition: `true` for a yes, text in lower case."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).strip().lower()
