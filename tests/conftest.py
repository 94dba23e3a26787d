"""Real servers for the tests that ask for them, started once a session and only if somebody asks.

Tests marked `apache_kafka` are skipped aloud on the embedded broker, and those marked `browser` without a
chromium; in CI that is a failure.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest

from tests.board.chromium import HOW_TO_GET_IT, installed
from tests.servers import (
    Broker,
    Postgres,
    choose_broker,
    choose_postgres,
    planned_broker,
    planned_postgres,
)
from tests.servers.kafka import HOW_TO_GET_APACHE

_IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
_PROOFS = {"apache_kafka": "real Apache Kafka", "browser": "browser"}
"""Marker -> the word by which .ci/run finds out how many tests with it ran."""
_ran: dict[str, set[str]] = {marker: set() for marker in _PROOFS}


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """A running broker; make your own topics, with names of your own."""
    with choose_broker() as chosen:
        yield chosen


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL on which databases can be created."""
    with choose_postgres() as chosen:
        yield chosen


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    """The DSN of a fresh, empty database, dropped after the test."""
    name = f"test_{uuid.uuid4().hex}"
    dsn = postgres.create_database(name)
    yield dsn
    postgres.drop_database(name)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("apache_kafka") and planned_broker() == "embedded":
        _do_without("the tests on the real Apache Kafka", f"needs a real Apache Kafka: {HOW_TO_GET_APACHE}")
    if item.get_closest_marker("browser") and installed() is None:
        _do_without("the tests in a browser", f"needs a chromium: {HOW_TO_GET_IT}")


def _do_without(tests: str, reason: str) -> None:
    if _IN_CI:
        pytest.fail(f"{tests} did not run: {reason}", pytrace=False)
    pytest.skip(reason)


def pytest_report_header() -> str:
    return f"broker: {planned_broker()}, PostgreSQL: {planned_postgres()}"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    # Of all workers, where there are several.
    for marker, ran in _ran.items():
        if report.when == "call" and not report.skipped and marker in report.keywords:
            ran.add(report.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # .ci/run looks for these lines.
    for marker, ran in _ran.items():
        terminalreporter.write_line(f"{_PROOFS[marker]}: {len(ran)} tests ran")
