"""Tokens that let programs in, and people where there is no provider to sign in at."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Final, Protocol
from uuid import UUID

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.ledger.access import AccessToken

PREFIX: Final = "hand_"
"""So that scanners for leaked secrets know one."""
_BYTES: Final = 32
_ROLES: Final = frozenset(Role)


class TokenStore(Protocol):
    """Where tokens are kept: `orchestrator.ledger.access.AccessTokens`."""

    async def by_digest(self, digest: bytes) -> AccessToken | None:
        """Return the token that has this digest."""
        ...

    async def by_id(self, id: UUID) -> AccessToken | None:
        """Return a token."""
        ...

    async def note_use(self, id: UUID, now: datetime) -> None:
        """Write down that it was used."""
        ...


def mint() -> str:
    """Return a new token: 256 random bits behind the prefix."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


def digest(token: str) -> bytes:
    """Return what is stored of a token.

    It is looked up by this: what the time of a comparison could tell is of the digest, not of the token.
    """
    return sha256(token.encode(errors="replace")).digest()


def viewer_of(token: AccessToken) -> Viewer:
    """Return who comes with a token; a role that is no longer known gives nothing."""
    roles = frozenset(Role(each) for each in token.roles & _ROLES)
    return Viewer(f"token:{token.id}", token.name, roles, token.teams, home=only(token.teams))


def only(teams: frozenset[str] | None) -> str | None:
    """Return the team of who has just one."""
    return next(iter(teams)) if teams is not None and len(teams) == 1 else None
