"""Bring a database to the newest schema, and tell whether it is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from orchestrator.ledger.connection import unavailable_is_said
from orchestrator.ledger.tables import metadata

NEWEST = "0007"
"""The newest revision in migrations/versions."""

_MIGRATION_LOCK = 7_201_964
"""Advisory lock: workers that start together migrate one after the other."""


def engine(dsn: str, *, is_read_only: bool = False) -> AsyncEngine:
    """Return an engine for what is asked now and then; `dsn` is a postgresql:// address as asyncpg takes it.

    Where `is_read_only`, the database itself refuses to write.
    """
    scheme, _, rest = dsn.partition("://")
    if scheme not in ("postgresql", "postgres"):
        raise ValueError(f"not a PostgreSQL address: it begins with {scheme!r}, expected postgresql://")
    session = {"default_transaction_read_only": "on"} if is_read_only else {}
    return create_async_engine(
        f"postgresql+asyncpg://{rest}", pool_size=4, connect_args={"server_settings": session}
    )


async def upgrade(dsn: str) -> tuple[str | None, str | None]:
    """Run the migrations that are missing.

    Returns:
        The revision before and after.
    """
    db = engine(dsn)
    try:
        async with unavailable_is_said(), db.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            before = await connection.run_sync(_revision)
            await connection.run_sync(_migrate)
            return before, await connection.run_sync(_revision)
    finally:
        await db.dispose()


async def is_current(connection: AsyncConnection) -> bool:
    """Tell whether the database has the newest schema."""
    return await connection.run_sync(_revision) == NEWEST


async def drift(connection: AsyncConnection) -> list[Any]:
    """Return how the migrated database differs from the tables; empty when they agree."""

    def compare(sync: Connection) -> list[Any]:
        from alembic.autogenerate import compare_metadata
        from alembic.runtime.migration import MigrationContext

        return list(compare_metadata(MigrationContext.configure(sync), metadata))

    return await connection.run_sync(compare)


def _migrate(connection: Connection) -> None:
    # Imported here, because alembic takes longer to import than most commands take to run.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
