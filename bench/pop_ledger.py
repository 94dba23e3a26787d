"""A ledger whose open handoffs all have links and customers of their own, for the screen pop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import asyncpg

from bench.always_open import always_open
from bench.open_handoffs import SLOW_S
from handoff_templates import load
from orchestrator.desk import Desk
from orchestrator.domain.commands import Command, RequestHandoff
from orchestrator.domain.context.record import merge
from orchestrator.domain.context.subjects import Subject
from orchestrator.domain.identity import event_id, handoff_id
from orchestrator.domain.model import Cause
from orchestrator.inbound import NOWHERE, Delivery
from orchestrator.ledger.caller_keys import record_key
from orchestrator.ledger.context_folding import newest_at
from orchestrator.ledger.postgres import PostgresLedger
from orchestrator.wall_clock import SystemClock
from tests.builders import a_customer, a_large_request, an_accept, an_actor
from tests.context_builders import an_observation

_CLOSED_FOR_EACH: Final = 3
_AT_ONCE: Final = 250
_SOURCE: Final = "//bench.example/pop"
_PHONE: Final = "+44 20 7000 0000"
_SAYINGS: Final = (
    (Subject.ACCOUNT, "crm", {"name": "Analytical Engines", "contact_phone": _PHONE, "segment": "mid"}),
    (Subject.PREFERENCE, "ticketing", {"language": "en", "phone": _PHONE}),
    (Subject.BILLING, "billing", {"payment_state": "paid", "last_invoice": "4400"}),
    (Subject.USAGE, "telemetry", {"trend": -12, "active_users": 41}),
)
_CLOSED = """
INSERT INTO handoffs (id, case_id, customer_id, account_id, kind, status, sending_team, receiving_team,
                      priority, reason, requested_at, state, request_type, request, chain, caller_keys)
SELECT md5(id::text || n)::uuid, case_id || '-' || n, customer_id, account_id, kind, 'completed',
       sending_team, receiving_team, priority, reason, requested_at - n * interval '9 days', state,
       request_type, request, chain, caller_keys
FROM handoffs CROSS JOIN generate_series(1, $1::int) AS n
"""


@asynccontextmanager
async def a_desk(dsn: str, folder: Path) -> AsyncIterator[Desk]:
    """Open a desk for teams that never close, on a ledger of its own."""
    ledger = PostgresLedger(dsn, cluster="bench", group="bench", connections=2)
    await ledger.open()
    try:
        desk = Desk(ledger, load(always_open(folder / "templates")), SystemClock())
        await desk.open()
        yield desk
    finally:
        await ledger.close()


def requests(numbers: Iterable[int]) -> list[Delivery]:
    """Return requests of about 3 KB, each of a customer who called from a number of their own."""
    return [_delivery(f"request-{n}", _request(n)) for n in numbers]


def accepts(asked: Sequence[Delivery]) -> list[Delivery]:
    """Return an accept of each of the handoffs that were asked for."""
    ids = (handoff_id(each.cause.source, each.cause.id) for each in asked)
    return [_delivery(f"accept-{id}", an_accept(id, actor=an_actor("tier-2"))) for id in ids]


async def fill(dsn: str, folder: Path, count: int, accounts: int) -> None:
    """Let a desk take in `count` handoffs; store closed ones, and what systems say of accounts."""
    async with a_desk(dsn, folder) as desk:
        for first in range(0, count, _AT_ONCE):
            await desk.handle(requests(range(first, min(first + _AT_ONCE, count))))
    connection = await asyncpg.connect(dsn)
    try:
        assert count == await connection.fetchval("SELECT count(*) FROM handoffs WHERE status = 'offered'")
        await connection.execute(_CLOSED, _CLOSED_FOR_EACH, timeout=SLOW_S)
        for first in range(0, accounts, 10_000):
            await _say(connection, range(first, min(first + 10_000, accounts)))
        await connection.execute("VACUUM (ANALYZE)", timeout=SLOW_S)
    finally:
        await connection.close()


async def _say(connection: asyncpg.Connection, accounts: range) -> None:
    now = SystemClock().now()
    found = []
    for subject, system, fields in _SAYINGS:
        said = an_observation(subject, "acct-0", system=system, fields=fields)
        record = merge(None, said, at=now - timedelta(hours=3), by="//crm.example event-1", now=now)
        text = record.model_dump_json()
        for n in accounts:
            phone = f"+44 20 7{n // 10_000:03} {n % 10_000:04}"
            state = text.replace("acct-0", f"acct-{n}").replace(_PHONE, phone)
            key = record_key(record.model_validate_json(state))
            found.append((subject, f"account:acct-{n}", "", system, True, state, newest_at(record), now, key))
    columns = (
        "subject",
        "key",
        "item",
        "system",
        "is_live",
        "state",
        "newest_at",
        "received_at",
        "phone_key",
    )
    await connection.copy_records_to_table("context_records", records=found, columns=columns, timeout=SLOW_S)


def _request(n: int) -> RequestHandoff:
    links = {
        "crm": f"https://crm.example/cases/{n}",
        "conversation": f"https://chat.example/rooms/Room-{n}",
        "caller": f"tel:+1 (555) {n // 10_000:03}-{n % 10_000:04}",
    }
    customer = a_customer(id=f"cust-{n}", account_id=f"acct-{n}")
    return a_large_request(n, case_id=f"pop-{n}", links=links, customer=customer)


def _delivery(id: str, command: Command) -> Delivery:
    cause = Cause(source=_SOURCE, id=id, at=SystemClock().now())
    return Delivery(NOWHERE, event_id(cause.source, cause.id), cause, command)
