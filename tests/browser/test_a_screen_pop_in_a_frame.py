"""The desktop of a phone system shows the handoff of whoever calls, inside a frame of its own page."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Route, expect

from tests.board.running import RunningFloor
from tests.browser.conftest import NewTab
from tests.browser.tab import Tab

_DESKTOP = (
    '<!doctype html><title>Phone</title><iframe title="handoff" src="{to}" width="380" height="700"></iframe>'
)


def test_a_screen_pop_is_worked_on_inside_a_frame(floor: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(floor)
    frame = _framed(tab, floor, "/pop?case=C-1002&embed=1")
    expect(frame.locator("#handoff-head")).to_contain_text("Ada Lovelace")
    expect(frame.locator("nav")).to_have_count(0)
    frame.locator('form[data-deed="accept"] button').click()
    expect(frame.locator("#handoff-head")).to_have_attribute("data-status", "accepted")
    assert floor.handoff(floor.world.id("ada-exports")).status == "accepted"
    overflow = frame.locator("html").evaluate("e => e.scrollWidth - e.clientWidth")
    assert overflow <= 0


def test_only_a_screen_pop_can_be_framed(shown: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(shown)
    tab.expects = ("frame-ancestors", "X-Frame-Options", "Refused to display", "Framing")
    frame = _framed(tab, shown, "/board")
    tab.page.wait_for_timeout(800)
    expect(frame.locator("main")).to_have_count(0)


def test_no_page_of_somebody_else_can_frame_it(shown: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(shown)
    tab.expects = ("frame-ancestors", "X-Frame-Options", "Refused to display", "Framing", "ERR_BLOCKED")
    frame = _framed(tab, shown, "/handoffs/{ada-exports}?embed=1", at="http://evil.example/")
    tab.page.wait_for_timeout(800)
    expect(frame.locator("main")).to_have_count(0)


def _framed(tab: Tab, floor: RunningFloor, path: str, at: str = "") -> FrameLocator:
    """Open a phone system's page that shows `path` in a frame; without `at` it is of the board's origin."""
    address = at or floor.url("/phone-desktop")

    def answer(route: Route) -> None:
        route.fulfill(content_type="text/html", body=_DESKTOP.format(to=floor.url(path)))

    tab.page.route(address, answer)
    tab.page.goto(address)
    return tab.page.frame_locator("iframe")
