"""Numbers as a reader writes them."""

from __future__ import annotations

from babel.numbers import format_decimal


def share_text(share: float, *, language: str, digits: int = 1) -> str:
    """Return a share of one in percent: "88.3 %"."""
    pattern = "0." + "0" * digits if digits else "0"
    return f"{format_decimal(share * 100, pattern, locale=language)} %"
