"""Why somebody is not let in, or what they sent is not taken."""

from __future__ import annotations

from typing import Final

from orchestrator.board.problems import HttpProblem
from orchestrator.domain.sentence import Sentence

_PAGE: Final = "access/refused.html.j2"
_BEARER: Final = 'Bearer realm="handoff"'


class SignInFirst(HttpProblem):
    """Nobody is signed in."""

    status = 401
    code = "sign-in-first"
    page = _PAGE

    def __init__(self) -> None:
        message = Sentence("sign in at /login, or send a token: Authorization: Bearer hand_…")
        super().__init__(message, headers={"WWW-Authenticate": _BEARER})


class BadToken(HttpProblem):
    """A token that was sent lets nobody in."""

    status = 401
    code = "bad-token"
    page = _PAGE

    def __init__(self) -> None:
        message = Sentence(
            "this token is unknown, expired or revoked: `handoff token list` shows those that are valid"
        )
        super().__init__(message, headers={"WWW-Authenticate": f'{_BEARER}, error="invalid_token"'})


class SignInFailed(HttpProblem):
    """What came back from the provider, or was typed in, lets nobody in."""

    status = 403
    code = "sign-in-failed"
    page = _PAGE


class ProviderAway(HttpProblem):
    """The provider cannot be asked."""

    status = 502
    code = "provider-away"
    page = _PAGE


class Forged(HttpProblem):
    """A page of ours did not send it."""

    status = 403
    code = "forged"
    page = _PAGE


class TooMany(HttpProblem):
    """Too often."""

    status = 429
    code = "too-many"

    def __init__(self, retry_after_s: int) -> None:
        message = Sentence("too many requests: try again in {seconds} s", seconds=retry_after_s)
        super().__init__(message, headers={"Retry-After": str(retry_after_s)})


class TooLarge(HttpProblem):
    """More than anybody has to say."""

    status = 413
    code = "too-large"
    page = _PAGE

    def __init__(self, limit: int) -> None:
        message = Sentence("a request may have {limit} bytes at most", limit=limit)
        super().__init__(message, headers={"Connection": "close"})


class WrongHost(HttpProblem):
    """It was sent to another name than ours."""

    status = 421
    code = "wrong-host"
    page = _PAGE


class BehindProxy(HttpProblem):
    """A board without sign-in is shown to others by a proxy on this machine."""

    status = 403
    code = "behind-a-proxy"
    page = _PAGE

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "this board is for whoever sits at its machine, and a proxy forwards to it: set "
                "HANDOFF_BOARD__LOGIN to tokens or oidc, and HANDOFF_BOARD__PROXIES to the proxy's address"
            )
        )
