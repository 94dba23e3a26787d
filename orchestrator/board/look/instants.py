"""Instants and lengths of time as a reader reads them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from babel.dates import format_date, format_skeleton, format_timedelta

from orchestrator.board.look.catalogue import gettext

_DAY: Final = 86_400
_HOUR: Final = 3_600


def clock_text(instant: datetime, *, zone: tzinfo, language: str, now: datetime | None = None) -> str:
    """Return the time of day, with the day where it is not that of `now`: "10:42", "Nov 22, 10:42"."""
    local = instant.astimezone(zone)
    time = local.strftime("%H:%M")
    today = now.astimezone(zone).date() if now is not None else None
    if local.date() == today:
        return time
    skeleton = "MMMd" if today is None or local.year == today.year else "yMMMd"
    return f"{_day_text(local.date(), skeleton, language)}, {time}"


def full_text(instant: datetime, *, zone: tzinfo, language: str) -> str:
    """Return an instant to the second, with its day and the zone it is told in."""
    local = instant.astimezone(zone)
    return f"{_day_text(local.date(), 'full', language)}, {local.strftime('%H:%M:%S')} ({zone})"


@lru_cache(maxsize=512)
def _day_text(day: date, form: str, language: str) -> str:
    """Return a day by one of babel's formats or skeletons; a page tells few days many times."""
    if form == "full":
        return format_date(day, format=form, locale=language)
    return format_skeleton(form, day, locale=language)


def ago_text(instant: datetime, *, now: datetime, language: str) -> str:
    """Return how far an instant is from now: "3 min ago"."""
    return format_timedelta(
        instant - now, add_direction=True, format="short", threshold=1, granularity="second", locale=language
    )


def length_text(length: timedelta, *, language: str) -> str:
    """Return a length of time in its two largest units: "45 s", "12 min", "3 h 05 min", "2 d 4 h"."""
    _ = gettext(language)
    seconds = int(abs(length.total_seconds()))
    if seconds < 60:
        return _("{seconds} s").format(seconds=seconds)
    if seconds < _HOUR:
        return _("{minutes} min").format(minutes=seconds // 60)
    if seconds < _DAY:
        hours, minutes = seconds // _HOUR, seconds % _HOUR // 60
        text = _("{hours} h {minutes} min") if minutes else _("{hours} h")
        return text.format(hours=hours, minutes=f"{minutes:02d}")
    days, hours = seconds // _DAY, seconds % _DAY // _HOUR
    text = _("{days} d {hours} h") if hours else _("{days} d")
    return text.format(days=days, hours=hours)


def countdown_text(due_at: datetime, *, now: datetime, language: str) -> str:
    """Return how long it is until an instant, or how long ago it passed: "4:07 left", "12 min over".

    static/js/clock.js says the same each second.
    """
    _ = gettext(language)
    left = int((due_at - now).total_seconds() // 1)
    if left < 0:
        return _("{time} over").format(time=length_text(due_at - now, language=language))
    short = f"{left // 60}:{left % 60:02d}"
    time = short if left < _HOUR else length_text(timedelta(seconds=left), language=language)
    return _("{time} left").format(time=time)


def phrases(language: str) -> dict[str, str]:
    """Return the words that the scripts put times together from, by their English."""
    _ = gettext(language)
    return {
        "{seconds} s": _("{seconds} s"),
        "{minutes} min": _("{minutes} min"),
        "{hours} h": _("{hours} h"),
        "{days} d": _("{days} d"),
        "{hours} h {minutes} min": _("{hours} h {minutes} min"),
        "{days} d {hours} h": _("{days} d {hours} h"),
        "{time} left": _("{time} left"),
        "{time} over": _("{time} over"),
        "due {time}": _("due {time}"),
        "Live": _("Live"),
        "Connecting": _("Connecting"),
        "Not live since {time}": _("Not live since {time}"),
        "Live again": _("Live again"),
        "The page is not live any more": _("The page is not live any more"),
        "Too much has changed: reload the page when you have finished writing": _(
            "Too much has changed: reload the page when you have finished writing"
        ),
        "Keys on this page": _("Keys on this page"),
        "Close": _("Close"),
        "Show the keys": _("Show the keys"),
        "Your browser does not let this page notify you": _("Your browser does not let this page notify you"),
    }
