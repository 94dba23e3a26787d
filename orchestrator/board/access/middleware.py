"""All that stands between a request and a page, in its order."""

from __future__ import annotations

from starlette.middleware import Middleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from orchestrator.board.access.access import Access
from orchestrator.board.access.admission import Admission
from orchestrator.board.access.forgery import Forgery
from orchestrator.board.access.gate import Gate
from orchestrator.board.access.safety import Safety


def middleware(access: Access) -> list[Middleware]:
    """Return what an application is wrapped in, the outermost first.

    Every request then has `request.state.viewer` (a Viewer; None on pages without data, while nobody is
    signed in), `request.state.csrf` (for the field `csrf` of forms, or the header X-CSRF-Token) and
    `request.state.access`.
    """
    behind = list(access.options.proxies)
    return [
        Middleware(Safety, access),
        *([Middleware(ProxyHeadersMiddleware, trusted_hosts=behind)] if behind else []),
        Middleware(Gate, access),
        Middleware(Admission, access),
        Middleware(Forgery, access),
    ]
