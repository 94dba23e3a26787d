"""A press is answered while the page changes: both are shown, and the focus stays the reader's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Route, expect

from orchestrator.domain import commands as c
from tests.board.people import person
from tests.board.running import RunningFloor
from tests.browser.conftest import NewTab
from tests.browser.deeds import act_as, button, panel
from tests.browser.held import hold
from tests.browser.tab import Tab

ANA, BEN = person("tier-2", "Ana Diaz"), person("tier-2", "Ben Cole")


@pytest.fixture
def ana(floor: RunningFloor, new_tab: NewTab) -> Tab:
    """Her tab, with a handoff that she may accept."""
    tab = new_tab(floor)
    act_as(tab, "Ana Diaz", "ana.diaz", "tier-2")
    tab.open("/handoffs/{ada-exports}")
    tab.until_live()
    return tab


@pytest.fixture
def change(floor: RunningFloor, ana: Tab) -> Callable[[], None]:
    """Lets something happen to the handoff elsewhere, and waits until her page shows it."""
    asked: list[str] = []

    def happen() -> None:
        asked.append(f"Is it number {len(asked)}?")
        floor.say(floor.world.id("ada-exports"), c.Ask, BEN, question=asked[-1])
        expect(ana.page.locator("#handoff-questions")).to_contain_text(asked[-1])

    return happen


def first_open(tab: Tab) -> Locator:
    return tab.page.locator("#first-open-item [role=checkbox]")


def test_an_answer_that_is_older_than_the_page_is_told_and_takes_nothing_back(
    ana: Tab, change: Callable[[], None]
) -> None:
    answers = hold(ana.page, "**/accept*")
    ana.page.keyboard.press("a")
    answers.until_given()
    change()
    answers.arrive()
    expect(ana.page.locator("#handoff-alert")).to_contain_text("It is yours.")
    expect(ana.page.locator("#handoff-questions")).to_contain_text("Is it number 0?")
    expect(first_open(ana)).to_be_focused()


def test_a_box_that_the_page_shows_as_ticked_already_does_not_change_back(
    floor: RunningFloor, ana: Tab, change: Callable[[], None]
) -> None:
    ana.page.keyboard.press("a")
    expect(first_open(ana)).to_be_focused()
    ticked = ana.page.locator(f"#{first_open(ana).get_attribute('id')}")
    answers = hold(ana.page, "**/tick*")
    ana.page.keyboard.press("t")
    answers.until_given()
    change()
    expect(ticked).to_have_attribute("aria-checked", "true")
    expect(ana.page.locator("[aria-busy=true]")).to_have_count(0)
    answers.arrive()
    expect(ana.page.locator("#handoff-alert")).to_contain_text("The checklist is up to date.")
    expect(ticked).to_have_attribute("aria-checked", "true")
    assert floor.handoff(floor.world.id("ada-exports")).done


def test_the_focus_stays_on_the_item_when_the_list_is_put_in_another_order(
    floor: RunningFloor, ana: Tab
) -> None:
    id = floor.world.id("ada-exports")
    boxes = ana.page.locator('.checklist [aria-checked="false"]')
    first, second = boxes.nth(0).get_attribute("data-item"), boxes.nth(1).get_attribute("data-item")
    boxes.nth(1).focus()
    floor.say(id, c.TickItem, BEN, item=first, done=True)
    expect(ana.page.locator(f'[data-item="{first}"]')).to_have_attribute("aria-checked", "true")
    expect(ana.page.locator(f'[data-item="{second}"]')).to_be_focused()


def test_a_button_that_was_replaced_is_free_again_when_the_answer_gets_lost(
    ana: Tab, change: Callable[[], None]
) -> None:
    ana.expects = ("ERR_FAILED",)
    # What is lost here is the press itself, so the new page offers it too.
    pressed: list[Route] = []
    ana.page.route("**/accept*", lambda route: pressed.append(route))
    button(ana, "accept").click(no_wait_after=True)
    expect(button(ana, "accept")).to_have_attribute("aria-busy", "true")
    change()
    expect(button(ana, "accept")).to_have_attribute("aria-busy", "true")
    pressed[0].abort()
    expect(ana.page.locator('form[data-deed="accept"]')).to_contain_text("The board did not answer")
    expect(button(ana, "accept")).not_to_have_attribute("aria-busy", "true")
    expect(button(ana, "accept")).to_contain_text("Accept")


def test_who_writes_on_while_a_deed_is_under_way_keeps_the_cursor(ana: Tab) -> None:
    ana.page.keyboard.press("a")
    expect(first_open(ana)).to_be_focused()
    answers = hold(ana.page, "**/tick*")
    ana.page.keyboard.press("t")
    answers.until_given()
    ana.page.keyboard.press("c")
    ana.page.keyboard.type("sol")
    answers.arrive()
    expect(ana.page.locator("#handoff-alert")).to_contain_text("The checklist is up to date.")
    ana.page.keyboard.type("ved")
    expect(ana.page.locator("#complete-disposition")).to_be_focused()
    expect(ana.page.locator("#complete-disposition")).to_have_value("solved")


def test_the_cursor_stays_in_the_second_field_when_something_changes(
    ana: Tab, change: Callable[[], None]
) -> None:
    panel(ana, "decline").click()
    expect(ana.page.locator("#decline-code")).to_be_focused()
    ana.page.locator("#decline-text").focus()
    ana.page.keyboard.type("not ")
    change()
    # An event of a panel that was replaced while open would come now.
    ana.page.wait_for_timeout(100)
    ana.page.keyboard.type("ours")
    expect(ana.page.locator("#decline-text")).to_have_value("not ours")


def test_what_is_asked_after_an_answer_that_came_late_is_asked_too(
    floor: RunningFloor, ana: Tab, change: Callable[[], None]
) -> None:
    answers = hold(ana.page, "**/ask*")
    for number, question in enumerate(("Which export?", "Since when?")):
        panel(ana, "ask").click()
        ana.page.fill("#ask-question", question)
        ana.page.keyboard.press("Tab")
        ana.page.keyboard.press("Enter")
        answers.until_given()
        if number == 0:
            with ana.page.expect_response("**/pieces*"):
                change()
        with ana.page.expect_response("**/pieces*" if number == 0 else "**/ask*"):
            answers.arrive()
        expect(ana.page.locator("#ask-question")).to_have_value("")
    asked = {each.text for each in floor.handoff(floor.world.id("ada-exports")).questions}
    assert {"Which export?", "Since when?"} <= asked


def test_why_something_was_refused_stays_when_something_else_changes(
    floor: RunningFloor, ana: Tab, change: Callable[[], None]
) -> None:
    ana.expects = ("409 (Conflict)",)
    answers = hold(ana.page, "**/accept*")
    id = floor.world.id("ada-exports")
    floor.say(id, c.Accept, BEN)
    button(ana, "accept").click(no_wait_after=True)
    answers.until_given()
    answers.arrive()
    told = ana.page.locator('#handoff-alert [role="alert"]', has_text="Ben Cole")
    expect(told).to_be_visible()
    change()
    expect(told).to_be_visible()


def test_who_loses_a_race_in_the_queue_is_told_although_the_row_is_gone(
    floor: RunningFloor, new_tab: NewTab
) -> None:
    tab = new_tab(floor)
    tab.expects = ("409 (Conflict)",)
    act_as(tab, "Ana Diaz", "ana.diaz", "tier-2")
    tab.open("/queue/tier-2")
    tab.until_live()
    id = floor.world.id("ada-exports")
    pressed: list[Route] = []
    tab.page.route("**/accept*", lambda route: pressed.append(route))
    tab.page.locator(f"#offered-{id} form button").click(no_wait_after=True)
    floor.say(id, c.Accept, BEN)
    expect(tab.page.locator(f"#offered-{id}")).to_have_count(0)
    pressed[0].continue_()
    expect(tab.page.locator("#alerted")).to_contain_text("Ben Cole")
    expect(tab.page.locator("#toasts")).to_contain_text("Ben Cole")
