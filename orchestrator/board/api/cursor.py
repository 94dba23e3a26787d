"""Where a page of a list ended: text that only we read."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Any, Final
from urllib.parse import urlencode

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from orchestrator.board.api.problems import Invalid, Where

_LONGEST: Final = 500


def encode(kind: str, place: Any) -> str:
    """Return the place as a cursor; `kind` tells by what the list is sorted."""
    text = json.dumps([kind, TypeAdapter(type(place)).dump_python(place, mode="json")], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str | None, kind: str, place: TypeAdapter[Any]) -> Any:
    """Return the place that `encode` was given; None without a cursor.

    Raises:
        Invalid: it is no cursor of such a list.
    """
    if cursor is None:
        return None
    try:
        if len(cursor) > _LONGEST:
            raise ValueError("too long")
        told = json.loads(text := urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
        if "\\u0000" in text:
            raise ValueError("no column takes a NUL")
        if not isinstance(told, list) or len(told) != 2 or told[0] != kind:
            raise ValueError("another kind")
        return place.validate_python(told[1], strict=False)
    except (ValueError, Error, ValidationError, RecursionError):
        where = Where(parameter="cursor", detail="is none of this list: follow `next`, or begin without one")
        raise Invalid([where]) from None


def next_page(request: Request, cursor: str | None) -> tuple[str | None, dict[str, str]]:
    """Return the address of the page behind `cursor`, and the header that says it too (RFC 8288)."""
    if cursor is None:
        return None, {}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    address = f"{request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"
    return address, {"Link": f'<{address}>; rel="next"'}
