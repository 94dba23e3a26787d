"""A board as browsers reach it, with a token for each kind of viewer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

import httpx
import pytest

from orchestrator.domain.handoff import Handoff
from orchestrator.ledger import reading
from tests.board.cast import ADA
from tests.board.story import Story, a_request
from tests.integration.api.conftest import ApiFloor
from tests.integration.api.conftest import floor as floor  # a fixture

PAGE = {"accept": "text/html"}
SCRIPT = {"accept": "application/json"}
_NUMBERS = count(1)


@dataclass
class Desk:
    """Handoffs of tier-1 to tier-2, and people who look at them."""

    floor: ApiFloor
    clients: list[httpx.Client] = field(default_factory=list)

    def offered(self, **more: Any) -> UUID:
        """Return a new handoff that waits to be accepted."""
        number = next(_NUMBERS)
        request = a_request(
            f"A-{number}", ADA, "tier-1", "tier-2", ("bug", "Charts stay empty"), "No chart has data.",
            done_so_far=("Imported again",), **more,
        )  # fmt: skip
        return self.floor.let(Story(f"agent-{number}", self.floor.clock.now(), 0, request))

    def by(self, caller: str, **headers: str) -> httpx.Client:
        """Return a browser of somebody."""
        token = self.floor.tokens[caller]
        client = httpx.Client(
            base_url=self.floor.address, headers={"authorization": f"Bearer {token}", **headers}, timeout=20
        )
        self.clients.append(client)
        return client

    def now(self, id: UUID) -> Handoff:
        """Return a handoff as the ledger has it."""

        async def load() -> Handoff:
            async with reading.reading(self.floor.dsn) as db:
                handoff = await reading.handoff(db, id)
            assert handoff is not None
            return handoff

        return self.floor.loop.run(load())


@pytest.fixture
def desk(floor: ApiFloor) -> Iterator[Desk]:
    found = Desk(floor)
    yield found
    for client in found.clients:
        client.close()
