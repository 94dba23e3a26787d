"""What a running system adds to the map: open work, the health of flows, and flows that nobody documented.

The map answers without it, so that nothing here is an error: it says why there is nothing to add.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from handoff_templates import load
from orchestrator.domain.integration_map.findings import Sighting
from orchestrator.ledger import reading
from orchestrator.ledger.flow_health import healths
from orchestrator.ledger.port import LedgerUnavailable
from orchestrator.ledger.reading import SchemaOutdated
from streams.app import NotReady
from streams.cli.output import note
from streams.cli.places import dsn_of, find, kafka_of
from streams.cli.running import run
from streams.context.topics import topic_of
from streams.settings import Settings
from streams.topics.table import all_topics

_T = TypeVar("_T")
_NO_LEDGER: Final = (NotReady, LedgerUnavailable, SchemaOutdated, DBAPIError)
_OUR_DOMAIN: Final = "support."
"""Topics of other domains are the business of others."""


def open_handoffs() -> tuple[dict[tuple[str, str], int] | None, str | None]:
    """Return (kind, receiving team) -> how many are open; or None, and why it is not known."""
    return _asked(find(), reading.open_handoffs)


def health() -> dict[str, str]:
    """Return flow -> its state, as the ledger has it; empty, with a note, where it cannot be asked."""
    found, why_not = _asked(find(), healths)
    if found is None:
        note(f"nothing is marked: {why_not}")
        return {}
    return {flow: each.state.value for flow, each in found.items()}


def sightings() -> tuple[set[Sighting], list[str]]:
    """Return what was seen moving, in the ledger and on the broker, and a line for each not asked."""
    settings = find()
    unasked = []
    seen: set[Sighting] = set()
    senders, why_not = _asked(settings, reading.context_senders)
    if senders is None:
        unasked.append(f"the ledger was not asked who sends context: {why_not}")
    else:
        seen |= {Sighting(topic_of(subject), system) for subject, system in senders}
    try:
        seen |= {Sighting(topic) for topic in run(_foreign_topics(settings))}
    except (NotReady, KafkaError, OSError) as error:
        unasked.append(f"the broker was not asked for its topics: {_first_line(error)}")
    return seen, unasked


async def _foreign_topics(settings: Settings) -> set[str]:
    """Return the topics of our domain that are not ours."""
    teams = load(settings.templates).rules.teams
    own = {spec.name for spec in all_topics(teams, partitions=1, replication=1)}
    admin = AIOKafkaAdminClient(**kafka_of(settings))
    try:
        await admin.start()
        names: list[str] = await admin.list_topics()
    finally:
        await admin.close()
    return {name for name in names if name.startswith(_OUR_DOMAIN) and name not in own}


def _asked(
    settings: Settings, question: Callable[[AsyncConnection], Awaitable[_T]]
) -> tuple[_T | None, str | None]:
    async def work() -> _T:
        async with reading.reading(dsn_of(settings)) as db:
            return await question(db)

    try:
        return run(work()), None
    except _NO_LEDGER as error:
        return None, _first_line(error)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
