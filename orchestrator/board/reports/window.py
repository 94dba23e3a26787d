"""The time that a report is about, as its address says it: a preset, or from when to when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from orchestrator.board.said import Problem, Unclear, none_of
from orchestrator.domain.sentence import Sentence

TODAY: Final = "today"
CUSTOM: Final = "custom"
LENGTHS: Final[Mapping[str, timedelta]] = {
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
PRESETS: Final = (TODAY, *LENGTHS)
USUAL: Final = "24h"
_LONGEST: Final = timedelta(days=3_660)


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` up to `until`, which is not later than now."""

    name: str
    """A preset, or `custom`."""
    since: datetime
    until: datetime

    @classmethod
    def usual(cls, now: datetime) -> Window:
        """Return the one that is shown where none is asked for."""
        return cls(USUAL, now - LENGTHS[USUAL], now)


def window_of(parameters: Mapping[str, str], zone: ZoneInfo, *, now: datetime) -> Window:
    """Read the window of a query string; a time without a zone is the reader's.

    Raises:
        Unclear: it is none, ends before it begins, or begins later than now.
    """
    since, until = parameters.get("since", "").strip(), parameters.get("until", "").strip()
    name = parameters.get("window", "").strip()
    if name in ("", CUSTOM) and (since or until):
        end = min(_instant("until", until, zone), now) if until else now
        begin = _instant("since", since, zone) if since else end - LENGTHS[USUAL]
        if begin >= end:
            wrong = Sentence("is not before the end of the window, or not before now")
            raise Unclear((Problem("since", wrong),))
        if end - begin > _LONGEST:
            wrong = Sentence("is more than {days} days before the end", days=_LONGEST.days)
            raise Unclear((Problem("since", wrong),))
        return Window(CUSTOM, begin, end)
    if name in ("", CUSTOM):
        return Window.usual(now)
    if name == TODAY:
        midnight = datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)
        return Window(TODAY, min(midnight, now - timedelta(microseconds=1)), now)
    if name in LENGTHS:
        return Window(name, now - LENGTHS[name], now)
    raise Unclear((Problem("window", none_of(name, PRESETS)),))


def _instant(name: str, text: str, zone: ZoneInfo) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        wrong = Sentence(
            "is {text}, and is not a time: write 2026-03-02T09:00, or 2026-03-02T09:00:00Z",
            text=repr(text[:40]),
        )
        raise Unclear((Problem(name, wrong),)) from None
