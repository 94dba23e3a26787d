"""What a reader of a page asked for, kept under a name.

Connections are those of `Readers.for_people`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.ledger.tables.people import saved_views


@dataclass(frozen=True, slots=True)
class SavedView:
    """A page with its filters."""

    name: str
    query: str
    """The query string of the page."""


async def saved_views_of(db: AsyncConnection, owner: str, page: str) -> list[SavedView]:
    """Return what somebody saved of a page, by name."""
    query = select(saved_views.c.name, saved_views.c.query)
    query = query.where(saved_views.c.owner == owner, saved_views.c.page == page)
    rows = await db.execute(query.order_by(func.lower(saved_views.c.name), saved_views.c.name))
    return [SavedView(row.name, row.query) for row in rows]


async def save_view(
    db: AsyncConnection, owner: str, page: str, view: SavedView, *, now: datetime, most: int
) -> bool:
    """Keep a view, in place of one of the same name; False when they have `most` already."""
    others = select(func.count()).select_from(saved_views)
    others = others.where(
        saved_views.c.owner == owner, saved_views.c.page == page, saved_views.c.name != view.name
    )
    if (await db.execute(others)).scalar_one() >= most:
        return False
    row = {"owner": owner, "page": page, "name": view.name, "query": view.query, "created_at": now}
    keep = insert(saved_views).values(row)
    keep = keep.on_conflict_do_update(
        index_elements=["owner", "page", "name"], set_={"query": keep.excluded.query}
    )
    await db.execute(keep)
    return True


async def forget_view(db: AsyncConnection, owner: str, page: str, name: str) -> None:
    """Forget a view; one that is not there is forgotten already."""
    query = delete(saved_views).where(saved_views.c.owner == owner)
    await db.execute(query.where(saved_views.c.page == page, saved_views.c.name == name))
