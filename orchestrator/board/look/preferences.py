"""How somebody likes their pages: kept in a cookie of their browser, nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Self
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo, available_timezones

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from orchestrator.board.look.catalogue import negotiate

COOKIE: Final = "preferences"
BROWSER_ZONE: Final = "browser-zone"
"""The cookie in which a script leaves the browser's own time zone."""
_UTC: Final = ZoneInfo("UTC")
TIMES: Final = ("clock", "ago")
THEMES: Final = ("auto", "light", "dark", "contrast")
SIZES: Final = ("normal", "large", "larger")


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a reader chose, and what follows where they left the choice to their browser."""

    zone: ZoneInfo = _UTC
    """In which they read times."""
    language: str = "en"
    """A language that there is a catalogue of."""
    chosen_zone: str = ""
    """An IANA name; empty: the browser's own."""
    chosen_language: str = ""
    """Empty: what the browser asks for."""
    times: str = "clock"
    """`clock`: 10:42; `ago`: 3 min ago."""
    theme: str = "auto"
    size: str = "normal"
    """Of the letters."""
    notifications: bool = False
    """Whether breaches are told by notifications of the browser."""
    keys: bool = True
    """Whether single letters press what is on the page."""

    @classmethod
    def of(cls, connection: HTTPConnection) -> Self:
        """Return those of who asks; whatever is not understood falls back to what it is without them."""
        chosen = dict(parse_qsl(connection.cookies.get(COOKIE, "")))
        browser_zone = parse_qsl("zone=" + connection.cookies.get(BROWSER_ZONE, ""))
        accepted = connection.headers.get("accept-language", "")
        return cls.chosen(chosen, browser_zone=dict(browser_zone).get("zone", ""), accepted=accepted)

    @classmethod
    def chosen(cls, choices: Mapping[str, str], *, browser_zone: str = "", accepted: str = "") -> Self:
        """Return what follows from choices by name, a browser's zone and its Accept-Language header."""
        zone = choices.get("zone", "")
        chosen_zone = zone if zone in zones() else ""
        effective = chosen_zone or (browser_zone if browser_zone in zones() else "UTC")
        language = negotiate(choices.get("language", ""))
        return cls(
            zone=ZoneInfo(effective),
            language=language or negotiate(accepted) or "en",
            chosen_zone=chosen_zone,
            chosen_language=language or "",
            times=_one_of(TIMES, choices.get("times")),
            theme=_one_of(THEMES, choices.get("theme")),
            size=_one_of(SIZES, choices.get("size")),
            notifications=choices.get("notifications") == "on",
            keys=choices.get("keys", "on") == "on",
        )

    def choices(self) -> dict[str, str]:
        """Return what was chosen, by name, as `chosen` takes it."""
        return {
            "zone": self.chosen_zone,
            "language": self.chosen_language,
            "times": self.times,
            "theme": self.theme,
            "size": self.size,
            "notifications": "on" if self.notifications else "off",
            "keys": "on" if self.keys else "off",
        }

    def as_cookie(self) -> str:
        """Return what the cookie holds."""
        return urlencode(self.choices())


class PreferencesMiddleware:
    """Sets `request.state.preferences`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope.setdefault("state", {})["preferences"] = Preferences.of(HTTPConnection(scope))
        await self._app(scope, receive, send)


def language_of(connection: HTTPConnection) -> str:
    """Return the language in which who asks reads pages, wherever on its way a request is."""
    known: Preferences | None = getattr(connection.state, "preferences", None)
    return (known or Preferences.of(connection)).language


@cache
def zones() -> tuple[str, ...]:
    """Return the names of all places that have a time zone, and UTC."""
    places = (zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return ("UTC", *sorted(places))


def _one_of(allowed: tuple[str, ...], value: str | None) -> str:
    return value if value in allowed else allowed[0]
