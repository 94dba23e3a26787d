"""A provider of OpenID Connect: the authorization code flow with PKCE, state and nonce.

What a provider says is believed only with its signature, for us, from the issuer that was set, and in time.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import structlog
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError

from orchestrator.board.access.discovery import Discovery
from orchestrator.board.access.options import Oidc
from orchestrator.board.access.refusals import ProviderAway, SignInFailed
from orchestrator.domain.sentence import Sentence
from orchestrator.wall_clock import WallClock

log = structlog.get_logger(__name__)

_LEEWAY_S: Final = 60
"""By which the provider's clock may differ from ours."""
_LEAVES_WITHIN_S: Final = 3
"""For so long somebody who signs out here waits to hear whether they can at the provider."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun: `address` is where the person goes, the rest has to come back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """A sign-out at the provider: `address` is where the person goes, `state` has to come back."""

    address: str
    state: str


class Provider:
    """Sends people to sign in and out, and reads what comes back."""

    def __init__(self, oidc: Oidc, clock: WallClock) -> None:
        self._oidc = oidc
        self._clock = clock
        self._discovery = Discovery(str(oidc.issuer), clock)

    async def begin(self, redirect_uri: str) -> Begun:
        """Begin a sign-in that comes back to `redirect_uri`.

        Raises:
            ProviderAway: the provider cannot be asked.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        document = await self._discovery.document()
        asked = {
            "response_type": "code",
            "client_id": self._oidc.client_id,
            "redirect_uri": redirect_uri,
            "scope": self._oidc.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),  # type: ignore[no-untyped-call]
            "code_challenge_method": "S256",
        }
        at = str(document["authorization_endpoint"])
        return Begun(_with_query(at, asked), state, nonce, verifier)

    async def finish(self, code: str, *, redirect_uri: str, nonce: str, verifier: str) -> Mapping[str, Any]:
        """Return what the provider says of who signed in.

        Raises:
            ProviderAway: the provider cannot be asked.
            SignInFailed: it refuses the code, or what it says cannot be believed.
        """
        answer = await self._redeem(code, redirect_uri, verifier)
        id_token = answer.get("id_token")
        if not isinstance(id_token, str):
            raise SignInFailed(
                Sentence("the provider sent no ID token: the scope openid has to be allowed there")
            )
        access_token = answer.get("access_token")
        try:
            return await self._believe(id_token, access_token, nonce, self._clock.now())
        except (JoseError, ValueError) as error:
            raise SignInFailed(
                Sentence(
                    "what the provider says of you cannot be believed ({error}): sign in again",
                    error=f"{type(error).__name__}: {error}",
                )
            ) from error

    async def leave(self, return_to: str) -> Leaving | None:
        """Begin a sign-out there that comes back to `return_to`, as RP-Initiated Logout 1.0 says.

        We name ourselves by `client_id`: an ID token as the hint would have to be kept until then, and would
        stand in the address.

        Returns:
            None where the provider has no `end_session_endpoint`, or cannot be asked.
        """
        try:
            async with asyncio.timeout(_LEAVES_WITHIN_S):
                at = (await self._discovery.document()).get("end_session_endpoint")
        except (ProviderAway, TimeoutError) as error:
            log.warning("access.provider_kept_session", why=str(error) or "it does not answer in time")
            return None
        if not isinstance(at, str) or not at.startswith(("https://", "http://")):
            return None
        state = secrets.token_urlsafe(32)
        asked = {"client_id": self._oidc.client_id, "post_logout_redirect_uri": return_to, "state": state}
        return Leaving(_with_query(at, asked), state)

    async def _redeem(self, code: str, redirect_uri: str, verifier: str) -> Mapping[str, Any]:
        document = await self._discovery.document()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
            "client_id": str(self._oidc.client_id),
        }
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        auth: httpx.BasicAuth | None = None
        if self._oidc.client_secret is not None:
            secret = self._oidc.client_secret.get_secret_value()
            if "client_secret_basic" in methods or "client_secret_post" not in methods:
                auth = httpx.BasicAuth(str(self._oidc.client_id), secret)
            else:
                form["client_secret"] = secret
        try:
            async with httpx.AsyncClient(timeout=10) as client:
                response = await client.post(
                    str(document["token_endpoint"]), data=form, auth=auth or httpx.USE_CLIENT_DEFAULT
                )
                answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderAway(
                Sentence("the provider does not answer ({error}): try again", error=type(error).__name__)
            ) from error
        if response.status_code != httpx.codes.OK or not isinstance(answer, dict):
            reason = answer.get("error") if isinstance(answer, dict) else None
            raise SignInFailed(
                Sentence(
                    "the provider refused the sign-in ({reason}): try again",
                    reason=reason or response.status_code,
                )
            )
        return answer

    async def _believe(
        self, id_token: str, access_token: Any, nonce: str, now: datetime
    ) -> Mapping[str, Any]:
        keys = await self._discovery.keys_for(id_token)
        token = jwt.decode(id_token, keys, algorithms=await self._discovery.algorithms())
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": self._oidc.issuer},
                "aud": {"essential": True, "value": self._oidc.client_id},
            },
            {
                "nonce": nonce,
                "client_id": self._oidc.client_id,
                "access_token": access_token if isinstance(access_token, str) else None,
            },
        )
        claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_S)
        return dict(claims)


def _with_query(address: str, asked: Mapping[str, str | None]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"
