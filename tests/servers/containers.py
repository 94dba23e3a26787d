"""The servers of the tests as containers, where a Docker engine answers."""

from __future__ import annotations

import contextlib
import functools
import gc
import warnings
from collections.abc import Callable, Mapping

_START_SCRIPT = "/tmp/start-kafka"
_CLIENT_PORT = 9092


@functools.cache
def docker_answers() -> bool:
    """Whether there is a Docker engine to start containers on."""
    import docker  # type: ignore[import-untyped]
    from docker.errors import DockerException  # type: ignore[import-untyped]

    client = None
    with warnings.catch_warnings():
        # Where nothing listens, the client leaves its socket to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        with contextlib.suppress(DockerException):
            client = docker.from_env(timeout=3)
        gc.collect()
    if client is None:
        return False
    try:
        return bool(client.ping())
    except (DockerException, OSError):
        return False
    finally:
        client.close()


def start_kafka_container(image: str, *, largest_message_bytes: int) -> tuple[str, Callable[[], None]]:
    """Start the `apache/kafka` image; return its bootstrap address and what stops it.

    The KafkaContainer of testcontainers knows Confluent's image only.
    """
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy

    container = DockerContainer(image).with_exposed_ports(_CLIENT_PORT)
    for name, value in _kafka_environment(largest_message_bytes).items():
        container.with_env(name, value)
    # A broker tells clients its own address, which is known only once the container runs.
    wait = f"until grep -qs docker/run {_START_SCRIPT}; do sleep 0.1; done; . {_START_SCRIPT}"
    container.with_command(["sh", "-c", wait])
    container.start()
    try:
        bootstrap = f"{container.get_container_host_ip()}:{container.get_exposed_port(_CLIENT_PORT)}"
        listeners = f"PLAINTEXT://{bootstrap},INTERNAL://localhost:9094"
        script = f"export KAFKA_ADVERTISED_LISTENERS={listeners}\nexec /etc/kafka/docker/run\n"
        container.copy_into_container(script.encode(), _START_SCRIPT)
        ready = LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(90)
        ready.wait_until_ready(container)
    except BaseException:
        container.stop()
        raise
    return bootstrap, container.stop


def start_postgres_container(image: str, settings: Mapping[str, str]) -> tuple[str, Callable[[], None]]:
    """Start a PostgreSQL image; return the DSN of its superuser and what stops it."""
    from testcontainers.community.postgres import PostgresContainer

    container = PostgresContainer(
        image, username="handoff", password="handoff", dbname="handoff", driver=None
    )
    container.with_command([part for name, value in settings.items() for part in ("-c", f"{name}={value}")])
    container.start()
    return container.get_connection_url(), container.stop


def _kafka_environment(largest_message_bytes: int) -> dict[str, str]:
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        # Transactions need a listener on which the broker reaches itself from inside the container.
        "KAFKA_LISTENERS": f"PLAINTEXT://:{_CLIENT_PORT},CONTROLLER://:9093,INTERNAL://:9094",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "INTERNAL",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": (
            "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT"
        ),
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "4",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS": "4",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS": "1000",
        "KAFKA_MESSAGE_MAX_BYTES": str(largest_message_bytes),
        "KAFKA_HEAP_OPTS": "-Xmx512m",
    }
