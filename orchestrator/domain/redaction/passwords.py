"""Finds passwords after the word that announces them: "password: x", "my password is x".

Prose about passwords stays ("my password is wrong", "the password reset mail"): after a verb, a plain word
counts as a password only where the clause ends with it and it is not one of `PROSE`.
"""

from __future__ import annotations

import re
from typing import Final

from orchestrator.domain.redaction.announced import QUOTES, is_masked, places, value_span
from orchestrator.domain.redaction.spans import Span
from orchestrator.domain.redaction.words_about_passwords import PROSE

PASSWORD: Final = "password"  # noqa: S105  (the word of a placeholder)

_GAP: Final = (
    r"(?:[^\S\n]{1,3}(?:for|to|of|on|in|at|i|we|use|used|set|my|our|the|your|her|his|their|this|that|account|"
    r"login|portal|app|system|user|für|zum|zur|von|vom|mein|meinem|das|dem|den|konto)(?![^\W_])){0,5}"
)
_WORDS: Final = ("pass", "pw", "kennw", "contrase")
_PASSWORD: Final = re.compile(
    r"(?P<word>pass(?:word|wort|wd|phrase|code)?|(?<=mot de )passe|pwd?|kennwort|contraseña)(?![^\W_])"
    + _GAP
    + r"[\"'*`)]{0,2}\s{0,3}"
    r"(?:(?P<sign>=>|:=|->|[=:])|(?P<verb>(?:is|was|ist|war|lautete?|es|est)(?![^\W_]):?))?"
    r"[*\s]{0,3}(?P<value>\"[^\"\n\x00]{1,200}+\"|'[^'\n\x00]{1,200}+'|[^\s\x00]{1,200}+)",
    re.IGNORECASE,
)
_SHORTEST_UNANNOUNCED: Final = 6
"""Characters of letters and digits that are a password right after the word, without a sign or a verb."""


def find(text: str, lowered: str) -> list[Span]:
    """Return what stands in `text` after a word for a password; `lowered` is it in lower case."""
    found: list[Span] = []
    for at in places(_WORDS, lowered):
        if found and at < found[-1].end:
            continue
        match = _PASSWORD.match(text, at)
        if match is not None and _is_password(text, match):
            found.append(value_span(text, match, PASSWORD))
    return found


def _is_password(text: str, match: re.Match[str]) -> bool:
    value, is_announced = match["value"], bool(match["sign"] or match["verb"])
    if match["word"].lower() == "pass" and match["sign"] != "=":
        return False  # "pass: 12, fail: 3"
    if is_masked(text, match.start("value"), value):
        return False
    if value[-1] in ":=" and value.lower().startswith(_WORDS):
        return False  # announces another
    if value[0] in QUOTES and value[-1] == value[0] and len(value) > 2:
        return is_announced
    word = value.rstrip(".,;:!?)\"'`*_")
    if word.casefold() in PROSE:
        return False
    if match["sign"]:
        return True
    if not is_announced:
        # "my password Sommer2024 is refused"
        return (
            len(word) >= _SHORTEST_UNANNOUNCED
            and word.isalnum()
            and not word.isalpha()
            and not word.isdigit()
        )
    is_plain = not word or (word.isalpha() and word.islower())
    return not is_plain or _ends_clause(text, match.end("value"), value)


def _ends_clause(text: str, end: int, value: str) -> bool:
    rest = text[end : end + 6].lower()
    return (
        value[-1] in ".,;:!?)"
        or not rest.strip()
        or rest[0] in "\n\x00"
        or rest.startswith((" and ", " but ", " und ", " aber "))
    )
