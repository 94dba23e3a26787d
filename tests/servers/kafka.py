"""The Kafka that tests run on: the best one this machine can offer."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Self, get_args

from streams.embedded import EmbeddedBroker
from tests.servers.apache import LARGEST_MESSAGE_BYTES, ApacheKafka
from tests.servers.containers import docker_answers, start_kafka_container
from tests.servers.folders import server_folder
from tests.servers.jars import java_is_there, kafka_version
from tests.servers.sync import run_sync

BrokerKind = Literal["address", "container", "apache", "embedded"]
VARIABLE = "HANDOFF_TEST_KAFKA"
HOW_TO_GET_APACHE = f"start Docker, or install Java 17 and Maven, or set {VARIABLE}=host:port"


@dataclass(frozen=True)
class Broker:
    """A broker that answers on `bootstrap`. An address from the environment counts as a real Apache Kafka."""

    bootstrap: str
    kind: BrokerKind
    close: Callable[[], None] = field(default=lambda: None, repr=False)

    @property
    def is_apache(self) -> bool:
        """Whether it has transactions and idempotent producers."""
        return self.kind != "embedded"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def planned_broker() -> BrokerKind:
    """Return what `choose_broker` would take, without starting anything."""
    given = os.environ.get(VARIABLE, "")
    for kind in get_args(BrokerKind)[1:]:
        if given == kind:
            return kind  # type: ignore[no-any-return]
    if given:
        return "address"
    if docker_answers():
        return "container"
    return "apache" if java_is_there() else "embedded"


def choose_broker() -> Broker:
    """Start the broker that `planned_broker` names; close it with `close()`."""
    match planned_broker():
        case "address":
            return Broker(os.environ[VARIABLE], "address")
        case "container":
            return _start_container()
        case "apache":
            return _start_apache()
        case "embedded":
            return _start_embedded()


def _start_apache() -> Broker:
    with contextlib.ExitStack() as cleanup:
        server = ApacheKafka(cleanup.enter_context(server_folder()))
        cleanup.callback(server.stop)
        server.start()
        return Broker(server.bootstrap, "apache", cleanup.pop_all().close)


def _start_embedded() -> Broker:
    with contextlib.ExitStack() as cleanup:
        server = EmbeddedBroker(cleanup.enter_context(server_folder()))
        cleanup.callback(server.stop)
        return Broker(run_sync(server.start), "embedded", cleanup.pop_all().close)


def _start_container() -> Broker:
    bootstrap, close = start_kafka_container(
        f"apache/kafka:{kafka_version()}", largest_message_bytes=LARGEST_MESSAGE_BYTES
    )
    return Broker(bootstrap, "container", close)
