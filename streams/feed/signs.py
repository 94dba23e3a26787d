"""What the lines of the feed are made of: signs, and the times and lengths in their texts."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

from pydantic import TypeAdapter

from handoff_templates.durations import write

_duration: TypeAdapter[timedelta] = TypeAdapter(timedelta)


class Sign(Enum):
    """What a line is about: a word, an icon, the icon for terminals that know ASCII only, and a colour.

    What is routine needs nobody: a clock that starts, is met, lapses, or is measured anew and stays so.
    """

    REQUESTED = ("requested", "→", ">", "cyan")
    RELEASED = ("released", "→", ">", "cyan")
    PACKET = ("packet", "✉", "#", "bold blue")
    ACCEPTED = ("accepted", "✓", "+", "green")
    COMPLETED = ("completed", "✓", "*", "bold green")
    DECLINED = ("declined", "✗", "x", "magenta")
    RETURNED = ("returned", "←", "<", "magenta")
    REOPENED = ("reopened", "↻", "@", "magenta")
    REOFFERED = ("reoffered", "→", ">", "yellow")
    RAISED = ("raised", "↑", "^", "yellow")
    NEW_RULES = ("new rules", "§", "%", "yellow")
    SEEN = ("seen", "✓", "+", "bold")
    STARTED = ("started", "·", ".", "dim", True)
    MET = ("met", "·", ".", "dim", True)
    LAPSED = ("lapsed", "·", ".", "dim", True)
    PAUSED = ("paused", "○", "o", "cyan")
    RESUMED = ("resumed", "●", "O", "cyan")
    WARNED = ("warned", "▲", "!", "yellow")
    BREACHED = ("breached", "■", "X", "bold red")
    ESCALATED = ("escalated", "↑", "^", "bold red")
    UNMOVED = ("unmoved", "·", ".", "dim", True)
    MOVED = ("moved", "↔", "-", "yellow")
    TAKEN_BACK = ("taken back", "□", "_", "green")
    MET_IN_TIME = ("met in time", "✓", "+", "green")
    ASKED = ("asked", "»", "~", "bold")
    ANSWERED = ("answered", "»", "~", "bold")
    NOTICE = ("notice", "»", "~", "bold")
    NOTIFIED = ("notified", "◆", "&", "bold")
    UNDELIVERED = ("undelivered", "†", "?", "red")
    FLOW_WARNS = ("flow warns", "△", "!", "yellow")
    FLOW_FAILS = ("flow fails", "▼", "X", "bold red")
    FLOW_WELL = ("flow well", "▽", "+", "green")
    DEAD_LETTER = ("dead letter", "†", "?", "red")
    OTHER = ("", "·", ".", "dim")

    def __init__(self, word: str, icon: str, ascii_icon: str, style: str, is_routine: bool = False) -> None:
        self.word = word
        self.icon = icon
        self.ascii_icon = ascii_icon
        self.style = style
        self.is_routine = is_routine


def span(duration: timedelta) -> str:
    """Return a duration as a person says it: 1.5 s, 15m, 1h30m."""
    seconds = duration.total_seconds()
    return f"{seconds:.1f}".removesuffix(".0") + " s" if seconds < 60 else write(duration)


def duration_of(text: str) -> timedelta:
    """Return the duration of a record's JSON."""
    return _duration.validate_python(text)


def instant_of(text: str) -> datetime:
    """Return the instant of a record's JSON."""
    return datetime.fromisoformat(text)


def clock_at(text: str, seen_at: str) -> str:
    """Return an instant of a record, without the date where it is that of `seen_at`."""
    at = instant_of(text)
    time = f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
    return time if at.date() == instant_of(seen_at).date() else f"{at:%Y-%m-%d} {time}Z"
