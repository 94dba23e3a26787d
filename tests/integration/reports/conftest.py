"""A ledger on which much has happened, and all that stands in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import Text, cast, select

from orchestrator.domain.handoff import Handoff
from orchestrator.ledger import reading
from orchestrator.ledger.tables import handoffs
from tests.integration.reports.floor import a_floor
from tests.integration.reports.fold import Told
from tests.servers import Postgres


@dataclass(frozen=True)
class Played:
    """A floor that was played, up to `now`."""

    dsn: str
    now: datetime
    told: list[Told]


@pytest.fixture(scope="session")
def play(postgres: Postgres) -> Iterator[Callable[[int], Played]]:
    """Plays a floor by its seed, once; nothing is written to it any more."""
    floors: dict[int, Played] = {}

    def played(seed: int) -> Played:
        if seed not in floors:
            name = f"reports_{seed}"
            postgres.drop_database(name)
            dsn = postgres.create_database(name)
            now = asyncio.run(a_floor(dsn, steps=450, seed=seed))
            floors[seed] = Played(dsn, now, asyncio.run(_read(dsn)))
        return floors[seed]

    yield played
    for seed in floors:
        postgres.drop_database(f"reports_{seed}")


@pytest.fixture(scope="session", params=[1, 2])
def played(play: Callable[[int], Played], request: pytest.FixtureRequest) -> Played:
    """Two floors."""
    return play(request.param)


async def _read(dsn: str) -> list[Told]:
    async with reading.reading(dsn) as db:
        states = (await db.execute(select(cast(handoffs.c.state, Text)))).scalars().all()
        found = [Handoff.model_validate_json(state) for state in states]
        return [Told(each, await reading.journal_of(db, each.id)) for each in found]
