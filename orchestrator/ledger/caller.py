"""Which handoffs are open for somebody who is on the line: by a conversation or by a phone number.

They are found by the keys that were stored with them, and looked at closely here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.context.subjects import Subject
from orchestrator.domain.handoff import Handoff
from orchestrator.ledger.caller_keys import (
    PHONES,
    conversation_key,
    digits_of,
    is_caller,
    names_conversation,
    phone_key,
)
from orchestrator.ledger.tables import context_records, handoffs

MOST: Final = 50
"""Handoffs that are found, the newest first."""
_SIFTED: Final = 500
"""Rows that are looked at closely; of more, the newest."""
# In the words of the indexes, which are of open handoffs only.
_IS_OPEN: Final[ColumnElement[bool]] = literal_column("status IN ('held', 'offered', 'accepted')")


async def by_conversation(db: AsyncConnection, id: str) -> list[Handoff]:
    """Return the open handoffs with a link that is a conversation's id, or an address with it as a part.

    The name of a site is no part: it stands in the links of all.
    """
    return await _with_link(db, conversation_key(id), lambda link: names_conversation(link, id))


async def by_phone(db: AsyncConnection, number: str) -> list[Handoff]:
    """Return the open handoffs of those who have a phone number, however it is written.

    It is looked for where numbers are kept as such: in the links of handoffs, and in what other systems say
    of accounts and customers.
    """
    digits, key = digits_of(number), phone_key(number)
    if key is None:
        return []
    linked = await _with_link(db, key, lambda link: is_caller(link, digits))
    owned = await _of_owners(db, await _owners(db, key, digits))
    found = {handoff.id: handoff for handoff in (*linked, *owned)}
    return sorted(found.values(), key=lambda each: each.requested_at, reverse=True)[:MOST]


async def _with_link(db: AsyncConnection, key: int, is_meant: Callable[[str], bool]) -> list[Handoff]:
    query = select(handoffs.c.state, handoffs.c.request).where(
        _IS_OPEN, handoffs.c.caller_keys.contains([key])
    )
    rows = await db.execute(query.order_by(handoffs.c.requested_at.desc()).limit(_SIFTED))
    meant = (row.state for row in rows if any(map(is_meant, links_of(row.request))))
    return [Handoff.model_validate(state) for state in islice(meant, MOST)]


def links_of(request: Mapping[str, Any]) -> Iterator[str]:
    """Return the links of a stored request."""
    return (str(link) for link in (request.get("links") or {}).values())


async def _owners(db: AsyncConnection, key: int, digits: str) -> set[str]:
    """Return the keys of those accounts and customers of whom a system says that they have the number."""
    records = context_records
    query = select(records.c.subject, records.c.key, records.c.state).where(records.c.phone_key == key)
    rows = await db.execute(query.limit(_SIFTED))
    return {row.key for row in rows if is_caller(_number(row.subject, row.state), digits)}


def _number(subject: str, state: Mapping[str, Any]) -> str:
    return str(state["fields"][PHONES[Subject(subject)]]["value"])


async def _of_owners(db: AsyncConnection, keys: set[str]) -> list[Handoff]:
    if not keys:
        return []
    split = [key.partition(":") for key in keys]
    accounts = [id for kind, _, id in split if kind == "account"]
    customers = [id for kind, _, id in split if kind == "customer"]
    query = select(handoffs.c.state).where(
        _IS_OPEN,
        or_(handoffs.c.account_id.in_(accounts), handoffs.c.customer_id.in_(customers)),
    )
    rows = await db.execute(query.order_by(handoffs.c.requested_at.desc()).limit(MOST))
    return [Handoff.model_validate(state) for state in rows.scalars()]
