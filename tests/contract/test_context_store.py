"""What every context store keeps: the fake that tests use, and PostgreSQL."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from orchestrator.domain.context.address import Address
from orchestrator.domain.context.record import MOST_HELD
from orchestrator.domain.context.subjects import Subject
from orchestrator.inbound import DeadLetter
from orchestrator.ledger import schema
from orchestrator.ledger.context import NEWEST_OF_EACH, ContextStore, Heard
from orchestrator.ledger.context_postgres import PostgresContext
from tests.builders import T0
from tests.context_builders import a_tombstone, an_observation, an_origin, observed
from tests.fake_context import InMemoryContext

HOUR = timedelta(hours=1)
NOW = T0 + 24 * HOUR


@pytest.fixture(params=["fake", pytest.param("postgres", marks=pytest.mark.postgres)])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[ContextStore]:
    if request.param == "fake":
        yield InMemoryContext()
        return
    dsn = request.getfixturevalue("database")
    await schema.upgrade(dsn)
    real = PostgresContext(dsn, cluster="cluster-1", connections=4)
    await real.open()
    yield real
    await real.close()


async def values(store: ContextStore, key: str = "account:acct-1") -> dict[str, object]:
    """Return all that is held of a key, by system and field."""
    found = (await store.load([key])).get(key, [])
    return {f"{r.system}.{name}": held.value for r in found for name, held in r.fields.items()}


async def test_a_partial_update_leaves_the_other_fields(store: ContextStore) -> None:
    first = observed(fields={"payment_state": "paid", "currency": "EUR"})
    assert (await store.merge([first], now=NOW)).changed == 1
    await store.merge([observed(T0 + HOUR, fields={"payment_state": "grace_pd"})], now=NOW)
    assert await values(store) == {"billing.payment_state": "grace_pd", "billing.currency": "EUR"}


async def test_the_later_by_source_time_wins_whatever_arrives_last(store: ContextStore) -> None:
    await store.merge([observed(T0 + HOUR, fields={"payment_state": "past_due"})], now=NOW)
    late = await store.merge([observed(T0, fields={"payment_state": "paid"})], now=NOW)
    assert late.changed == 0
    assert await values(store) == {"billing.payment_state": "past_due"}


async def test_one_batch_tells_a_record_several_things(store: ContextStore) -> None:
    batch = [observed(T0 + n * HOUR, fields={"amount_due": n, f"field-{n}": n}) for n in range(5)]
    assert (await store.merge(batch, now=NOW)).changed == 1
    assert (await values(store))["billing.amount_due"] == 4
    assert len(await values(store)) == 6


async def test_records_are_told_apart_by_subject_key_item_and_system(store: ContextStore) -> None:
    issue = {"subject": Subject.ISSUE, "fields": {"title": "slow"}}
    batch: list[Heard] = [
        observed(fields={"a": 1}),
        observed(fields={"b": 1}, system="erp"),
        observed(fields={"c": 1}, subject=Subject.CONTRACT),
        observed(item="INC-1", **issue),
        observed(item="INC-2", **issue),
        observed(fields={"d": 1}, account="acct-2"),
    ]
    assert (await store.merge(batch, now=NOW)).changed == 6
    found = await store.load(["account:acct-1", "account:acct-2", "account:none"])
    assert {key: len(records) for key, records in found.items()} == {"account:acct-1": 5, "account:acct-2": 1}
    addresses = [record.address for record in found["account:acct-1"]]
    assert addresses == sorted(addresses)


async def test_what_comes_again_changes_nothing(store: ContextStore) -> None:
    batch: list[Heard] = [observed(), observed(account="acct-2"), a_tombstone(T0 - HOUR)]
    await store.merge(batch, now=NOW)
    before = await store.load(["account:acct-1", "account:acct-2"])
    assert await store.merge(batch, now=NOW + HOUR) == (0, ())
    assert await store.load(["account:acct-1", "account:acct-2"]) == before


async def test_a_tombstone_hides_the_record_until_something_newer_comes(store: ContextStore) -> None:
    await store.merge([observed(T0)], now=NOW)
    await store.merge([a_tombstone(T0 + HOUR)], now=NOW)
    assert await store.load(["account:acct-1"]) == {}
    await store.merge([observed(T0 + HOUR / 2, fields={"late": 1})], now=NOW)
    assert await store.load(["account:acct-1"]) == {}
    await store.merge([observed(T0 + 2 * HOUR, fields={"anew": 1})], now=NOW)
    assert await values(store) == {"billing.anew": 1}


async def test_what_is_refused_is_a_dead_letter_and_the_rest_is_kept(store: ContextStore) -> None:
    future = observed(NOW + HOUR, account="acct-2")
    many = [
        observed(by=f"event-{n}", fields={f"f-{n}-{i}": i for i in range(100)})
        for n in range(MOST_HELD // 100)
    ]
    over = observed(fields={"one-more": 1})
    unreadable = DeadLetter(an_origin(), "malformed-json", "no JSON")

    merged = await store.merge(
        [future, *many, over, observed(account="acct-3")], now=NOW, dead_letters=[unreadable]
    )

    assert merged.changed == 2
    assert [(letter.origin, letter.code) for letter in merged.refused] == [
        (future.origin, "from-the-future"),
        (over.origin, "too-many-fields"),
    ]
    found = await store.load(["account:acct-1", "account:acct-2", "account:acct-3"])
    assert {key: len(records[0].fields) for key, records in found.items()} == {
        "account:acct-1": MOST_HELD,
        "account:acct-3": 1,
    }
    # Nothing is left behind of the one from the future: a record of that address can still be made.
    assert (await store.merge([observed(account="acct-2")], now=NOW)).changed == 1


async def test_of_many_items_the_newest_are_loaded_and_each_subject_counts_for_itself(
    store: ContextStore,
) -> None:
    def item(n: int, subject: Subject, at: datetime) -> Heard:
        return observed(at, subject=subject, item=f"{n:04}", fields={"title": "t"})

    interactions = [
        item(n, Subject.INTERACTION, T0 + n * timedelta(minutes=1)) for n in range(2 * NEWEST_OF_EACH)
    ]
    issues = [item(n, Subject.ISSUE, T0 - HOUR) for n in range(3)]
    gone = a_tombstone(NOW, address=interactions[-1].address)
    await store.merge([*interactions, *issues, observed(T0 - 100 * HOUR), gone], now=NOW)

    found = (await store.load(["account:acct-1"]))["account:acct-1"]

    items = [record.item for record in found if record.subject is Subject.INTERACTION]
    assert items == [f"{n:04}" for n in range(NEWEST_OF_EACH - 1, 2 * NEWEST_OF_EACH - 1)]
    assert sum(record.subject is Subject.ISSUE for record in found) == 3
    assert sum(record.subject is Subject.BILLING for record in found) == 1


async def test_writers_at_the_same_time_lose_nothing_of_each_other(store: ContextStore) -> None:
    shuffled = random.Random(7)
    writers = []
    for writer in range(4):
        batch = [
            observed(T0, by=f"{writer}-{n}", account=f"acct-{n % 10}", fields={f"w-{writer}-{n}": n})
            for n in range(100)
        ]
        shuffled.shuffle(batch)
        writers += [store.merge(batch[start : start + 25], now=NOW) for start in range(0, 100, 25)]
    await asyncio.gather(*writers)
    found = await store.load([f"account:acct-{n}" for n in range(10)])
    names = {name for [record] in found.values() for name in record.fields}
    assert names == {f"w-{writer}-{n}" for writer in range(4) for n in range(100)}


async def test_any_order_and_any_batches_end_in_the_same_records(store: ContextStore) -> None:
    said: list[Heard] = [
        observed(T0 + (n * 7 % 5) * HOUR, by=f"e-{n}", account=f"acct-{n % 3}", fields={f"f-{n % 4}": n})
        for n in range(60)
    ]
    said.append(a_tombstone(T0 + HOUR, address=Address.of(an_observation(account="acct-1"))))
    keys = [f"account:acct-{n}" for n in range(3)]
    await store.merge(said, now=NOW)
    expected = await store.load(keys)
    other = InMemoryContext()
    random.Random(3).shuffle(said)
    for start in range(0, len(said), 7):
        await other.merge(said[start : start + 7], now=NOW)
    assert await other.load(keys) == expected
    assert expected.keys() == set(keys)
