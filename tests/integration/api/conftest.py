"""A board as programs reach it: real HTTP, real PostgreSQL, and a token for each kind of caller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import SecretStr

from orchestrator.board.access.tokens import digest, mint
from orchestrator.ledger.access import AccessTokens
from streams.board.app import serving
from streams.settings import Board as BoardSettings
from streams.settings import Postgres as PostgresSettings
from streams.settings import Settings
from tests.board.arrivals import send
from tests.board.loops import Loop
from tests.board.story import Story
from tests.board.working import working
from tests.board.world import World, a_policy, seed
from tests.fakes import ManualClock
from tests.servers import Postgres

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CALLERS: dict[str, tuple[set[str], set[str] | None]] = {
    "billing": ({"agent"}, {"billing"}),
    "chat": ({"agent"}, {"chat"}),
    "tier-2": ({"agent"}, {"tier-2"}),
    "everybody": ({"agent", "lead"}, None),
    "ops": ({"ops"}, set()),
    "auditor": ({"auditor"}, set()),
}
"""Name -> roles and teams."""


@dataclass
class ApiFloor:
    """The world, and the ways to it."""

    dsn: str
    address: str
    world: World
    clock: ManualClock
    loop: Loop
    desk: Any
    tokens: dict[str, str]
    _clients: dict[str, httpx.Client] = field(default_factory=dict)

    def by(self, caller: str) -> httpx.Client:
        """Return a client with a caller's token."""
        if caller not in self._clients:
            headers = {"Authorization": f"Bearer {self.tokens[caller]}"}
            self._clients[caller] = httpx.Client(
                base_url=f"{self.address}/api/v1", headers=headers, timeout=20
            )
        return self._clients[caller]

    def act(self, caller: str, id: UUID, action: str, key: str | None = None, **said: Any) -> httpx.Response:
        """Do something, with a new key where none is given."""
        headers = {"Idempotency-Key": key or f"test-{uuid4()}"}
        return self.by(caller).post(f"/handoffs/{id}/{action}", json=said, headers=headers)

    def let(self, story: Story) -> UUID:
        """Let a story happen."""
        for happening in story.happenings():
            self.loop.run(send(self.desk, happening))
        return story.id

    def close(self) -> None:
        for client in self._clients.values():
            client.close()


# Ended with the package: its board goes on by itself, and what it logs would be taken for another test's.
@pytest.fixture(scope="package")
def floor(postgres: Postgres) -> Iterator[ApiFloor]:
    """A board that tests share: those that change something begin handoffs of their own."""
    name = f"api_{uuid4().hex}"
    dsn = postgres.create_database(name)
    with ExitStack() as ending:
        ending.callback(postgres.drop_database, name)
        loop = Loop()
        ending.callback(loop.close)
        clock = ManualClock(NOW)
        world = loop.run(seed(dsn, now=NOW, days=1))
        tokens = loop.run(_tokens(dsn))
        desk = loop.hold(working(dsn, a_policy(), clock, sweeps=False))
        ending.callback(desk.end)
        settings = Settings(
            postgres=PostgresSettings(dsn=SecretStr(dsn)),
            board=BoardSettings(
                login="tokens", secret_key=SecretStr("0123456789" * 4), rates={"writes": "1000/minute"}
            ),
        )
        board = loop.hold(serving(settings, a_policy(), clock=clock))
        ending.callback(board.end)
        found = ApiFloor(dsn, board.value.rstrip("/"), world, clock, loop, desk.value, tokens)
        ending.callback(found.close)
        yield found


async def _tokens(dsn: str) -> dict[str, str]:
    store = AccessTokens(dsn)
    try:
        found = {}
        for name, (roles, teams) in CALLERS.items():
            found[name] = mint()
            await store.create(
                digest(found[name]),
                name=name,
                roles=roles,
                teams=teams,
                created_by="tests",
                expires_at=NOW + timedelta(days=30),
                now=NOW,
            )
        return found
    finally:
        await store.close()
