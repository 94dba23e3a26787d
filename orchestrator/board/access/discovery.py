"""What a provider publishes of itself: where to go, and the keys it signs with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from orchestrator.board.access.refusals import ProviderAway
from orchestrator.domain.sentence import Sentence
from orchestrator.wall_clock import WallClock

_ASYMMETRIC: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"}
)
"""Signatures that only the provider can make; one with our own secret, or none, is not believed."""
_KEPT_FOR: Final = timedelta(hours=1)
_KEYS_ASKED_EVERY: Final = timedelta(seconds=30)
_NEEDED: Final = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class Discovery:
    """Reads it once an hour, and the keys also when one is not known."""

    def __init__(self, issuer: str, clock: WallClock) -> None:
        self._issuer = issuer
        self._clock = clock
        self._document: tuple[datetime, Mapping[str, Any]] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    async def document(self) -> Mapping[str, Any]:
        """Return the discovery document.

        Raises:
            ProviderAway: it cannot be read, or is not that of this issuer.
        """
        now = self._clock.now()
        if self._document is None or now - self._document[0] >= _KEPT_FOR:
            address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
            document = await _read(address)
            if missing := [name for name in _NEEDED if not isinstance(document.get(name), str)]:
                raise ProviderAway(
                    Sentence("{address} lacks {members}", address=address, members=", ".join(missing))
                )
            if document["issuer"] != self._issuer:
                raise ProviderAway(
                    Sentence(
                        "{address} names the issuer {issuer}: "
                        "HANDOFF_BOARD__OIDC__ISSUER has to be just that",
                        address=address,
                        issuer=repr(document["issuer"]),
                    )
                )
            self._document = (now, document)
        return self._document[1]

    async def algorithms(self) -> list[str]:
        """Return how the provider signs, as far as only the provider can."""
        named = (await self.document()).get("id_token_signing_alg_values_supported", ["RS256"])
        # Never empty: an empty list would stand for whatever the library believes in.
        return [each for each in named if each in _ASYMMETRIC] or ["RS256"]

    async def keys_for(self, token: str) -> KeySet:
        """Return the provider's keys; read again where none of them is the one that signed `token`.

        Raises:
            ProviderAway: they cannot be read.
            ValueError: it is no signed token.
        """
        wanted = extract_compact(token.encode()).headers().get("kid")
        now = self._clock.now()
        if self._keys is not None:
            read_at, keys = self._keys
            age = now - read_at
            is_known = wanted is None or any(key.kid == wanted for key in keys.keys)
            if age < _KEPT_FOR and (is_known or age < _KEYS_ASKED_EVERY):
                return keys
        address = str((await self.document())["jwks_uri"])
        try:
            keys = KeySet.import_key_set(await _read(address))  # type: ignore[arg-type]
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise ProviderAway(
                Sentence("{address} holds no keys that can be read: {error}", address=address, error=error)
            ) from error
        self._keys = (now, keys)
        return keys


async def _read(address: str) -> dict[str, Any]:
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            response = await client.get(address)
            response.raise_for_status()
            found = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderAway(
            Sentence(
                "the provider does not answer at {address}: {error}",
                address=address,
                error=type(error).__name__,
            )
        ) from error
    if not isinstance(found, dict):
        raise ProviderAway(Sentence("{address} is no JSON object", address=address))
    return found
