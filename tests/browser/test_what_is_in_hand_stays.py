"""A part of a page is replaced while somebody uses it: what they have in hand stays in their hand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from orchestrator.board.look.static_files import static
from tests.board.running import RunningFloor
from tests.browser.conftest import NewTab

ROWS = """
<ul id="rows" data-limit="3">
  <li id="r1" data-order="b">
    <details><summary>more</summary>old</details>
    <form action="/a"><input type="hidden" name="csrf" value=""><input name="note"><button>go</button></form>
  </li>
</ul>
"""
FORM = """
<form action="/a"><input type="hidden" name="csrf" value=""><input name="note"><button>go</button></form>
"""


@pytest.fixture
def page(new_tab: NewTab, shown: RunningFloor) -> Page:
    """A page with a list, to which nothing happens by itself."""
    tab = new_tab(shown)
    tab.open("/preferences")
    tab.page.evaluate("html => { document.getElementById('main').innerHTML = html }", ROWS)
    return tab.page


def row(id: str, order: str, html: str = "") -> dict[str, str]:
    return {"id": id, "into": "rows", "html": f'<li id="{id}" data-order="{order}">{html}</li>'}


def told(page: Page, *put: dict[str, str], drop: tuple[str, ...] = ()) -> None:
    """Apply a message as it comes from the server."""
    message = json.loads(json.dumps({"put": put, "drop": drop, "say": [], "alert": []}))
    page.evaluate(
        "async ([url, message]) => (await import(url)).apply(message)", [static("js/patch.js"), message]
    )


def ids(page: Page) -> Any:
    return page.evaluate("[...document.querySelectorAll('#rows > li')].map((each) => each.id)")


def test_rows_come_in_order_and_the_last_one_gives_way(page: Page) -> None:
    told(page, row("r2", "a"), row("r3", "c"))
    assert ids(page) == ["r2", "r1", "r3"]
    told(page, row("r4", "aa"))
    assert ids(page) == ["r2", "r4", "r1"]
    told(page, row("r1", "0"))
    assert ids(page) == ["r1", "r2", "r4"]


def test_a_form_that_somebody_writes_in_keeps_the_words_and_the_cursor(page: Page) -> None:
    note = page.locator("#r1 input[name=note]")
    note.fill("hello")
    page.locator("#r1 summary").click()
    note.focus()
    note.evaluate("field => field.setSelectionRange(2, 3)")
    told(page, row("r1", "b", f"<details><summary>more</summary>new</details>{FORM}<p>fresh</p>"))
    assert page.locator("#r1 p").inner_text() == "fresh"
    assert page.locator("#r1 details").get_attribute("open") is not None
    assert note.input_value() == "hello"
    in_hand = page.evaluate("[document.activeElement.name, document.activeElement.selectionStart]")
    assert in_hand == ["note", 2]


def test_a_form_that_is_not_offered_any_more_stays_until_it_is_sent(page: Page) -> None:
    page.locator("#r1 input[name=note]").fill("hello")
    told(page, row("r1", "b", "<p>somebody else has it</p>"))
    assert page.locator("#r1 input[name=note]").input_value() == "hello"
    told(page, drop=("r1",))
    page.wait_for_timeout(300)
    assert page.locator("#r1").get_attribute("class") == "gone"


def test_a_form_that_nobody_touched_is_replaced(page: Page) -> None:
    told(page, row("r1", "b", FORM.replace("go", "on")))
    assert page.locator("#r1 button").inner_text() == "on"
    assert page.locator("#r1 form").count() == 1


def test_the_focus_stays_where_it_was_and_goes_to_the_neighbour_of_what_is_gone(page: Page) -> None:
    told(page, row("r2", "c", '<a href="/board">next</a>'))
    page.locator("#r1 button").focus()
    told(page, row("r1", "b", f"<p>new</p>{FORM}"))
    assert page.evaluate("document.activeElement.textContent") == "go"
    told(page, drop=("r1",))
    assert page.evaluate("document.activeElement.textContent") == "next"
    assert ids(page) == ["r2"]


def test_a_form_that_arrives_can_be_sent_by_this_reader(page: Page) -> None:
    token = page.locator('meta[name="csrf"]').get_attribute("content")
    assert token
    told(page, row("r5", "a", FORM))
    assert page.locator("#r5 input[name=csrf]").get_attribute("value") == token


def test_a_time_that_arrives_is_told_in_the_reader_s_zone(new_tab: NewTab, shown: RunningFloor) -> None:
    tab = new_tab(shown, timezone_id="Asia/Kolkata")
    tab.open("/preferences")
    tab.page.evaluate("html => { document.getElementById('main').innerHTML = html }", ROWS)
    time = '<time datetime="2020-01-02T10:00:00+00:00" data-when>Jan 2, 10:00 UTC</time>'
    told(tab.page, row("r6", "a", time))
    assert tab.page.locator("#r6 time").inner_text() == "Jan 2, 2020, 15:30"


def test_the_question_mark_lists_the_keys_but_not_while_somebody_writes(page: Page) -> None:
    page.locator("#r1 input[name=note]").press("?")
    assert page.locator("#key-help").count() == 0
    page.locator("#main").focus()
    page.keyboard.press("?")
    assert page.locator("#key-help").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#key-help").count() == 0
