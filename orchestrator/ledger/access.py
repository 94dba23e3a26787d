"""The tokens that let programs and people in: never themselves, only what they hash to."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.ledger import schema
from orchestrator.ledger.connection import unavailable_is_said
from orchestrator.ledger.tables.people import access_tokens

_NOTED_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What is known of a token."""

    id: UUID
    name: str
    roles: frozenset[str]
    teams: frozenset[str] | None
    """None: all."""
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    used_at: datetime | None = None
    """To about a minute."""

    def is_valid(self, now: datetime) -> bool:
        """Whether it still lets somebody in."""
        return self.revoked_at is None and now < self.expires_at


class AccessTokens:
    """Keeps them in PostgreSQL, on connections of its own."""

    def __init__(self, dsn: str) -> None:
        self._engine = schema.engine(dsn)

    async def by_digest(self, digest: bytes) -> AccessToken | None:
        """Return the token that hashes to this.

        Raises:
            LedgerUnavailable: the database cannot be reached.
        """
        return await self._one(access_tokens.c.hash == digest)

    async def by_id(self, id: UUID) -> AccessToken | None:
        """Return a token.

        Raises:
            LedgerUnavailable: the database cannot be reached.
        """
        return await self._one(access_tokens.c.id == id)

    async def every(self) -> list[AccessToken]:
        """Return all that there ever were, the newest first."""
        async with self._connection() as db:
            rows = await db.execute(select(access_tokens).order_by(access_tokens.c.created_at.desc()))
            return [_token(row) for row in rows]

    async def create(
        self,
        digest: bytes,
        *,
        name: str,
        roles: Collection[str],
        teams: Collection[str] | None,
        created_by: str,
        expires_at: datetime,
        now: datetime,
    ) -> AccessToken:
        """Keep a new token, of which we know only what it hashes to."""
        values = {
            "id": uuid.uuid4(),
            "name": name,
            "hash": digest,
            "roles": sorted(roles),
            "teams": sorted(teams) if teams is not None else None,
            "created_by": created_by,
            "created_at": now,
            "expires_at": expires_at,
        }
        async with self._connection() as db:
            row = (await db.execute(insert(access_tokens).values(values).returning(access_tokens))).one()
            return _token(row)

    async def revoke(self, ids: Collection[UUID], now: datetime) -> int:
        """Let these in no more, from this moment on; return how many of them still were."""
        still = access_tokens.c.id.in_(ids) & access_tokens.c.revoked_at.is_(None)
        async with self._connection() as db:
            done = await db.execute(update(access_tokens).where(still).values(revoked_at=now))
            return done.rowcount

    async def note_use(self, id: UUID, now: datetime) -> None:
        """Write down that a token was used, unless that was done within the last minute."""
        used = access_tokens.c.used_at
        is_due = or_(used.is_(None), used <= now - _NOTED_EVERY)
        async with self._connection() as db:
            await db.execute(
                update(access_tokens).where(access_tokens.c.id == id, is_due).values(used_at=now)
            )

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()

    async def _one(self, which: ColumnElement[bool]) -> AccessToken | None:
        async with self._connection() as db:
            row = (await db.execute(select(access_tokens).where(which))).one_or_none()
            return _token(row) if row is not None else None

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        async with unavailable_is_said(), self._engine.begin() as connection:
            yield connection


def _token(row: Any) -> AccessToken:
    return AccessToken(
        id=row.id,
        name=row.name,
        roles=frozenset(row.roles),
        teams=frozenset(row.teams) if row.teams is not None else None,
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        used_at=row.used_at,
    )
