"""Durations as people write them: 90s, 15m, 4h, 1h30m, 2d."""

from __future__ import annotations

import re
from datetime import timedelta

_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_WHOLE = re.compile(r"(?:\d{1,9}d)?(?:\d{1,9}h)?(?:\d{1,9}m)?(?:\d{1,9}s)?")
_PART = re.compile(r"(\d+)([dhms])")
_LONGEST = timedelta(days=3_650)


def parse(text: str, *, is_zero_allowed: bool = False) -> timedelta:
    """Return the duration that `text` writes, a day being 24 hours.

    Raises:
        ValueError: it is not a duration above zero (or zero, where that is allowed) and of at most ten years;
            the message says what to do.
    """
    compact = text.replace(" ", "").lower()
    if compact.startswith("-"):
        raise ValueError(f"{text!r} is negative; write a duration above zero, such as 15m")
    if not compact or _WHOLE.fullmatch(compact) is None:
        raise ValueError(
            f"{text!r} is not a duration; write days, hours, minutes and seconds in this order, "
            "such as 90s, 15m, 4h, 1h30m or 2d"
        )
    seconds = sum(int(count) * _SECONDS[unit] for count, unit in _PART.findall(compact))
    if seconds == 0 and not is_zero_allowed:
        raise ValueError(f"{text!r} is zero; write a duration above zero, such as 15m")
    if seconds > _LONGEST.total_seconds():
        raise ValueError(f"{text!r} is longer than ten years; write a shorter one")
    return timedelta(seconds=seconds)


def write(duration: timedelta) -> str:
    """Return the one way in which `duration`, in whole seconds, is written: 5400 s is 1h30m."""
    rest = int(duration.total_seconds())
    parts = []
    for unit, size in _SECONDS.items():
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
