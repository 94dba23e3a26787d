"""Which handoffs are open for somebody who is on the line: by a conversation or by a phone number.

Neither has a column of its own: the rows are sifted in the database, and looked at closely here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.handoff import Handoff, Status
from orchestrator.ledger.tables import context_records, handoffs

MOST: Final = 50
"""Handoffs that are found, the newest first."""
FEWEST_DIGITS: Final = 7
_SIFTED: Final = 500
"""Rows that are looked at closely; of more, the newest."""
_TOLD_APART: Final = 9
"""Digits at the end by which numbers are compared: before them stand the codes of country and network, which
one system writes and the other does not."""
_OPEN: Final = tuple(status.value for status in Status if status.is_open)
_PHONES: Final = {"account": ("contact_phone",), "preference": ("phone",)}
"""Subject of a record -> its fields that hold a phone number."""
_NO_DIGIT: Final = re.compile(r"\D+")
_PARTS: Final = re.compile(r"[/?&=#:;,\s]+")


async def by_conversation(db: AsyncConnection, id: str) -> list[Handoff]:
    """Return the open handoffs with a link that is a conversation's id, or an address with it as a part."""
    wanted = id.casefold()

    def is_meant(link: str) -> bool:
        return link.casefold() == wanted or wanted in _PARTS.split(link.casefold())

    # As it stands in the stored JSON.
    needle = json.dumps(id, ensure_ascii=False)[1:-1].lower()
    has_it = func.strpos(func.lower(cast(handoffs.c.request, Text)), needle) > 0
    return await _with_link(db, has_it, is_meant)


async def by_phone(db: AsyncConnection, number: str) -> list[Handoff]:
    """Return the open handoffs of those who have a phone number, however it is written.

    It is looked for where numbers are kept as such: in the links of handoffs, and in what other systems say
    of accounts and customers.
    """
    digits = digits_of(number)
    pattern = '[^0-9"]{0,3}'.join(digits[-_TOLD_APART:])

    def is_meant(text: str) -> bool:
        return same_number(text, digits)

    linked = await _with_link(db, cast(handoffs.c.request, Text).op("~")(pattern), is_meant)
    owned = await _of_owners(db, await _owners(db, pattern, is_meant))
    found = {handoff.id: handoff for handoff in (*linked, *owned)}
    return sorted(found.values(), key=lambda each: each.requested_at, reverse=True)[:MOST]


def digits_of(number: str) -> str:
    """Return the digits of a phone number."""
    return _NO_DIGIT.sub("", number)


def same_number(text: str, digits: str) -> bool:
    """Whether `text` is the phone number with these digits, with or without the codes before it."""
    here, there = digits_of(text).lstrip("0"), digits.lstrip("0")
    shorter, longer = sorted((here, there), key=len)
    return len(shorter) >= FEWEST_DIGITS and (
        longer.endswith(shorter)
        or (len(shorter) > _TOLD_APART and longer[-_TOLD_APART:] == shorter[-_TOLD_APART:])
    )


async def _with_link(
    db: AsyncConnection, is_sifted: ColumnElement[bool], is_meant: Callable[[str], bool]
) -> list[Handoff]:
    query = select(handoffs.c.state, handoffs.c.request).where(handoffs.c.status.in_(_OPEN), is_sifted)
    rows = await db.execute(query.order_by(handoffs.c.requested_at.desc()).limit(_SIFTED))
    return [
        Handoff.model_validate(row.state)
        for row in rows
        if any(is_meant(str(link)) for link in (row.request.get("links") or {}).values())
    ][:MOST]


async def _owners(db: AsyncConnection, pattern: str, is_meant: Callable[[str], bool]) -> set[str]:
    """Return the keys of those accounts and customers of whom a system says that they have the number."""
    records = context_records
    query = select(records.c.subject, records.c.key, records.c.state).where(
        records.c.is_live,
        records.c.subject.in_(tuple(_PHONES)),
        cast(records.c.state, Text).op("~")(pattern),
    )
    rows = await db.execute(query.limit(_SIFTED))
    return {row.key for row in rows if any(map(is_meant, _numbers(row.subject, row.state)))}


def _numbers(subject: str, state: dict[str, Any]) -> Iterable[str]:
    fields = state.get("fields") or {}
    for name in _PHONES[subject]:
        value = (fields.get(name) or {}).get("value")
        if isinstance(value, str):
            yield value


async def _of_owners(db: AsyncConnection, keys: set[str]) -> list[Handoff]:
    if not keys:
        return []
    split = [key.partition(":") for key in keys]
    accounts = [id for kind, _, id in split if kind == "account"]
    customers = [id for kind, _, id in split if kind == "customer"]
    query = select(handoffs.c.state).where(
        handoffs.c.status.in_(_OPEN),
        or_(handoffs.c.account_id.in_(accounts), handoffs.c.customer_id.in_(customers)),
    )
    rows = await db.execute(query.order_by(handoffs.c.requested_at.desc()).limit(MOST))
    return [Handoff.model_validate(state) for state in rows.scalars()]
