"""Spans of time as a packet says them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def in_words(span: timedelta) -> str:
    """Return a span in its largest fitting unit, rounded down: 3 days, 26 hours, 1 minute.

    Days are counted from two on, since "1 day" may be anything up to 47 hours.
    """
    seconds = int(abs(span).total_seconds())
    for unit, size in _UNITS:
        count = seconds // size
        if count >= (2 if unit == "day" else 1):
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"
