"""Our cookies: out of reach of scripts, of other sites, and of the plain network."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

from starlette.requests import HTTPConnection
from starlette.responses import Response

SESSION: Final = "handoff"
SIGN_IN: Final = "handoff-sign-in"
"""What has to come back from the provider, while somebody signs in there."""
SIGN_OUT: Final = "handoff-sign-out"
"""What has to come back from the provider, while somebody signs out there."""
VISIT: Final = "handoff-visit"
"""What ties the sign-in form to the browser that asked for it."""
YOU: Final = "handoff-you"
"""Who the person at this machine says they are."""


class Cookies:
    """Sets and reads them.

    Args:
        is_secure: whether browsers come by https: then names are such that no other host, and no plain
            page, can set them.
        is_framed: whether pages of other sites may show ours in a frame: there, browsers send only cookies
            that say so. Forged requests are kept out by `Forgery`, with or without cookies.
    """

    def __init__(self, *, is_secure: bool, is_framed: bool = False) -> None:
        self._is_secure = is_secure
        self._same_site: Literal["none", "lax"] = "none" if is_secure and is_framed else "lax"

    def name(self, cookie: str) -> str:
        """Return the name by which a browser knows it."""
        return f"__Host-{cookie}" if self._is_secure else cookie

    def read(self, connection: HTTPConnection, cookie: str) -> str | None:
        """Return what the browser sent."""
        return connection.cookies.get(self.name(cookie))

    def keep(self, response: Response, cookie: str, value: str, lasts: timedelta | None = None) -> None:
        """Let the browser keep one; without `lasts` until it is closed."""
        response.set_cookie(
            self.name(cookie),
            value,
            max_age=int(lasts.total_seconds()) if lasts is not None else None,
            path="/",
            secure=self._is_secure,
            httponly=True,
            samesite=self._same_site,
        )

    def drop(self, response: Response, cookie: str) -> None:
        """Let the browser forget one."""
        response.delete_cookie(
            self.name(cookie), path="/", secure=self._is_secure, httponly=True, samesite=self._same_site
        )
