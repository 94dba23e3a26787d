"""What the desk reads of other systems' knowledge, in its own transaction: on the fake, and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from orchestrator.background import load_background
from orchestrator.domain.context.record import Record
from orchestrator.domain.context.subjects import Subject
from orchestrator.ledger import schema
from orchestrator.ledger.context import NEWEST_OF_EACH, Heard
from orchestrator.ledger.context_postgres import PostgresContext
from orchestrator.ledger.port import Ledger
from orchestrator.ledger.postgres import PostgresLedger
from tests.builders import MINUTE, T0, a_customer, a_request
from tests.context_builders import a_tombstone, observed
from tests.fake_context import InMemoryContext
from tests.fakes import InMemoryLedger

NOW = T0 + timedelta(days=1)
ACCOUNT, CUSTOMER = "account:acct-1", "customer:cust-1"
Place = tuple[Ledger, Callable[..., Awaitable[None]]]
"""A ledger, and how the process of context stores what it hears."""


@pytest.fixture(params=["fake", pytest.param("postgres", marks=pytest.mark.postgres)])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    if request.param == "fake":
        fake, held = InMemoryLedger(), InMemoryContext()

        async def remember(*heard: Heard) -> None:
            await held.merge(heard, now=NOW)
            fake.tables.records = await held.load(sorted({record.key for record in held.records.values()}))

        yield fake, remember
        return
    dsn = request.getfixturevalue("database")
    await schema.upgrade(dsn)
    ledger = PostgresLedger(dsn, cluster="cluster-1", group="group-1")
    store = PostgresContext(dsn, cluster="cluster-1")
    await ledger.open()
    await store.open()

    async def merge(*heard: Heard) -> None:
        await store.merge(heard, now=NOW)

    yield ledger, merge
    await store.close()
    await ledger.close()


async def load(ledger: Ledger, *keys: str) -> dict[str, list[Record]]:
    async with ledger.transaction() as transaction:
        return await transaction.load_context(keys)


async def test_the_desk_finds_what_each_system_said_of_account_and_customer(place: Place) -> None:
    ledger, hear = place
    await hear(
        observed(fields={"payment_state": "paid", "amount_due": 12.5}),
        observed(subject=Subject.ACCOUNT, system="crm", fields={"name": "Analytical Engines"}),
        observed(subject=Subject.NPS, system="survey", customer_id="cust-1", fields={"score": 9}),
        observed(account="acct-2", fields={"payment_state": "past_due"}),
    )
    found = await load(ledger, ACCOUNT, CUSTOMER, "account:nobody")
    assert {key: [(r.subject, r.system) for r in records] for key, records in found.items()} == {
        ACCOUNT: [("account", "crm"), ("billing", "billing")],
        CUSTOMER: [("nps", "survey")],
    }
    billing = found[ACCOUNT][1]
    assert {name: held.value for name, held in billing.fields.items()} == {
        "payment_state": "paid",
        "amount_due": 12.5,
    }
    assert billing.fields["payment_state"].at == T0


async def test_nobody_has_no_context(place: Place) -> None:
    ledger, hear = place
    await hear(observed())
    assert await load(ledger) == {}
    assert await load(ledger, "account:nobody") == {}


async def test_what_was_taken_away_is_not_found(place: Place) -> None:
    ledger, hear = place
    await hear(observed())
    assert ACCOUNT in await load(ledger, ACCOUNT)
    await hear(a_tombstone(T0 + MINUTE))
    assert await load(ledger, ACCOUNT) == {}


async def test_the_next_transaction_sees_what_came_meanwhile(place: Place) -> None:
    ledger, hear = place
    for at, state in ((T0, "paid"), (T0 + MINUTE, "past_due"), (T0 + MINUTE / 2, "grace_pd")):
        await hear(observed(at, by=state, fields={"payment_state": state}))
    [record] = (await load(ledger, ACCOUNT))[ACCOUNT]
    assert record.fields["payment_state"].value == "past_due"


async def test_of_many_interactions_the_desk_reads_the_newest(place: Place) -> None:
    ledger, hear = place
    await hear(
        *(
            observed(
                T0 + n * MINUTE,
                by=f"e-{n}",
                subject=Subject.INTERACTION,
                system="desk",
                item=f"{n:04}",
                customer_id="cust-1",
                fields={"channel": "chat"},
            )
            for n in range(NEWEST_OF_EACH + 3)
        )
    )
    found = (await load(ledger, CUSTOMER))[CUSTOMER]
    assert [record.item for record in found] == [f"{n:04}" for n in range(3, NEWEST_OF_EACH + 3)]


async def test_the_background_of_a_batch_has_the_records_of_each_request(place: Place) -> None:
    ledger, hear = place
    await hear(
        observed(),
        observed(subject=Subject.NPS, system="survey", customer_id="cust-1", fields={"score": 9}),
        observed(account="acct-2"),
    )
    known, alone = a_request(), a_request(customer=a_customer(id="cust-1", account_id=None))
    other = a_request(customer=a_customer(id="cust-9", account_id="acct-2"))
    stranger = a_request(customer=a_customer(id="cust-8", account_id="acct-8"))
    async with ledger.transaction() as transaction:
        background = await load_background(transaction, [known, alone, other, stranger])
    subjects = [
        [record.subject.value for record in background.records_of(each)]
        for each in (known, alone, other, stranger)
    ]
    assert subjects == [["billing", "nps"], ["nps"], ["billing"], []]
