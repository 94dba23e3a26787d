"""docker-compose.yml says what the orchestrator relies on; with Docker, its own check runs as well."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from streams.settings import Board

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load(COMPOSE)
    return content


def test_every_image_is_pinned_or_built_here(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        tag = service["image"].partition(":")[2]
        assert tag, name
        assert tag != "latest", name
    assert (ROOT / "Dockerfile").read_text().splitlines()[0] == "FROM python:3.12-slim"


def test_tests_and_compose_run_the_same_servers(compose: dict[str, Any]) -> None:
    from tests.servers.jars import kafka_version
    from tests.servers.postgres import IMAGE

    assert compose["services"]["kafka"]["image"] == f"apache/kafka:{kafka_version()}"
    assert compose["services"]["postgres"]["image"] == IMAGE


def test_ports_are_open_on_this_machine_only(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports), ports


def test_data_lies_in_declared_volumes_where_the_images_keep_it(compose: dict[str, Any]) -> None:
    mounts = {
        name: service["volumes"] for name, service in compose["services"].items() if "volumes" in service
    }
    assert mounts == {
        "kafka": ["kafka-data:/var/lib/kafka/data"],
        "postgres": ["postgres-data:/var/lib/postgresql"],
    }
    assert compose["services"]["kafka"]["environment"]["KAFKA_LOG_DIRS"] == "/var/lib/kafka/data"
    assert set(compose["volumes"]) == {"kafka-data", "postgres-data"}


def test_a_worker_starts_after_healthy_servers_and_a_finished_setup(compose: dict[str, Any]) -> None:
    services = compose["services"]
    waits = {
        name: {other: rule["condition"] for other, rule in services[name]["depends_on"].items()}
        for name in ("setup", "worker", "context")
    }
    healthy = {"kafka": "service_healthy", "postgres": "service_healthy"}
    assert waits["setup"] == healthy
    assert waits["worker"] == waits["context"] == {**healthy, "setup": "service_completed_successfully"}
    assert all("healthcheck" in services[name] for name in ("kafka", "postgres", "worker"))
    assert services["setup"]["restart"] == "no"
    assert services["worker"]["restart"] == services["context"]["restart"] == "unless-stopped"
    assert "container_name" not in services["worker"], "it could not be scaled"


def test_setup_and_worker_get_the_same_settings(compose: dict[str, Any]) -> None:
    environment = compose["services"]["worker"]["environment"]
    assert environment == compose["services"]["setup"]["environment"]
    assert environment == compose["services"]["context"]["environment"]
    assert environment == {
        "HANDOFF_KAFKA__BOOTSTRAP": "kafka:9092",
        "HANDOFF_KAFKA__ALLOW_PLAINTEXT": "true",
        "HANDOFF_POSTGRES__DSN": (
            "postgresql://handoff:${HANDOFF_DB_PASSWORD:-handoff}@postgres:5432/handoff"
        ),
        "HANDOFF_RELAY__STRICT": "true",
    }


def test_the_board_lets_nobody_in_who_does_not_sign_in(compose: dict[str, Any]) -> None:
    board = compose["services"]["board"]
    environment = board["environment"]
    base = compose["services"]["worker"]["environment"]
    assert {name: environment[name] for name in base} == base
    assert board["ports"] == ["127.0.0.1:8400:8400"]
    said = {
        name.removeprefix("HANDOFF_BOARD__").lower(): value
        for name, value in environment.items()
        if name.startswith("HANDOFF_BOARD__")
    }
    # The settings accept it, although it listens to all.
    options = Board.model_validate(said)
    assert (options.host, options.port, options.login) == ("0.0.0.0", 8400, "tokens")
    assert options.public_url == "http://127.0.0.1:8400"
    assert not options.is_local
    waits = {other: rule["condition"] for other, rule in board["depends_on"].items()}
    assert waits == {"postgres": "service_healthy", "setup": "service_completed_successfully"}
    assert "8400" in board["healthcheck"]["test"][-1]


def test_kafka_advertises_what_it_listens_on(compose: dict[str, Any]) -> None:
    environment = compose["services"]["kafka"]["environment"]
    listeners = dict(part.split("://:") for part in environment["KAFKA_LISTENERS"].split(","))
    advertised = dict(part.split("://") for part in environment["KAFKA_ADVERTISED_LISTENERS"].split(","))
    protocols = dict(
        part.split(":") for part in environment["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(",")
    )
    assert set(protocols) == set(listeners) == {*advertised, "CONTROLLER"}
    for name, address in advertised.items():
        assert address.endswith(f":{listeners[name]}"), name
    assert environment["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert all(isinstance(value, str) for value in environment.values())


def test_docker_itself_accepts_it() -> None:
    try:
        version = subprocess.run(
            ["docker", "compose", "version"], capture_output=True, check=False, timeout=20
        )
    except OSError:
        pytest.skip("docker is not installed")
    if version.returncode != 0:
        pytest.skip("this docker has no compose")
    checked = subprocess.run(
        ["docker", "compose", "-f", str(COMPOSE), "config", "-q"],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert checked.returncode == 0, checked.stderr
