"""Where a form leads back to: never to another site."""

from __future__ import annotations

from urllib.parse import urlsplit


def local_path(wanted: str | None, *, otherwise: str) -> str:
    """Return `wanted` when it is a path on this site, else `otherwise`."""
    if not wanted or not wanted.startswith("/") or "\\" in wanted or not wanted.isprintable():
        return otherwise
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return otherwise
    is_here = not parts.scheme and not parts.netloc and not wanted.startswith("//")
    return wanted if is_here else otherwise
