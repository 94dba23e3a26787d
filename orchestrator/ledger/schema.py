"""Bring a database to the newest schema, and tell whether it is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from orchestrator.ledger.tables import metadata

_MIGRATION_LOCK = 7_201_964
"""Advisory lock: workers that start together migrate one after the other."""


def engine(dsn: str) -> AsyncEngine:
    """Return an engine for reading; `dsn` is a postgresql:// address as asyncpg takes it."""
    scheme, _, rest = dsn.partition("://")
    if scheme not in ("postgresql", "postgres"):
        raise ValueError(f"not a PostgreSQL address: it begins with {scheme!r}, expected postgresql://")
    return create_async_engine(f"postgresql+asyncpg://{rest}", pool_size=4)


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


async def upgrade(dsn: str) -> tuple[str | None, str | None]:
    """Run the migrations that are missing.

    Returns:
        The revision before and after.
    """
    db = engine(dsn)
    try:
        async with db.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            before = await connection.run_sync(_revision)
            await connection.run_sync(lambda sync: command.upgrade(_config(sync), "head"))
            return before, await connection.run_sync(_revision)
    finally:
        await db.dispose()


async def is_current(connection: AsyncConnection) -> bool:
    """Tell whether the database has the newest schema."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    return await connection.run_sync(_revision) == newest


async def drift(connection: AsyncConnection) -> list[Any]:
    """Return how the migrated database differs from the tables; empty when they agree."""
    return await connection.run_sync(
        lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
    )


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
