"""Signing in at a provider: there, and back with what it says of somebody."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

import structlog
from pydantic import AwareDatetime, ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from orchestrator.board.access import claims, cookies
from orchestrator.board.access.access import Access
from orchestrator.board.access.addresses import address_of, origin_of
from orchestrator.board.access.oidc import Provider
from orchestrator.board.access.refusals import SignInFailed
from orchestrator.board.access.sessions import TooManyTeams
from orchestrator.board.access.sign_in import signed_in
from orchestrator.board.look.local_path import local_path
from orchestrator.board.problems import NotFound
from orchestrator.domain.model import Frozen
from orchestrator.domain.sentence import Sentence

log = structlog.get_logger(__name__)

_AT_PROVIDER: Final = timedelta(minutes=10)
"""How long somebody may take to sign in there."""


class _Pending(Frozen):
    """A sign-in that was begun in this browser."""

    state: str
    nonce: str
    verifier: str
    next: str
    expires_at: AwareDatetime


async def start(request: Request) -> Response:
    """Send somebody to the provider."""
    access: Access = request.state.access
    provider = _provider(access)
    await access.rates.count("sign_ins", address_of(request))
    begun = await provider.begin(_return_to(request, access))
    pending = _Pending(
        state=begun.state,
        nonce=begun.nonce,
        verifier=begun.verifier,
        next=local_path(request.query_params.get("next"), otherwise="/"),
        expires_at=access.clock.now() + _AT_PROVIDER,
    )
    response = RedirectResponse(begun.address, 303)
    access.cookies.keep(
        response, cookies.SIGN_IN, access.sign_ins.sign(pending.model_dump_json()), _AT_PROVIDER
    )
    return response


async def finish(request: Request) -> Response:
    """Sign in who comes back from the provider."""
    access: Access = request.state.access
    provider = _provider(access)
    try:
        pending = _pending(request, access)
        asked = request.query_params
        if "code" not in asked:
            reason = asked.get("error", "no code")
            raise SignInFailed(
                Sentence("the provider did not sign you in ({reason}): sign in again", reason=reason[:100])
            )
        said = await provider.finish(
            asked["code"],
            redirect_uri=_return_to(request, access),
            nonce=pending.nonce,
            verifier=pending.verifier,
        )
        viewer = claims.viewer_of(said, access.options.oidc)
        now = access.clock.now()
        session, cookie = access.sessions.begin(viewer, now)
    except TooManyTeams as error:
        raise SignInFailed(
            Sentence(
                "you have {count} teams, too many for a session: map a group to * instead", count=error.count
            )
        ) from error
    log.info("access.signed_in", by="oidc", viewer=viewer.id, address=address_of(request))
    response = signed_in(access, pending.next, cookie, session.expires_at - now)
    access.cookies.drop(response, cookies.SIGN_IN)
    return response


def _pending(request: Request, access: Access) -> _Pending:
    """Return the sign-in that this browser began with this state; it counts once."""
    signed = access.sign_ins.read(access.cookies.read(request, cookies.SIGN_IN))
    again = Sentence("this sign-in was not begun in this browser, or took too long: sign in again")
    try:
        pending = _Pending.model_validate_json(signed or "")
    except ValidationError:
        raise SignInFailed(again) from None
    now = access.clock.now()
    came_back = request.query_params.get("state", "").encode()
    if now >= pending.expires_at or not secrets.compare_digest(came_back, pending.state.encode()):
        raise SignInFailed(again)
    if not access.spent.spend(pending.state, pending.expires_at, now):
        raise SignInFailed(Sentence("this sign-in was used already: sign in again"))
    return pending


def _provider(access: Access) -> Provider:
    if access.provider is None:
        raise NotFound(Sentence("there is no provider to sign in at"))
    return access.provider


def _return_to(request: Request, access: Access) -> str:
    return f"{origin_of(request, access.options)}/login/return"


routes: Final[list[BaseRoute]] = [
    Route("/login/start", start, methods=["GET"]),
    Route("/login/return", finish, methods=["GET"]),
]
