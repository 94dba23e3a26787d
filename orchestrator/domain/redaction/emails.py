"""Finds e-mail addresses."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.domain.redaction.spans import Span

EMAIL: Final = "e-mail"
_ADDRESS: Final = re.compile(
    r"(?<![\w.%+'\-])[\w.%+'\-]{1,64}+@(?:[^\W_](?:[\w\-]{0,62}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![^\W_])"
)


def find(text: str) -> list[Span]:
    """Return the e-mail addresses in `text`."""
    if "@" not in text:
        return []
    return [Span(*match.span(), EMAIL) for match in _ADDRESS.finditer(text)]
