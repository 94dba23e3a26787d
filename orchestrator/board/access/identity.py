"""Who sends a request: by a token, a session, or by sitting at this machine."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

import structlog
from starlette.requests import HTTPConnection

from orchestrator.board.access import cookies, tokens
from orchestrator.board.access.access import Access
from orchestrator.board.access.addresses import address_of
from orchestrator.board.access.refusals import BadToken
from orchestrator.board.access.sessions import Session
from orchestrator.board.access.tokens import viewer_of
from orchestrator.board.access.viewer import Viewer
from orchestrator.board.problems import HttpProblem
from orchestrator.ledger.access import AccessToken
from orchestrator.ledger.port import LedgerUnavailable

log = structlog.get_logger(__name__)

_NOTED_EVERY: Final = timedelta(minutes=1)
_REMEMBERED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Known:
    """Who it is, and how we know."""

    viewer: Viewer
    by: Literal["token", "session", "local"]
    bound_to: str
    """What CSRF tokens are bound to; a request with a token needs none."""
    session: Session | None = None


class Identity:
    """Finds out who sends a request."""

    def __init__(self, access: Access) -> None:
        self._access = access
        # So that one program with a wrong token does not lock out the others behind its address.
        self._seen_valid: OrderedDict[bytes, None] = OrderedDict()

    async def of(self, connection: HTTPConnection) -> Known | None:
        """Return who sends a request; None where they do not say.

        Raises:
            BadToken: what they showed lets nobody in.
            TooMany: their address showed too many of those.
            LedgerUnavailable: tokens cannot be looked up; nobody is let in by one.
        """
        if (secret := _bearer(connection)) is not None:
            token = await self.token(connection, secret)
            await self._note(token, connection)
            return Known(viewer_of(token), "token", "")
        if self._access.options.is_local:
            you = self._access.yous.read(self._access.cookies.read(connection, cookies.YOU))
            return Known(you.as_viewer(), "local", "local")
        return await self._of_session(connection)

    async def token(self, connection: HTTPConnection, secret: str) -> AccessToken:
        """Return the valid token that somebody shows.

        Raises:
            BadToken: it lets nobody in.
            TooMany: their address showed too many of those.
            LedgerUnavailable: it cannot be looked up.
        """
        access, now = self._access, self._access.clock.now()
        digest, address = tokens.digest(secret), address_of(connection)
        if digest not in self._seen_valid:
            await access.rates.require_fewer("bad_tokens", address)
        token = await access.tokens.by_digest(digest)
        if token is None or not token.is_valid(now):
            self._seen_valid.pop(digest, None)
            if token is not None:
                log.warning("access.token_over", token=str(token.id), name=token.name, address=address)
            await access.rates.count("bad_tokens", address)
            raise BadToken
        self._seen_valid[digest] = None
        if len(self._seen_valid) > _REMEMBERED:
            self._seen_valid.popitem(last=False)
        return token

    async def still_stands(self, connection: HTTPConnection, was: Known) -> bool:
        """Whether an answer to them may go on; a database that is away ends none that were begun."""
        try:
            secret = _bearer(connection)
            if secret is not None:
                return viewer_of(await self.token(connection, secret)) == was.viewer
            now = await self._of_session(connection)
        except HttpProblem:
            return False
        except LedgerUnavailable:
            return True
        return now is not None and now.viewer == was.viewer

    async def _note(self, token: AccessToken, connection: HTTPConnection) -> None:
        now = self._access.clock.now()
        log.info(
            "access.token_used",
            token=str(token.id),
            name=token.name,
            address=address_of(connection),
            path=connection.url.path,
        )
        if token.used_at is None or now - token.used_at >= _NOTED_EVERY:
            await self._access.tokens.note_use(token.id, now)

    async def _of_session(self, connection: HTTPConnection) -> Known | None:
        access, now = self._access, self._access.clock.now()
        session = access.sessions.read(access.cookies.read(connection, cookies.SESSION), now)
        if session is None:
            return None
        if session.token is None:
            return Known(session.as_viewer(), "session", session.id, session)
        token = await access.tokens.by_id(session.token)
        if token is None or not token.is_valid(now):
            return None
        return Known(viewer_of(token), "session", session.id, session)


def _bearer(connection: HTTPConnection) -> str | None:
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None
