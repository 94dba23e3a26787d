"""The board is restarted: tabs come back by themselves, and nothing that happened meanwhile is missed."""

from __future__ import annotations

from playwright.sync_api import expect

from orchestrator.domain import commands as c
from tests.board.cast import ADA
from tests.board.people import person
from tests.board.running import RunningFloor
from tests.board.story import Story, a_request
from tests.browser.conftest import NewTab

_COMES_BACK_WITHIN_MS = 25_000


def test_after_a_restart_nothing_is_missed(floor: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(floor)
    tab.expects = ("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED", "ERR_CONNECTION_RESET")
    tab.open("/board")
    tab.until_live()
    tab.page.evaluate("window.__same = true")
    gone, stays = floor.world.id("ada-exports"), floor.world.id("at-risk")
    expect(tab.page.locator(f"#card-{gone}")).to_be_visible()

    floor.shut()
    request = a_request("C-9003", ADA, "email", "billing", ("invoice", "Wants a copy"), "Wants a copy of it.")
    new = floor.let(Story("while-away", floor.clock.now(), 0, request))
    floor.say(gone, c.Decline, person("tier-2", "Ana Diaz"), reason={"code": "no-capacity"})
    floor.say(stays, c.Accept, person("tier-2", "Ben Cole"))
    floor.open()

    expect(tab.page.locator(f"#card-{new}")).to_be_visible(timeout=_COMES_BACK_WITHIN_MS)
    expect(tab.page.locator(f"#card-{gone}")).to_have_count(0)
    expect(tab.page.locator(f"#card-{stays}")).to_contain_text("ben.cole")
    tab.until_live()
    # It came by the stream: the page is the same one.
    assert tab.page.evaluate("window.__same") is True
    after = floor.let(
        Story("afterwards", floor.clock.now(), 0, request.model_copy(update={"case_id": "C-9004"}))
    )
    expect(tab.page.locator(f"#card-{after}")).to_be_visible()


def test_a_page_says_when_it_is_not_live_any_more(floor: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(floor)
    tab.expects = ("ERR_",)
    tab.open("/board")
    tab.until_live()
    floor.shut()
    expect(tab.page.locator("#live-mark")).to_have_attribute("data-state", "stale", timeout=40_000)
    floor.open()
    expect(tab.page.locator("#live-mark")).to_have_attribute(
        "data-state", "live", timeout=_COMES_BACK_WITHIN_MS
    )
