"""Who has signed in, in a signed cookie of their browser."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer
from pydantic import AwareDatetime, ValidationError

from orchestrator.board.access.spent import Spent
from orchestrator.board.access.tokens import only
from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.domain.model import Frozen

LONGEST_COOKIE: Final = 3_800
"""Characters; browsers drop cookies of more than 4,096 bytes with their name and attributes."""


class Session(Frozen):
    """What the cookie says: that somebody signed in, as whom, and until when."""

    id: str
    """Random, and new with each sign-in."""
    expires_at: AwareDatetime
    token: UUID | None = None
    """The token they signed in with: it says who they are, and may have been revoked since."""
    viewer: str = ""
    name: str = ""
    roles: frozenset[Role] = frozenset()
    teams: frozenset[str] | None = frozenset()

    def as_viewer(self) -> Viewer:
        """Return who signed in at a provider."""
        return Viewer(self.viewer, self.name, self.roles, self.teams, home=only(self.teams))


class TooManyTeams(Exception):
    """Somebody's teams do not fit into a cookie."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} teams")
        self.count = count


class Signer:
    """Signs what is kept in browsers; what was signed for one purpose is nothing for another."""

    def __init__(self, key: bytes, purpose: str) -> None:
        self._serializer = URLSafeSerializer(key, salt=purpose, signer_kwargs={"digest_method": sha256})

    def sign(self, text: str) -> str:
        """Return `text`, signed."""
        return str(self._serializer.dumps(text))

    def read(self, signed: str | None) -> str | None:
        """Return what was signed; None where it was not, or not with our key."""
        if not signed:
            return None
        try:
            text = self._serializer.loads(signed)
        except (BadData, ValueError):
            return None
        return text if isinstance(text, str) else None


class Sessions:
    """Begins sessions, reads them from cookies, and remembers those that were ended before their time."""

    def __init__(self, key: bytes, lasts: timedelta) -> None:
        self._signer = Signer(key, "session")
        self._lasts = lasts
        self._ended = Spent()

    def begin(self, viewer: Viewer, now: datetime) -> tuple[Session, str]:
        """Return a session of who signed in at a provider, and its cookie.

        Raises:
            TooManyTeams: a cookie does not hold them.
        """
        session = Session(
            id=secrets.token_urlsafe(24),
            expires_at=now + self._lasts,
            viewer=viewer.id,
            name=viewer.name,
            roles=viewer.roles,
            teams=viewer.teams,
        )
        signed = self._signer.sign(session.model_dump_json())
        if len(signed) > LONGEST_COOKIE:
            raise TooManyTeams(len(viewer.teams or ()))
        return session, signed

    def begin_with_token(self, token: UUID, expires_at: datetime, now: datetime) -> tuple[Session, str]:
        """Return a session of who showed a token, which ends with the token at the latest."""
        ends = min(now + self._lasts, expires_at)
        session = Session(id=secrets.token_urlsafe(24), expires_at=ends, token=token)
        return session, self._signer.sign(session.model_dump_json())

    def read(self, cookie: str | None, now: datetime) -> Session | None:
        """Return the session that a cookie holds, if it still stands."""
        text = self._signer.read(cookie)
        if text is None:
            return None
        try:
            session = Session.model_validate_json(text)
        except ValidationError:
            return None
        return None if now >= session.expires_at or session.id in self._ended else session

    def end(self, session: Session, now: datetime) -> None:
        """End a session: also a copy of its cookie is worth nothing, for as long as this process runs."""
        self._ended.spend(session.id, session.expires_at, now)
