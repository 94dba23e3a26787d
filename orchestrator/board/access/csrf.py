"""Forged requests: another site's page lets a browser send them with our cookies."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers

FIELD: Final = "csrf"
HEADER: Final = "X-CSRF-Token"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class CsrfTokens:
    """Tokens that only a page of ours can hold: bound to a session, and different on each page."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"csrf", sha256)

    def issue(self, session: str) -> str:
        """Return a token for the forms of a page."""
        salt = secrets.token_urlsafe(9)
        return f"{salt}.{self._mac(salt, session)}"

    def is_genuine(self, token: str | None, session: str) -> bool:
        """Whether a token was issued for this session."""
        salt, _, mac = (token or "").partition(".")
        return hmac.compare_digest(mac.encode(errors="replace"), self._mac(salt, session).encode())

    def _mac(self, salt: str, session: str) -> str:
        return hmac.digest(self._key, f"{salt}.{session}".encode(errors="replace"), sha256).hex()


def came_from_elsewhere(headers: Headers, *, scheme: str, public: str | None) -> bool:
    """Whether a browser says that a page of another origin sent the request.

    Args:
        headers: of the request, whose Host was already checked.
        scheme: http or https.
        public: the origin that people's browsers see, where it is set.
    """
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    if origin is None:
        return False
    here = {f"{scheme}://{headers.get('host', '').lower()}", public}
    return _bare(origin) not in here


def _bare(origin: str) -> str:
    parts = urlsplit(origin)
    return f"{parts.scheme}://{parts.netloc.lower()}"
