"""Finds PINs and card verification codes after the word that announces them: "PIN: 1234", "my CVV is 123"."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.domain.redaction.announced import places
from orchestrator.domain.redaction.spans import Span

CODE: Final = "code"
SHORTEST: Final = 3
_WORDS: Final = ("pin", "cv", "security ", "prüfz", "geheimz")
_CODE: Final = re.compile(
    r"(?:cvv2?|cvc2?|security (?:code|number)|pin(?:[ -]?(?:code|number))?|"
    r"prüfziffer|geheimzahl)\s{0,3}(?:[:=#]|(?:is|was|ist|lautet)(?![^\W_]):?)?\s{0,3}"
    r"(?P<value>\d{3,8})(?![\w\-])",
    re.IGNORECASE,
)


def find(text: str, lowered: str) -> list[Span]:
    """Return the codes in `text`; `lowered` is it in lower case."""
    found = []
    for at in places(_WORDS, lowered):
        match = _CODE.match(text, at)
        if match is not None:
            found.append(Span(*match.span("value"), CODE))
    return found
