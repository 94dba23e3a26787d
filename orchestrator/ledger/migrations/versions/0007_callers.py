"""Who is on the line is found by an index"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any
from uuid import UUID
from zlib import crc32

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_AT_ONCE = 1_000
_OPEN = "status IN ('held', 'offered', 'accepted')"
_NO_ID = r"[a-z][a-z0-9+.-]*://[^/?#]*|(?:tel|sms|callto):.*"
_PHONES = {"account": "contact_phone", "preference": "phone"}


def upgrade() -> None:
    op.add_column(
        "handoffs",
        sa.Column("caller_keys", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
    )
    op.add_column("context_records", sa.Column("phone_key", sa.BigInteger(), nullable=True))
    _fill_handoffs()
    _fill_records()
    op.create_index(
        "handoffs_caller_keys_idx",
        "handoffs",
        ["caller_keys"],
        postgresql_using="gin",
        postgresql_where=sa.text(_OPEN),
        postgresql_with={"gin_pending_list_limit": "256"},
    )
    op.create_index(
        "context_records_phone_key_idx",
        "context_records",
        ["phone_key"],
        postgresql_where=sa.text("phone_key IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("context_records_phone_key_idx", table_name="context_records")
    op.drop_index("handoffs_caller_keys_idx", table_name="handoffs")
    op.drop_column("context_records", "phone_key")
    op.drop_column("handoffs", "caller_keys")


def _fill_handoffs() -> None:
    select = f"SELECT id, request FROM handoffs WHERE {_OPEN} AND id > :id ORDER BY id LIMIT {_AT_ONCE}"  # noqa: S608
    update = "UPDATE handoffs SET caller_keys = :found WHERE id = :id"
    _fill(
        sa.text(select).columns(id=sa.Uuid, request=sa.JSON),
        sa.text(update).bindparams(
            sa.bindparam("id", type_=sa.Uuid), sa.bindparam("found", type_=postgresql.ARRAY(sa.BigInteger()))
        ),
        {"id": UUID(int=0)},
        lambda row: _keys_of(map(str, (row.request.get("links") or {}).values())),
    )


def _fill_records() -> None:
    select = f"""SELECT subject, key, item, system, state FROM context_records
      WHERE is_live AND subject = :subject AND (key, item, system) > (:key, :item, :system)
      ORDER BY key, item, system LIMIT {_AT_ONCE}"""  # noqa: S608
    update = """UPDATE context_records SET phone_key = :found
      WHERE subject = :subject AND key = :key AND item = :item AND system = :system"""
    for subject, field in _PHONES.items():
        _fill(
            sa.text(select).columns(state=sa.JSON),
            sa.text(update),
            {"subject": subject, "key": "", "item": "", "system": ""},
            _key_in(field),
        )


def _fill(select: Any, update: Any, start: dict[str, Any], found_in: Callable[[Any], Any]) -> None:
    """Go through a table by its primary key, and store what is found in rows."""
    after, db = start, op.get_bind()
    while rows := db.execute(select, after).all():
        after = {name: getattr(rows[-1], name) for name in start}
        found = [{"found": found_in(row), **{name: getattr(row, name) for name in start}} for row in rows]
        stored = [each for each in found if each["found"]]
        if stored:
            db.execute(update, stored)


def _key_in(field: str) -> Callable[[Any], int | None]:
    def key(row: Any) -> int | None:
        value = ((row.state.get("fields") or {}).get(field) or {}).get("value")
        return _phone_key(value) if isinstance(value, str) else None

    return key


# As it was at this revision: see orchestrator/ledger/caller_keys.py for what the keys are.


def _keys_of(links: Iterable[str]) -> list[int]:
    return list(islice(dict.fromkeys(_keys(list(links))), 500))


def _keys(links: list[str]) -> Iterator[int]:
    for link in links:
        phone = _phone_key(link)
        if phone is not None:
            yield phone
        yield _key("conversation", link.casefold())
    for link in links:
        path = re.sub(_NO_ID, "", link.casefold(), count=1)
        for part in re.split(r"[/?&=#:;,\s]+", path):
            if len(part) >= 4:
                yield _key("conversation", part)


def _phone_key(text: str) -> int | None:
    digits = re.sub(r"\D+", "", text).lstrip("0")
    return _key("phone", digits[-7:]) if len(digits) >= 7 else None


def _key(kind: str, value: str) -> int:
    return crc32(f"{kind}:{value}".encode(errors="surrogatepass"))
