"""The board as leads, agents, ops and auditors read it: real HTTP, real PostgreSQL."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.board.cast import ADA
from tests.board.story import Story, a_request
from tests.integration.api.conftest import ApiFloor
from tests.integration.api.conftest import floor as floor  # a fixture

_NUMBERS = count(1)
_ROW = re.compile(r'<tr id="card-([0-9a-f-]{36})"')
_CSRF = re.compile(r'<meta name="csrf" content="([^"]*)"')
_LIVE = re.compile(r'data-live="([^"]+)" data-seq="(\d+)"')


@dataclass(frozen=True)
class Page:
    """A page as a browser got it."""

    answer: httpx.Response

    @property
    def text(self) -> str:
        return self.answer.text

    @property
    def rows(self) -> list[str]:
        """The ids of the handoffs in the queue, in order."""
        return _ROW.findall(self.text)

    @property
    def csrf(self) -> str:
        found = _CSRF.search(self.text)
        assert found is not None
        return found[1]

    @property
    def stream(self) -> str:
        """What the page follows, as its script asks for it."""
        found = _LIVE.search(self.text)
        assert found is not None
        return f"{html.unescape(found[1])}&since={found[2]}&unchanged=1"


@dataclass
class Boards:
    """Browsers of several people."""

    floor: ApiFloor
    _clients: dict[str, httpx.Client] = field(default_factory=dict)

    def by(self, caller: str) -> httpx.Client:
        """Return somebody's browser."""
        if caller not in self._clients:
            headers = {"authorization": f"Bearer {self.floor.tokens[caller]}", "accept": "text/html"}
            self._clients[caller] = httpx.Client(base_url=self.floor.address, headers=headers, timeout=20)
        return self._clients[caller]

    def page(self, path: str, caller: str = "everybody", status: int = 200) -> Page:
        """Return a page, as somebody reads it."""
        answer = self.by(caller).get(path)
        assert answer.status_code == status, answer.text[:300]
        return Page(answer)

    def handoffs(self, query: str = "", caller: str = "everybody") -> list[dict[str, Any]]:
        """Return what the board tells programs."""
        answer = self.by(caller).get(f"/board.json{query}")
        assert answer.status_code == 200, answer.text[:300]
        told = answer.json()
        assert told["count"] == len(told["handoffs"])
        found: list[dict[str, Any]] = told["handoffs"]
        return found

    def offered(self, sender: str, receiver: str, *, case: str | None = None, **more: Any) -> UUID:
        """Return a new handoff that waits to be accepted."""
        number = next(_NUMBERS)
        request = a_request(
            case or f"L-{number}", ADA, sender, receiver, ("bug", "Charts stay empty"), "No chart has data.",
            done_so_far=("Imported again",), **more,
        )  # fmt: skip
        return self.floor.let(Story(f"lead-{number}", self.floor.clock.now(), 0, request))


@pytest.fixture
def boards(floor: ApiFloor) -> Iterator[Boards]:
    found = Boards(floor)
    yield found
    for client in found._clients.values():
        client.close()
