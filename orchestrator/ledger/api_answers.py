"""What the API answered to writes, so that a request that is sent again gets the same answer.

A key is first claimed for what a request asks for, then what is asked is done, then the answer is kept. Who
dies in between leaves a claim without an answer: the same request is then answered by asking the desk again,
which does nothing twice; another request with that key is known to be another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.ledger.tables import api_answers

KEPT_FOR: Final = timedelta(days=7)
_SWEPT_AT_ONCE: Final = 1_000
_CLAIMED: Final = 0
"""The status of a claim without an answer."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered."""

    status: int
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose a key is."""

    is_same: bool
    """Whether it was claimed for what is asked for now."""
    answer: StoredAnswer | None
    """None: it was not answered yet."""


async def claim(db: AsyncConnection, owner: str, key: str, fingerprint: bytes, *, now: datetime) -> Claim:
    """Claim a key of `owner` for what has this fingerprint, or return for what it was claimed before.

    A key that is older than `KEPT_FOR` is as good as new.
    """
    mine = (api_answers.c.owner == owner) & (api_answers.c.key == key)
    await db.execute(delete(api_answers).where(mine, api_answers.c.created_at < now - KEPT_FOR))
    row = {"owner": owner, "key": key, "fingerprint": fingerprint, "created_at": now}
    new = insert(api_answers).values(**row, status=_CLAIMED, answer={})
    # An update that changes nothing, because only then what stood there before is returned.
    new = new.on_conflict_do_update(index_elements=["owner", "key"], set_={"owner": owner})
    stored = (await db.execute(new.returning(api_answers))).one()
    await db.commit()
    answer = None if stored.status == _CLAIMED else StoredAnswer(stored.status, stored.answer)
    return Claim(is_same=stored.fingerprint == fingerprint, answer=answer)


async def keep(db: AsyncConnection, owner: str, key: str, answer: StoredAnswer) -> StoredAnswer:
    """Keep the answer to a claim, and return what was kept: the first answer, where two came at once."""
    mine = (api_answers.c.owner == owner) & (api_answers.c.key == key)
    kept = update(api_answers).where(mine, api_answers.c.status == _CLAIMED)
    await db.execute(kept.values(status=answer.status, answer=dict(answer.answer)))
    columns = (api_answers.c.status, api_answers.c.answer)
    stored = (await db.execute(select(*columns).where(mine))).one_or_none()
    await db.commit()
    return answer if stored is None else StoredAnswer(stored.status, stored.answer)


async def release(db: AsyncConnection, owner: str, key: str, fingerprint: bytes) -> None:
    """Give up a claim for which nothing was decided, so that the key can be used for something else."""
    query = delete(api_answers).where(api_answers.c.owner == owner, api_answers.c.key == key)
    unanswered = (api_answers.c.fingerprint == fingerprint) & (api_answers.c.status == _CLAIMED)
    await db.execute(query.where(unanswered))
    await db.commit()


async def sweep(db: AsyncConnection, *, now: datetime) -> int:
    """Forget what is older than `KEPT_FOR`, some at a time, and return how many there were."""
    old = select(api_answers.c.owner, api_answers.c.key).where(api_answers.c.created_at < now - KEPT_FOR)
    old = old.limit(_SWEPT_AT_ONCE).with_for_update(skip_locked=True)
    gone = delete(api_answers).where(tuple_(api_answers.c.owner, api_answers.c.key).in_(old))
    count = len((await db.execute(gone.returning(api_answers.c.key))).all())
    await db.commit()
    return count
