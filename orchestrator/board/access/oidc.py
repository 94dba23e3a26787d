"""A provider of OpenID Connect: the authorization code flow with PKCE, state and nonce.

What a provider says is believed only with its signature, for us, from the issuer that was set, and in time.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError

from orchestrator.board.access.discovery import Discovery
from orchestrator.board.access.options import Oidc
from orchestrator.board.access.refusals import ProviderAway, SignInFailed
from orchestrator.wall_clock import WallClock

_LEEWAY_S: Final = 60
"""By which the provider's clock may differ from ours."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun: `address` is where the person goes, the rest has to come back."""

    address: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """Sends people to sign in, and reads what comes back."""

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
        address = f"{at}{'&' if '?' in at else '?'}{urlencode(asked)}"
        return Begun(address, state, nonce, verifier)

    async def finish(self, code: str, *, redirect_uri: str, nonce: str, verifier: str) -> Mapping[str, Any]:
        """Return what the provider says of who signed in.

        Raises:
            ProviderAway: the provider cannot be asked.
            SignInFailed: it refuses the code, or what it says cannot be believed.
        """
        answer = await self._redeem(code, redirect_uri, verifier)
        id_token = answer.get("id_token")
        if not isinstance(id_token, str):
            raise SignInFailed("the provider sent no ID token: the scope openid has to be allowed there")
        access_token = answer.get("access_token")
        try:
            return await self._believe(id_token, access_token, nonce, self._clock.now())
        except (JoseError, ValueError) as error:
            raise SignInFailed(
                f"what the provider says of you cannot be believed ({type(error).__name__}: {error}): "
                "sign in again"
            ) from error

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
            raise ProviderAway(f"the provider does not answer ({type(error).__name__}): try again") from error
        if response.status_code != httpx.codes.OK or not isinstance(answer, dict):
            reason = answer.get("error") if isinstance(answer, dict) else None
            raise SignInFailed(
                f"the provider refused the sign-in ({reason or response.status_code}): try again"
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
