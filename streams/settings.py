"""The only reader of the environment: `HANDOFF_` and `__` between the parts, or files in a secrets folder.

`HANDOFF_KAFKA__BOOTSTRAP=kafka:9092` sets `settings.kafka.bootstrap`. Unknown names are refused.
"""

from __future__ import annotations

import os
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from orchestrator.domain.knowledge import REVIEW_EVERY

_PREFIX = "HANDOFF_"


def _is_this_machine(address: str) -> bool:
    host = address.rpartition(":")[0].strip("[]") or address
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Kafka(_Part):
    """How to reach the broker."""

    bootstrap: str | None = None
    """host:port, several with commas; absent: an embedded broker is started."""
    group: str = "handoff-orchestrator"
    security: Literal["PLAINTEXT", "SSL", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    username: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = None
    allow_plaintext: bool = False
    """PLAINTEXT to an address outside this machine is refused unless this says so."""
    idempotent: bool = True
    """Whether the broker knows idempotent producers; the embedded one does not."""
    partitions: Annotated[int, Field(ge=1)] = 6
    replication: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _refuse_plaintext_outside(self) -> Self:
        hosts = [h.strip() for h in (self.bootstrap or "").split(",") if h.strip()]
        outside = [h for h in hosts if not _is_this_machine(h)]
        if self.security == "PLAINTEXT" and outside and not self.allow_plaintext:
            raise ValueError(
                f"PLAINTEXT to {outside[0]} is refused: set security to SSL or SASL_SSL, "
                "or allow_plaintext to true if the network is yours alone"
            )
        return self


class Postgres(_Part):
    """How to reach the database."""

    dsn: SecretStr | None = None
    """postgresql://user:password@host:port/database; absent: an embedded PostgreSQL is started."""


class Intake(_Part):
    """How events are taken in."""

    batch: Annotated[int, Field(ge=1, le=5_000)] = 200
    """Events in one transaction, at most; more take more memory, and hardly less time each."""
    lanes: Annotated[int, Field(ge=1, le=32)] = 3
    """Batches in flight at once; a partition always uses the same lane."""
    dead_letters_per_minute: Annotated[int, Field(ge=1)] = 1_000
    """More failures of our own code than this stop the worker, so that a bug cannot drain a topic."""
    park_for: timedelta = timedelta(minutes=10)
    """How long a reply waits for its handoff."""


class Sweep(_Part):
    """How due clocks are found."""

    every: timedelta = timedelta(milliseconds=20)
    batch: Annotated[int, Field(ge=1, le=5_000)] = 500


class Relay(_Part):
    """How results leave."""

    sla: Literal["notable", "all"] = "notable"
    """Whether clocks that start, are met or lapse leave too, or only what somebody may have to act on."""
    strict: bool = False
    """Send in Kafka transactions, so that a read_committed consumer never sees a duplicate."""
    shards: Annotated[int, Field(ge=1, le=64)] = 1
    batch: Annotated[int, Field(ge=1, le=10_000)] = 1_000
    every: timedelta = timedelta(milliseconds=20)
    """How often to look for results that another process wrote; one's own are sent at once."""


class Context(_Part):
    """How what sources know of customers is taken in."""

    batch: Annotated[int, Field(ge=1, le=5_000)] = 500
    """Observations in one transaction, at most."""
    within: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(seconds=10))] = timedelta(
        milliseconds=50
    )
    """How long the first of a batch waits for others."""
    dead_letters_per_minute: Annotated[int, Field(ge=1)] = 1_000
    """More failures of our own code than this stop the process."""


class Notify(_Part):
    """How notifications reach webhooks; the endpoints themselves are in a file."""

    endpoints: Path | None = None
    """A YAML file of endpoints; absent: nothing is sent."""
    concurrency: Annotated[int, Field(ge=1, le=100)] = 4
    """Requests to one endpoint at once."""
    window: Annotated[int, Field(ge=1, le=10_000)] = 500
    """Notifications that wait for one endpoint, at most; the others wait on the topic."""
    attempts: Annotated[int, Field(ge=1)] = 20
    """After so many a notification is given up for an endpoint."""
    give_up_after: timedelta = timedelta(hours=24)
    """From its first failure on: then it is given up, however few the attempts."""
    first_wait: Annotated[timedelta, Field(gt=timedelta(0))] = timedelta(seconds=1)
    """The longest wait after the first failure; it doubles with each."""
    longest_wait: Annotated[timedelta, Field(gt=timedelta(0))] = timedelta(minutes=10)
    longest_retry_after: timedelta = timedelta(hours=1)
    """An endpoint that asks for a longer pause gets this one."""
    look_back: timedelta = timedelta(minutes=15)
    """An endpoint that is new begins with what was raised so long before."""


class Knowledge(_Part):
    """Articles that go with packets."""

    enabled: bool = True
    folder: Path | None = None
    """A folder of Markdown articles; absent: `knowledge` in the folder of templates."""
    review_every: Annotated[timedelta, Field(gt=timedelta(0))] = REVIEW_EVERY
    """An article that was not reviewed for longer is shown with the date of its review."""


class Board(_Part):
    """Where pages are shown."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8400
    """0 takes a free one."""


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *sources: PydanticBaseSettingsSource, **named: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment, then the files of CREDENTIALS_DIRECTORY, as systemd and Docker name it."""
        folder = os.environ.get("CREDENTIALS_DIRECTORY")
        kept = (*sources, *(source for name, source in named.items() if name != "file_secret_settings"))
        if folder is None:
            return kept
        files = NestedSecretsSettingsSource(
            named["file_secret_settings"],
            secrets_dir=folder,
            secrets_prefix=_PREFIX,
            secrets_nested_delimiter="__",
        )
        return (*kept, files)

    kafka: Kafka = Kafka()
    postgres: Postgres = Postgres()
    intake: Intake = Intake()
    sweep: Sweep = Sweep()
    relay: Relay = Relay()
    context: Context = Context()
    notify: Notify = Notify()
    knowledge: Knowledge = Knowledge()
    board: Board = Board()
    templates: Path | None = None
    """A folder of kinds instead of the packaged handoff_templates."""
    data: Path = Path(".handoff")
    """Where the embedded servers keep their files."""
    source: str = "handoff-orchestrator"
    """The CloudEvents source of what we emit."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "console"] = "auto"


def read_settings() -> Settings:
    """Read the environment.

    Raises:
        ValueError: a value is wrong, or a name that begins with HANDOFF_ is not known.
    """
    known = {name.upper() for name in Settings.model_fields}
    for name in os.environ:
        if name.startswith(_PREFIX) and not name.startswith(f"{_PREFIX}TEST_"):
            part = name.removeprefix(_PREFIX).split("__")[0]
            if part.upper() not in known:
                raise ValueError(f"{name} is not a setting; known: {', '.join(sorted(known))}")
    return Settings()


def read_secret(name: str) -> SecretStr | None:
    """Return what the environment holds under `name`, or else a file of CREDENTIALS_DIRECTORY with that name.

    For what other files name but do not hold. None when there is neither.
    """
    value = os.environ.get(name)
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if value is None and folder is not None and (file := Path(folder) / name).is_file():
        value = file.read_text(encoding="utf-8")
    return SecretStr(value.strip()) if value and value.strip() else None


def connection(kafka: Kafka) -> dict[str, Any]:
    """Return what every Kafka client of ours is given to connect."""
    if kafka.bootstrap is None:
        raise ValueError("no broker: set HANDOFF_KAFKA__BOOTSTRAP, or run `handoff up` for an embedded one")
    options: dict[str, Any] = {"bootstrap_servers": kafka.bootstrap, "security_protocol": kafka.security}
    if kafka.security != "PLAINTEXT":
        from aiokafka.helpers import create_ssl_context

        options["ssl_context"] = create_ssl_context(cafile=str(kafka.ca_file) if kafka.ca_file else None)
    if kafka.security == "SASL_SSL":
        options |= {
            "sasl_mechanism": kafka.sasl_mechanism,
            "sasl_plain_username": kafka.username,
            "sasl_plain_password": kafka.password.get_secret_value() if kafka.password else None,
        }
    return options
