"""Secrets in free text: what nobody may store, whoever may read it.

Most texts hold none. A finder runs only where what it looks for can be: numbers where there are enough
digits, tokens where a word is long enough, keys where there is a sign or a long word.
"""

from __future__ import annotations

import re
from typing import Final

from orchestrator.domain.redaction import cards, codes, ibans, keys, passwords, tokens
from orchestrator.domain.redaction.announced import lower
from orchestrator.domain.redaction.shapes import Numbers, has_word
from orchestrator.domain.redaction.spans import Span, replace

_LISTED: Final = re.compile(r":(?!//)\s{0,3}[\"'`]?(?=[A-Za-z+/_.~%\-]{0,99}[0-9])[A-Za-z0-9+/_.~%\-]{8}")
"""A colon and eight characters of a key that has a digit; neither "log: the mail" nor the URL of a page."""


def find(text: str) -> list[Span]:
    """Return every secret in `text`, in no order."""
    found = find_credentials(text)
    numbers = Numbers(text)
    if numbers.has(codes.SHORTEST):
        found += codes.find(text, lower(text))
        if numbers.has(ibans.FEWEST_DIGITS):
            found += ibans.find(text)
            found += cards.find(text) if numbers.has(cards.SHORTEST) else ()
    return found


def find_credentials(text: str) -> list[Span]:
    """Return the tokens, keys and passwords in `text`, in no order."""
    lowered = lower(text)
    found = passwords.find(text, lowered)
    is_long = has_word(text, tokens.SHORTEST)
    if is_long or "-----BEGIN" in text or "@" in text:
        found += tokens.find(text)
    if is_long or "=" in text or "uthorization" in text or _LISTED.search(text) is not None:
        found += keys.find(text, lowered)
    return found


def clean(text: str) -> tuple[str, tuple[str, ...]]:
    """Return `text` with a placeholder for each secret, and what was removed: card, IBAN, token, password.

    Without a secret it is the very same text.
    """
    return replace(text, find(text))
