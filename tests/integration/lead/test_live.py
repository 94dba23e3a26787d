"""The board stays live: what happens reaches a tab that follows the page's own address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.integration.lead.conftest import Boards, Page

pytestmark = pytest.mark.postgres


def _told(answer: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    name = ""
    for line in answer.iter_lines():
        if line.startswith("event:"):
            name = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            yield name, json.loads(line.removeprefix("data:"))


def _first_put(told: Iterator[tuple[str, dict[str, Any]]], id: str) -> dict[str, Any]:
    """Return the first fragment with this id."""
    for name, data in told:
        if name == "patch":
            for fragment in data["put"]:
                if fragment["id"] == id:
                    found: dict[str, Any] = fragment
                    return found
    raise AssertionError(f"the stream ended without {id}")


def _dropped(answer: httpx.Response, id: str) -> bool:
    return any(name == "patch" and id in data["drop"] for name, data in _told(answer))


def _follow(boards: Boards, page: Page, caller: str) -> Any:
    return boards.by(caller).stream("GET", page.stream, headers={"accept": "text/event-stream"}, timeout=15)


def test_a_new_handoff_comes_into_the_queue_of_its_teams(boards: Boards) -> None:
    page = boards.page("/board?to=tier-2", "tier-2")
    with _follow(boards, page, "tier-2") as answer:
        id = boards.offered("tier-1", "tier-2")
        fragment = _first_put(_told(answer), f"card-{id}")
    assert fragment["into"] == "queue"
    assert f'data-ribbon="/handoffs/{id}/ribbon"' in fragment["html"]


def test_what_the_filters_do_not_ask_for_any_more_goes(boards: Boards) -> None:
    id = boards.offered("tier-1", "tier-2")
    page = boards.page("/board?status=offered")
    while str(id) not in page.rows:
        page = boards.page("/board?status=offered")
    with _follow(boards, page, "everybody") as answer:
        assert boards.floor.act("everybody", id, "accept").status_code == 200
        assert _dropped(answer, f"card-{id}")


def test_a_page_that_is_behind_is_told_what_it_missed(boards: Boards) -> None:
    page = boards.page("/board?from=chat&to=billing", "billing")
    id = boards.offered("chat", "billing")
    with _follow(boards, page, "billing") as answer:
        assert _first_put(_told(answer), f"card-{id}")["into"] == "queue"


def test_figures_follow(boards: Boards) -> None:
    page = boards.page("/board")
    with _follow(boards, page, "everybody") as answer:
        told = _told(answer)
        assert _first_put(told, "strip")["html"].startswith('<ul id="strip"')
        before = len(boards.handoffs())
        boards.offered("tier-1", "tier-2")
        while f'<span class="figure">{before + 1}</span>' not in _first_put(told, "figures")["html"]:
            pass


def test_a_stream_with_filters_of_no_sense_is_refused(boards: Boards) -> None:
    answer = boards.by("everybody").get("/live/board?risk=soon", headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "unclear"


def test_a_handoff_of_others_is_never_told(boards: Boards) -> None:
    page = boards.page("/board", "billing")
    with _follow(boards, page, "billing") as answer:
        hidden: UUID = boards.offered("tier-1", "tier-2")
        seen = boards.offered("chat", "billing")
        for name, data in _told(answer):
            if name == "patch":
                assert not [each for each in data["put"] if str(hidden) in each["html"]]
                if any(each["id"] == f"card-{seen}" for each in data["put"]):
                    return
