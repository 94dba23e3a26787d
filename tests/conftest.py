"""Real servers for the tests that ask for them, started once a session and only if somebody asks.

Tests marked `apache_kafka` are skipped aloud on the embedded broker; in CI that is a failure.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Generator, Iterator

import pytest

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
_ran_on_apache = pytest.StashKey[set[str]]()


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
        reason = f"needs a real Apache Kafka: {HOW_TO_GET_APACHE}"
        if _IN_CI:
            pytest.fail(f"the tests on the real Apache Kafka did not run: {reason}", pytrace=False)
        pytest.skip(reason)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_ran_on_apache] = set()


def pytest_report_header() -> str:
    return f"broker: {planned_broker()}, PostgreSQL: {planned_postgres()}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call" and not report.skipped and item.get_closest_marker("apache_kafka"):
        item.config.stash[_ran_on_apache].add(item.nodeid)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    # .ci/run looks for this line.
    terminalreporter.write_line(f"real Apache Kafka: {len(config.stash[_ran_on_apache])} tests ran")
