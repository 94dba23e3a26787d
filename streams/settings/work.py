"""How events are taken in, how due clocks are found and how results leave."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from orchestrator.domain.knowledge import REVIEW_EVERY
from streams.settings.part import Part


class Postgres(Part):
    """How to reach the database."""

    dsn: SecretStr | None = None
    """postgresql://user:password@host:port/database; absent: an embedded PostgreSQL is started."""


class Intake(Part):
    """How events are taken in."""

    batch: Annotated[int, Field(ge=1, le=5_000)] = 200
    """Events in one transaction, at most; more take more memory, and hardly less time each."""
    lanes: Annotated[int, Field(ge=1, le=32)] = 3
    """Batches in flight at once; a partition always uses the same lane."""
    dead_letters_per_minute: Annotated[int, Field(ge=1)] = 1_000
    """More failures of our own code than this stop the worker, so that a bug cannot drain a topic."""
    park_for: timedelta = timedelta(minutes=10)
    """How long a reply waits for its handoff."""


class Sweep(Part):
    """How due clocks are found."""

    every: timedelta = timedelta(milliseconds=20)
    batch: Annotated[int, Field(ge=1, le=5_000)] = 500


class Relay(Part):
    """How results leave."""

    sla: Literal["notable", "all"] = "notable"
    """Whether clocks that start, are met or lapse leave too, or only what somebody may have to act on."""
    strict: bool = False
    """Send in Kafka transactions, so that a read_committed consumer never sees a duplicate."""
    shards: Annotated[int, Field(ge=1, le=64)] = 1
    batch: Annotated[int, Field(ge=1, le=10_000)] = 1_000
    every: timedelta = timedelta(milliseconds=20)
    """How often to look for results that another process wrote; one's own are sent at once."""


class Context(Part):
    """How what sources know of customers is taken in."""

    batch: Annotated[int, Field(ge=1, le=5_000)] = 500
    """Observations in one transaction, at most."""
    within: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(seconds=10))] = timedelta(
        milliseconds=50
    )
    """How long the first of a batch waits for others."""
    dead_letters_per_minute: Annotated[int, Field(ge=1)] = 1_000
    """More failures of our own code than this stop the process."""


class Notify(Part):
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


class Knowledge(Part):
    """Articles that go with packets."""

    enabled: bool = True
    folder: Path | None = None
    """A folder of Markdown articles; absent: `knowledge` in the folder of templates."""
    review_every: Annotated[timedelta, Field(gt=timedelta(0))] = REVIEW_EVERY
    """An article that was not reviewed for longer is shown with the date of its review."""
