"""Requests as a server hands them over, without a server."""

from __future__ import annotations

from starlette.requests import Request


def a_request(path: str = "/api/v1/handoffs", query: str = "", **headers: str) -> Request:
    """Return a request; underscores in the names of headers stand for hyphens."""
    raw = [
        (name.replace("_", "-").lower().encode(), value.encode("latin-1")) for name, value in headers.items()
    ]
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": query.encode(),
        "headers": raw,
        "server": ("board.example", 80),
        "scheme": "http",
    }
    return Request(scope)
