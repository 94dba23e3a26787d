"""No page in German shows a message of the catalogue in English, whatever it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

import httpx
import pytest

from orchestrator.board.look.catalogue import gettext, translations
from tests.browser.findings import require_none
from tests.browser.pages import PAGES
from tests.integration.agent.conftest import PAGE, Desk
from tests.unit.board.look.extraction import extracted

GERMAN = {**PAGE, "accept-language": "de-DE,de;q=0.9"}
WRONG = [
    "/no-such-page",
    "/handoffs/00000000-0000-0000-0000-000000000000",
    "/queue/no-such-team",
    "/queue/tier-2?list=nonsense",
    "/board?risk=nonsense&priority=nonsense",
    "/reports?window=nonsense",
    "/reports?since=nonsense",
    "/reports/cases?figure=nonsense",
    "/pop?phone=1",
    "/pop",
]
DATA = frozenset({"words", "bundle-value", "bundle-source", "packet-body", "logs", "kind", "between", "team"})
"""Classes of what people or other systems wrote."""
OURS_AND_THEIRS = frozenset({"From team to team", "conversation", "Revision"})
"""A kind, a link and a role, in German, that are like messages in English."""
_NAMED = ("title", "aria-label", "placeholder", "alt", "label", "data-busy", "data-lost", "data-copied")
_PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
_FEWEST_WORDS = 2
"""Of a message with places: with fewer it fits whatever somebody wrote."""
_VOID = frozenset({"input", "link", "meta", "br", "img", "hr", "path", "use", "circle", "rect"})


class Texts(HTMLParser):
    """The texts of a page that are ours, and the names of its parts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_data = bool(DATA & set((given.get("class") or "").split())) or tag in ("script", "style", "code")
        if tag not in _VOID:
            self._open.append((tag, is_data or bool(self._open and self._open[-1][1])))
        if not is_data:
            self.found |= {" ".join(value.split()) for name in _NAMED if (value := given.get(name))}

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not (self._open and self._open[-1][1]):
            self.found.add(" ".join(data.split()))


@cache
def english() -> tuple[frozenset[str], re.Pattern[str]]:
    """What no German page says: messages without places, and what fits those that have some."""
    _, known = gettext("de"), translations("de")
    plain, fitting = set(), []
    for id in extracted():
        for number, message in enumerate((id,) if isinstance(id, str) else id):
            said = _(message) if isinstance(id, str) else known.ngettext(*id, number + 1)
            if said == message:
                continue
            parts = _PLACE.split(message)
            if len(parts) == 1:
                plain |= {message, message[:1].upper() + message[1:]}
            elif len(" ".join(parts).split()) > _FEWEST_WORDS:
                fitting.append(".+".join(map(re.escape, parts)))
    return frozenset(plain), re.compile("|".join(fitting), re.IGNORECASE)


def texts_of(page: str) -> set[str]:
    texts = Texts()
    texts.feed(page)
    return texts.found


def left_english(page: str) -> list[str]:
    plain, fitting = english()
    ours = texts_of(page) - OURS_AND_THEIRS
    return sorted(text for text in ours if text.rstrip(":") in plain or fitting.fullmatch(text))


def test_a_page_in_english_is_found_out(desk: Desk) -> None:
    page = desk.by("auditor", **PAGE).get(f"/handoffs/{desk.floor.world.id('ada-refund')}").text
    assert {"Payment", "Amount due", "What happened"} <= set(left_english(page))
    problem = desk.by("auditor", **PAGE).get("/no-such-page").text
    assert "There is nothing at this address" in left_english(problem)


def addresses(desk: Desk) -> Iterator[str]:
    ids = {name: str(story.id) for name, story in desk.floor.world.stories.items()}
    yield from (path.format_map(ids) for path in PAGES.values())
    yield from (f"/handoffs/{id}" for name, id in ids.items() if not name.startswith("hostile"))
    yield from (f"/handoffs/{id}/ribbon" for id in list(ids.values())[:1])
    yield from ("/you", *WRONG)


@pytest.mark.parametrize("caller", ["everybody", "auditor"])
def test_no_page_in_german_says_anything_in_english(desk: Desk, caller: str) -> None:
    browser = desk.by(caller, **GERMAN)
    found = {}
    for address in addresses(desk):
        answer = browser.get(address)
        assert answer.headers["content-language"] == "de", address
        if left := left_english(answer.text):
            found[address] = left
    require_none(found, "says in English")


def test_who_may_not_is_told_in_german(desk: Desk) -> None:
    answers = [
        desk.by("billing", **GERMAN).get("/map"),
        desk.by("billing", **GERMAN).get("/reports"),
        httpx.get(f"{desk.floor.address}/login", headers=GERMAN),
        httpx.post(f"{desk.floor.address}/logout", headers=GERMAN),
        httpx.get(f"{desk.floor.address}/you", headers=GERMAN | {"authorization": "Bearer hand_wrong"}),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 200, 401, 401]
    assert [left for answer in answers if (left := left_english(answer.text))] == []


def test_a_press_that_is_refused_says_so_in_german_also_to_a_script(desk: Desk) -> None:
    id = desk.offered()
    wrong = desk.by("tier-2", **GERMAN).post(f"/handoffs/{id}/decline", data={"press": "german-1"})
    assert wrong.status_code == 422
    assert left_english(wrong.text) == []
    assert "Etwas fehlt oder stimmt nicht: reason fehlt." in wrong.text
    script = {"accept": "application/json", "accept-language": "de"}
    told = desk.by("everybody", **script).post(f"/handoffs/{id}/tick", data={"press": "g-2", "item": "none"})
    assert told.status_code == 409
    assert told.json()["detail"].startswith("Die Checkliste hat diesen Punkt nicht")


def test_the_api_speaks_english_to_everybody(desk: Desk) -> None:
    answer = desk.by("everybody", **{"accept-language": "de"}).get("/api/v1/handoffs/" + "0" * 32)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert answer.json()["detail"].startswith("there is no handoff")
