"""Every contract runs twice: on the fake, and on the real thing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from orchestrator.ledger import schema
from orchestrator.ledger.port import Ledger
from orchestrator.ledger.postgres import PostgresLedger
from tests.fakes import InMemoryLedger


@pytest.fixture(params=["fake", pytest.param("postgres", marks=pytest.mark.postgres)])
async def ledger(request: pytest.FixtureRequest) -> AsyncIterator[Ledger]:
    if request.param == "fake":
        yield InMemoryLedger()
        return
    dsn = request.getfixturevalue("database")
    await schema.upgrade(dsn)
    real = PostgresLedger(dsn, cluster="cluster-1", group="group-1")
    await real.open()
    yield real
    await real.close()
