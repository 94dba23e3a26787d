"""Our worker: `handoff worker`, set up by the environment alone, with teams that never close."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from bench.always_open import always_open
from bench.processes import Contestant, running
from bench.servers import PARTITIONS, Servers
from handoff_templates import load
from orchestrator.domain.events.event import Stream
from streams.settings import Kafka
from streams.settings import connection as connection_of
from streams.topics.admin import apply, plan
from streams.topics.table import all_topics, topic_of

RECEIVING_TEAM = "tier-2"
"""To which every request of the load goes."""
PACKETS = topic_of(Stream.PACKETS, RECEIVING_TEAM)
LIFECYCLE = topic_of(Stream.LIFECYCLE)
SLA = topic_of(Stream.SLA)
OUTPUTS = (PACKETS, LIFECYCLE)


async def create_our_topics(servers: Servers) -> None:
    """Create every topic of the table, with the settings it names."""
    connection = connection_of(Kafka(bootstrap=servers.bootstrap))
    table = all_topics(load().rules.teams, partitions=PARTITIONS)
    await apply(connection, await plan(connection, table))


@contextlib.contextmanager
def our_worker(servers: Servers, dsn: str, *, group: str) -> Iterator[Contestant]:
    """Run one worker while the block lasts."""
    env = {
        "HANDOFF_KAFKA__BOOTSTRAP": servers.bootstrap,
        "HANDOFF_KAFKA__GROUP": group,
        "HANDOFF_POSTGRES__DSN": dsn,
        "HANDOFF_TEMPLATES": str(always_open(servers.folder / "templates")),
        "HANDOFF_LOG_LEVEL": "warning",
    }
    with running(f"ours-{group}", "streams.cli", "worker", folder=servers.folder, env=env) as worker:
        yield worker
