"""A browser, and floors to look at: one that everybody reads, and a copy of it for who changes something."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from orchestrator.wall_clock import SystemClock
from tests.board.browsing import browser
from tests.board.running import MovableClock, RunningFloor, running
from tests.board.world import World, seed
from tests.browser.tab import Tab, tab
from tests.fakes import ManualClock
from tests.servers import Postgres
from tests.servers.sync import run_sync

_TEMPLATE = "browser_world"
NewTab = Callable[..., Tab]

# A busy machine may take its time; how fast the pages are is measured elsewhere.
expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.postgres)


# Ended with the package: playwright keeps the loop of the thread, which asynchronous tests need.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    with browser() as started:
        yield started


@pytest.fixture(scope="package")
def world(postgres: Postgres) -> Iterator[World]:
    """The world in the database that floors are copied from."""
    dsn = postgres.create_database(_TEMPLATE)
    now = SystemClock().now()
    yield run_sync(lambda: seed(dsn, now=now, days=1))
    postgres.drop_database(_TEMPLATE)


@contextmanager
def _copy(postgres: Postgres) -> Iterator[str]:
    name = f"floor_{uuid.uuid4().hex}"
    yield postgres.create_database(name, template=_TEMPLATE)
    postgres.drop_database(name)


@pytest.fixture(scope="package")
def shown(postgres: Postgres, world: World) -> Iterator[RunningFloor]:
    """A floor on which nothing happens, and time stands still: to be looked at."""
    with _copy(postgres) as dsn, running(dsn, world, ManualClock(world.now), sweeps=False) as floor:
        yield floor


@pytest.fixture
def floor(postgres: Postgres, world: World) -> Iterator[RunningFloor]:
    """A floor of one's own, on which time passes and a desk works."""
    with _copy(postgres) as dsn, running(dsn, world, MovableClock(world.now)) as floor:
        yield floor


@pytest.fixture
def office(postgres: Postgres, world: World) -> Iterator[RunningFloor]:
    """A floor of one's own on which time stands still, of teams that close."""
    with (
        _copy(postgres) as dsn,
        running(dsn, world, ManualClock(world.now), sweeps=False, closes=True) as floor,
    ):
        yield floor


@pytest.fixture
def new_tab(chromium: Browser) -> Iterator[NewTab]:
    """Opens tabs, each of another person: with cookies of its own. They are closed after the test.

    A tab in which something went wrong that no page may do (a script error, a violation of the content
    security policy) fails the test when it is closed.
    """
    tabs: list[Tab] = []

    def make(floor: RunningFloor, **over: Any) -> Tab:
        tabs.append(tab(chromium, floor, **over))
        return tabs[-1]

    yield make
    for each in tabs:
        each.close()
    for each in tabs:
        each.require_peace()
