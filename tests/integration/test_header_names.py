"""A header's name that is no UTF-8 stops nobody: the record is kept, and the others go on."""

from __future__ import annotations

import uuid
from typing import Any

import asyncpg
import pytest
from aiokafka import TopicPartition

from orchestrator.domain.events.event import Stream
from orchestrator.ledger import reading
from orchestrator.wall_clock import SystemClock
from streams.cli.dead_letters import _as_json
from streams.cli.replay import replay
from streams.kafka.listener import follow
from streams.relay import read_back
from streams.settings import Settings, connection
from streams.topics.table import DEAD_LETTER, in_topic_of, topic_of
from tests import builders as b
from tests.acceptance.conftest import begin_at_the_end
from tests.servers import Broker
from tests.system import a_settings, a_worker, read, send_as_one_batch, set_up

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

NAME = b"caf\xe9-\xff\xfe"
SENT_AS = "caf\\xe9-\\xff\\xfe"
TRANSFERS = in_topic_of(b.a_request().type)
PACKETS = topic_of(Stream.PACKETS, "tier-2")


def of(source: str, found: list[Any]) -> list[Any]:
    return [r for r in found if r.key is not None and r.key.endswith(source.encode())]


async def test_it_ends_as_a_dead_letter_between_two_packets(broker: Broker, database: str) -> None:
    policy, run = b.a_policy(), uuid.uuid4().hex
    settings = a_settings(broker.bootstrap, database, is_apache=broker.is_apache, group=f"names-{run}")
    await set_up(settings, policy)
    await begin_at_the_end(settings)
    since, source, kafka = SystemClock().now(), f"//names/{run}", connection(settings.kafka)
    records = [
        b.a_record(b.a_request(case_id=f"{name}{source}"), id=name, source=source)
        for name in ("before", "poison", "after")
    ]
    records[1].headers.append((b.RawName(NAME), b"\xffvalue"))

    async with a_worker(settings, policy):
        await send_as_one_batch(kafka, TopicPartition(TRANSFERS, 0), records)
        packets = of(source, await read(settings, [PACKETS], until=lambda r: len(of(source, r)) >= 2))
        dead = of(source, await read(settings, [DEAD_LETTER], until=lambda r: len(of(source, r)) >= 1))

        assert sorted(p.key for p in packets) == sorted([records[0].key, records[2].key])
        [letter] = dead
        assert (letter.key, letter.value) == (records[1].key, records[1].value)
        assert list(letter.headers[: len(records[1].headers)]) == [
            *records[1].headers[:-1],
            (SENT_AS, b"\xffvalue"),
        ]
        assert all(name.encode() for name, _ in letter.headers)
        why = dict(letter.headers)
        assert why["handoff_reason-code"] == b"bad-attribute"
        at = "/".join(why[f"__streams.errors.{p}"].decode() for p in ("topic", "partition", "offset"))
        # The relay of a worker that takes over asks what is sent, also on the topic with the record itself.
        places = [TopicPartition(DEAD_LETTER, 0), TopicPartition(TRANSFERS, 0)]
        assert {at, "before", "after"} <= await read_back.event_ids(kafka, places, since)

        await it_is_kept_as_it_was(database)
        await anybody_can_listen(kafka, source)
        await it_can_be_replayed(settings, source)


async def it_is_kept_as_it_was(database: str) -> None:
    db = await asyncpg.connect(database)
    try:
        [row] = await db.fetch("SELECT header_names, header_values FROM dead_letters")
    finally:
        await db.close()
    assert (row["header_names"][-1], row["header_values"][-1]) == (NAME, b"\xffvalue")
    async with reading.reading(database) as db_:
        [here] = await reading.dead_letter_list(db_)
    assert _as_json(here, in_full=True)["headers"][SENT_AS] == "\ufffdvalue"


async def anybody_can_listen(kafka: dict[str, Any], source: str) -> None:
    heard = set()
    async with follow(kafka, lambda t: t in (TRANSFERS, DEAD_LETTER), start="beginning") as batches:
        async for batch in batches:
            heard |= {r.topic for r in batch if (r.key or "").endswith(source) and SENT_AS in r.headers}
            if len(heard) == 2:
                return


async def it_can_be_replayed(settings: Settings, source: str) -> None:
    """Its name is sent as it can be read, so that the record is handled this time."""
    dsn = settings.postgres.dsn
    assert dsn is not None
    async with reading.reading(dsn.get_secret_value()) as db:
        letters = await reading.dead_letter_list(db)
    kafka, idempotent = connection(settings.kafka), settings.kafka.idempotent
    assert await replay(letters, dsn.get_secret_value(), kafka, idempotent=idempotent, quiet=True) == 1
    await read(settings, [PACKETS], until=lambda r: len(of(source, r)) >= 3)
