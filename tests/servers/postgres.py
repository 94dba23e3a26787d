"""The PostgreSQL that tests run on: a real one, durable, with a fresh database for who asks."""

from __future__ import annotations

import contextlib
import os
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self, get_args
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from streams.embedded import EmbeddedPostgres
from tests.servers.containers import docker_answers, start_postgres_container
from tests.servers.folders import server_folder
from tests.servers.sync import run_sync

PostgresKind = Literal["address", "container", "embedded"]
VARIABLE = "HANDOFF_TEST_POSTGRES"
IMAGE = "postgres:18"
# Durability stays at its defaults: fsync and synchronous_commit are on.
SETTINGS = {"max_connections": "200"}


class LocalPostgres:
    """Run a PostgreSQL in `data_dir` that can be killed and started again on the same data and DSN."""

    def __init__(self, data_dir: Path) -> None:
        self._server = EmbeddedPostgres(data_dir, settings=SETTINGS)
        self.dsn = ""

    def start(self) -> str:
        """Start it and return its DSN; it recovers first if it was killed."""
        self.dsn = self._server.start()
        return self.dsn

    def stop(self) -> None:
        """Stop it in an orderly way, ending open connections."""
        self._server.stop()

    def kill(self) -> None:
        """Send its first process SIGKILL; the others see it and end by themselves."""
        os.kill(self._server.pid, signal.SIGKILL)
        self._server.stop()

    def restart(self) -> str:
        """Stop it if it runs, then start it."""
        self.stop()
        return self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL whose `dsn` may create databases."""

    dsn: str
    kind: PostgresKind
    close: Callable[[], None] = field(default=lambda: None, repr=False)

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Create the database `name` as a copy of `template` and return its DSN."""
        self._execute(f'CREATE DATABASE "{_checked(name)}" TEMPLATE "{_checked(template)}"')
        return self.dsn_of(name)

    def drop_database(self, name: str) -> None:
        """Drop the database `name` if it exists, ending the connections to it."""
        self._execute(f'DROP DATABASE IF EXISTS "{_checked(name)}" WITH (FORCE)')

    def dsn_of(self, name: str) -> str:
        """Return the DSN of the database `name` on this server."""
        return urlunsplit(urlsplit(self.dsn)._replace(path=f"/{_checked(name)}"))

    def _execute(self, statement: str) -> None:
        async def execute() -> None:
            connection = await asyncpg.connect(self.dsn, timeout=10)
            try:
                await connection.execute(statement, timeout=30)
            finally:
                await connection.close()

        run_sync(execute)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def planned_postgres() -> PostgresKind:
    """Return what `choose_postgres` would take, without starting anything."""
    given = os.environ.get(VARIABLE, "")
    for kind in get_args(PostgresKind)[1:]:
        if given == kind:
            return kind  # type: ignore[no-any-return]
    if given:
        return "address"
    return "container" if docker_answers() else "embedded"


def choose_postgres() -> Postgres:
    """Start the PostgreSQL that `planned_postgres` names; close it with `close()`."""
    match planned_postgres():
        case "address":
            return Postgres(os.environ[VARIABLE], "address")
        case "container":
            return _start_container()
        case "embedded":
            return _start_embedded()


def _start_embedded() -> Postgres:
    with contextlib.ExitStack() as cleanup:
        server = LocalPostgres(cleanup.enter_context(server_folder()))
        cleanup.callback(server.stop)
        return Postgres(server.start(), "embedded", cleanup.pop_all().close)


def _start_container() -> Postgres:
    dsn, close = start_postgres_container(IMAGE, SETTINGS)
    return Postgres(dsn, "container", close)


def _checked(name: str) -> str:
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name), f"not a plain database name: {name!r}"
    return name
