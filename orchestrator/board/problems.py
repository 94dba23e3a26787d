"""What goes wrong, as who asked is told: a page for people, RFC 9457 problem details for programs.

Pages and their scripts are told in the reader's language, the API and the log in English.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar, Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from orchestrator.board.look.catalogue import gettext
from orchestrator.board.look.preferences import language_of
from orchestrator.board.look.refused import REASONS
from orchestrator.board.parts import parts_of
from orchestrator.domain.errors import Refused
from orchestrator.domain.sentence import Sentence, say
from orchestrator.ledger.port import LedgerUnavailable

log = structlog.get_logger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
_RETRY_S: Final = 5
"""After how long to ask again when the database is away."""
_REFUSED: Final = frozenset({401, 403, 421, 429})
"""What somebody was kept from; what is not there for them is 404, and is no news."""
_PAGES: Final = {status: status for status in (400, 403, 404, 409, 429, 500, 503)} | {405: 404, 502: 503}
"""Status -> the one whose page tells people; for others it is 400 or 500."""


class HttpProblem(Exception):
    """Nothing was done, and the answer says why.

    Args:
        message: what was wrong and what to do, for whoever asked; without secrets. People read a `Sentence`
            in their language.
        headers: of the answer, like Retry-After.
        more: members of the problem details beside the standard ones.
    """

    status: ClassVar[int]
    code: ClassVar[str]
    page: ClassVar[str | None] = None
    """The template that tells people; None: that of the status."""

    def __init__(self, message: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(message)
        self.message = message
        self.headers = dict(headers or {})
        self.more = more


class NotFound(HttpProblem):
    """There is none, as far as this person may know."""

    status = 404
    code = "not-found"


class NotAllowed(HttpProblem):
    """They may see it, and this is not theirs to do."""

    status = 403
    code = "not-allowed"


class Unavailable(HttpProblem):
    """It cannot be done now; `headers` says when to ask again."""

    status = 503
    code = "unavailable"


def details(request: Request, status: int, code: str, message: str, **more: Any) -> dict[str, Any]:
    """Return problem details as RFC 9457 has them."""
    return {
        "type": f"urn:handoff:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": message,
        "instance": request.url.path,
        "code": code,
        **more,
    }


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks, which shows what it is given."""
    return "text/html" in request.headers.get("accept", "") and not _is_api(request)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def answer(
    request: Request,
    status: int,
    code: str,
    message: str,
    headers: Mapping[str, str] | None = None,
    page: str | None = None,
    **more: Any,
) -> Response:
    """Return a problem in the form that suits who asked; `page` is the template for people."""
    if status in _REFUSED:
        viewer = getattr(request.state, "viewer", None)
        log.warning(
            "access.refused",
            code=code,
            why=message,
            viewer=viewer.id if viewer is not None else None,
            address=request.client.host if request.client is not None else None,
            method=request.method,
            path=request.url.path,
        )
    if not _is_api(request):
        message = say(message, gettext(language_of(request)))
    if wants_page(request):
        return _page(request, status, code, message, headers or {}, page)
    told = details(request, status, code, message, **more)
    return JSONResponse(told, status, headers=headers, media_type=MEDIA_TYPE)


def of_problem(request: Request, error: Exception) -> Response:
    """Answer what one of our own rooms raised."""
    assert isinstance(error, HttpProblem)
    return answer(request, error.status, error.code, error.message, error.headers, error.page, **error.more)


def of_refused(request: Request, error: Exception) -> Response:
    """Answer that the desk said no: the handoff is not as whoever asked believes it to be."""
    assert isinstance(error, Refused)
    message = error.message if _is_api(request) else REASONS.get(error.code, error.message)
    return answer(request, 409, error.code, message)


def of_unavailable(request: Request, error: Exception) -> Response:
    """Answer that the database is away."""
    log.warning("board.unavailable", path=request.url.path, error=str(error))
    message = Sentence("the database cannot be reached now: nothing was changed; ask again in a few seconds")
    return answer(request, 503, "unavailable", message, {"Retry-After": str(_RETRY_S)})


def of_http(request: Request, error: Exception) -> Response:
    """Answer what Starlette itself raises: no such page, not this method."""
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "-")
    message = {
        404: Sentence("there is nothing at this address"),
        405: Sentence("{method} is not what this address is for", method=request.method),
    }.get(error.status_code, str(error.detail))
    return answer(request, error.status_code, code, message, error.headers)


def of_our_fault(request: Request, error: Exception) -> Response:
    """Answer what nobody expected, and log it."""
    log.error("board.failed", method=request.method, path=request.url.path, exc_info=error)
    return answer(request, 500, "failed", Sentence("this went wrong on our side, and was noted"))


HANDLERS: Final[dict[Any, Callable[[Request, Exception], Response]]] = {
    HttpProblem: of_problem,
    Refused: of_refused,
    LedgerUnavailable: of_unavailable,
    HTTPException: of_http,
}
"""For `Starlette(exception_handlers=)`; what nobody expected is answered by `access.failures`."""


def handler_of(error: Exception) -> Callable[[Request, Exception], Response]:
    """Return what answers an error."""
    found = (HANDLERS[each] for each in type(error).__mro__ if each in HANDLERS)
    return next(found, of_our_fault)


def _page(
    request: Request, status: int, code: str, message: str, headers: Mapping[str, str], template: str | None
) -> Response:
    template = template or f"errors/{_PAGES.get(status, 400 if status < 500 else 500)}.html.j2"
    waits = headers.get("Retry-After", "")
    detail = message[:1].upper() + message[1:]
    facts = {"code": code, "detail": detail, "retry_after": int(waits) if waits.isdigit() else None}
    page = parts_of(request).renderer.page(request, template, status=status, **facts)
    page.headers.update(headers)
    return page
