"""In which form a client wants its answer, and gives its body."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

from orchestrator.board.api.problems import NotAcceptable, WrongMediaType

_JSON: Final = "application/json"


def require(request: Request, media_type: str) -> None:
    """Make sure that the client takes `media_type`.

    Raises:
        NotAcceptable: its Accept header leaves it out.
    """
    accept = ",".join(request.headers.getlist("accept"))
    if accept.strip() and not accepts(accept, media_type):
        raise NotAcceptable(
            f"this address answers in {media_type}: let Accept have it, or leave that header away"
        )


def accepts(accept: str, media_type: str) -> bool:
    """Whether an Accept header lets a media type through (RFC 9110, 12.5.1): the closest range decides."""
    kind = media_type.partition("/")[0]
    closeness = {"*/*": 0, f"{kind}/*": 1, media_type: 2}
    found: dict[int, float] = {}
    for part in accept.split(","):
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        if name in closeness:
            found[closeness[name]] = _quality(parameters)
    return bool(found) and found[max(found)] > 0


def require_json_body(request: Request) -> None:
    """Make sure that the client says its body is JSON.

    Raises:
        WrongMediaType: it says something else, or nothing.
    """
    given = request.headers.get("content-type", "")
    if given.partition(";")[0].strip().lower() != _JSON:
        raise WrongMediaType(f"the body is {given or 'of no kind'}: send JSON with Content-Type: {_JSON}")


def _quality(parameters: list[str]) -> float:
    weights = (each[2:].strip() for each in parameters if each.startswith("q="))
    try:
        return float(next(weights, "1"))
    except ValueError:
        return 0.0
