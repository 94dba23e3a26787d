"""Settings for a command: the environment, and the addresses of a `handoff up` that runs on this machine."""

from __future__ import annotations

import fcntl
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from pydantic import SecretStr, ValidationError

from streams import logs
from streams.app import NotReady
from streams.cli.errors import WrongUsage
from streams.settings import Kafka, Settings, connection, read_settings

CONNECTION = "connection.json"
LOCK = "lock"
_LOCK_TRIES = 5
_NO_ADDRESS = "set HANDOFF_{name}, or start `handoff up` on this machine in another terminal"


def read(*, quiet: bool = True) -> Settings:
    """Return the settings, and send logs where they say; with `quiet` only warnings.

    Raises:
        WrongUsage: a setting is wrong.
    """
    try:
        settings = read_settings()
    except ValidationError as error:
        problems = "; ".join(
            f"{_variable(e['loc'])}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()
        )
        raise WrongUsage(f"wrong settings: {problems}") from None
    except ValueError as error:
        raise WrongUsage(f"wrong settings: {error}") from None
    logs.configure(settings, quiet=quiet)
    return settings


def find(*, quiet: bool = True) -> Settings:
    """Return the settings with the addresses of a running `handoff up` where none are set."""
    settings = read(quiet=quiet)
    if settings.kafka.bootstrap and settings.postgres.dsn:
        return settings
    return with_addresses(settings, running(settings.data) or {})


def with_addresses(settings: Settings, addresses: dict[str, Any]) -> Settings:
    """Return the settings with these addresses of embedded servers where none are set."""
    kafka, postgres = settings.kafka, settings.postgres
    if not kafka.bootstrap and addresses.get("bootstrap"):
        kafka = embedded_kafka(kafka, addresses["bootstrap"])
    if not postgres.dsn and addresses.get("dsn"):
        postgres = postgres.model_copy(update={"dsn": SecretStr(addresses["dsn"])})
    return settings.model_copy(update={"kafka": kafka, "postgres": postgres})


def embedded_kafka(kafka: Kafka, bootstrap: str) -> Kafka:
    """Return how to use the embedded broker: what it cannot do is not asked of it."""
    small = {"partitions": 3} if "partitions" not in kafka.model_fields_set else {}
    able = {"idempotent": False, "replication": 1, "security": "PLAINTEXT"}
    return kafka.model_copy(update={"bootstrap": bootstrap, **able, **small})


def kafka_of(settings: Settings) -> dict[str, Any]:
    """Return what every Kafka client is given.

    Raises:
        NotReady: there is no address.
    """
    if not settings.kafka.bootstrap:
        raise NotReady("no broker: " + _NO_ADDRESS.format(name="KAFKA__BOOTSTRAP"))
    return connection(settings.kafka)


def dsn_of(settings: Settings) -> str:
    """Return the database's address.

    Raises:
        NotReady: there is none.
        WrongUsage: it is not a PostgreSQL address.
    """
    if settings.postgres.dsn is None:
        raise NotReady("no database: " + _NO_ADDRESS.format(name="POSTGRES__DSN"))
    dsn = settings.postgres.dsn.get_secret_value()
    if not dsn.startswith(("postgresql://", "postgres://")):
        raise WrongUsage("HANDOFF_POSTGRES__DSN is not a PostgreSQL address: begin it with postgresql://")
    return dsn


def lock(data: Path) -> IO[str]:
    """Claim a data folder for as long as the returned file is open.

    Raises:
        NotReady: another `handoff up` has it.
    """
    data.mkdir(parents=True, exist_ok=True)
    file = (data / LOCK).open("a")
    for _ in range(_LOCK_TRIES):
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        # Another command may be looking whether somebody has it.
        time.sleep(0.02)
    file.close()
    raise NotReady(
        f"`handoff up` runs already on {data}: stop it first, or set HANDOFF_DATA to another folder"
    )


def publish(data: Path, addresses: dict[str, str]) -> None:
    """Write down the addresses for the other commands."""
    part = data / f"{CONNECTION}.part"
    part.write_text(json.dumps(addresses, indent=2) + "\n", encoding="utf-8")
    part.chmod(0o600)
    part.replace(data / CONNECTION)


def withdraw(data: Path) -> None:
    """Remove the addresses."""
    (data / CONNECTION).unlink(missing_ok=True)


def running(data: Path) -> dict[str, Any] | None:
    """Return the addresses of the `handoff up` that runs on this folder; None when none does."""
    # A file may be left by one that was killed; its lock cannot.
    if not (data / LOCK).exists():
        return None
    with suppress(NotReady):
        lock(data).close()
        return None
    try:
        found: dict[str, Any] = json.loads((data / CONNECTION).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def _variable(location: tuple[int | str, ...]) -> str:
    return "HANDOFF_" + "__".join(str(part).upper() for part in location) if location else "HANDOFF_"
