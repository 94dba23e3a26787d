"""Where a request comes from, and to which of our names it was sent."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request

from orchestrator.board.access.options import Options, is_loopback


def address_of(connection: HTTPConnection) -> str:
    """Return the address of who asks, as far as it is believed."""
    return connection.client.host if connection.client is not None else "unknown"


def origin_of(request: Request, options: Options) -> str:
    """Return scheme://host[:port] by which people's browsers reach the board."""
    return options.public_url or f"{request.url.scheme}://{request.headers['host']}"


def is_our_name(host: str, options: Options) -> bool:
    """Whether a Host header names this board.

    Else a page of another site, whose name was made to lead to this machine, could read ours.
    """
    name = _name(host)
    public = urlsplit(options.public_url or "").hostname
    if name and name in {public, *(each.lower() for each in options.hosts)}:
        return True
    is_here = is_loopback(options.host) or (public is not None and is_loopback(public))
    return bool(name) and is_here and is_loopback(name)


def _name(host: str) -> str:
    """Return the name in a Host header, without its port; empty where it is none."""
    try:
        return "" if set(host) & set("/?#@\\ ,") else urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
