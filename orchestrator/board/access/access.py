"""What it takes to decide who may look: handed in once, where the process is put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from orchestrator.board.access.cookies import Cookies
from orchestrator.board.access.csrf import CsrfTokens
from orchestrator.board.access.local import Yous
from orchestrator.board.access.oidc import Provider
from orchestrator.board.access.options import Options
from orchestrator.board.access.rates import RateLimits
from orchestrator.board.access.sessions import Sessions, Signer
from orchestrator.board.access.spent import Spent
from orchestrator.board.access.tokens import TokenStore
from orchestrator.wall_clock import WallClock


@dataclass(frozen=True, slots=True)
class Access:
    """Everything that says who may look."""

    options: Options
    clock: WallClock
    tokens: TokenStore
    cookies: Cookies
    sessions: Sessions
    sign_ins: Signer
    """Signs what has to come back from the provider."""
    spent: Spent
    """Sign-ins that came back, which count once."""
    yous: Yous
    csrf: CsrfTokens
    rates: RateLimits
    provider: Provider | None
    """Where people sign in; None where they do not."""

    @classmethod
    def of(cls, options: Options, *, key: bytes, tokens: TokenStore, clock: WallClock) -> Self:
        """Return what these settings ask for.

        Args:
            options: the settings.
            key: signs cookies: 32 random bytes or more, the same for all boards that share a name.
            tokens: where tokens are kept.
            clock: says when something expires.
        """
        return cls(
            options=options,
            clock=clock,
            tokens=tokens,
            cookies=Cookies(is_secure=options.is_secure, is_framed=bool(options.embed_origins)),
            sessions=Sessions(key, options.session),
            sign_ins=Signer(key, "sign-in"),
            spent=Spent(),
            yous=Yous(key),
            csrf=CsrfTokens(key),
            rates=RateLimits(options.rates, clock),
            provider=Provider(options.oidc, clock) if options.login == "oidc" else None,
        )
