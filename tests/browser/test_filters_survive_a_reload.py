"""What somebody filters by stands in the address: it survives a reload, and can be kept as a view."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.board.cast import ADA
from tests.board.running import RunningFloor
from tests.board.story import Story, a_request
from tests.browser.conftest import NewTab


def test_filters_survive_a_reload_and_stay_live(floor: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(floor)
    tab.open("/board")
    everything = _shown(tab.page)
    tab.page.locator("a[href*='from=chat'][href*='to=billing']").first.click()
    tab.page.wait_for_url("**/board?*from=chat*")
    filtered = _shown(tab.page)
    assert filtered < everything
    assert f"card-{floor.world.id('ada-refund')}" in filtered

    tab.page.reload()
    assert _shown(tab.page) == filtered
    other = new_tab(floor)
    other.page.goto(tab.page.url)
    assert _shown(other.page) == filtered

    tab.until_live()
    fits, does_not = (
        _request(floor, "C-9010", "chat", "billing"),
        _request(floor, "C-9011", "tier-1", "billing"),
    )
    expect(tab.page.locator(f"#card-{fits}")).to_be_visible()
    tab.page.wait_for_timeout(600)
    expect(tab.page.locator(f"#card-{does_not}")).to_have_count(0)


def test_a_view_is_kept_under_its_name(floor: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(floor)
    tab.open("/board?to=billing&status=accepted")
    filtered = _shown(tab.page)
    tab.page.click("#saved-views > summary")
    tab.page.fill('form[action="/board/views"] input[name="name"]', "Billing at work")
    tab.page.click('form[action="/board/views"] button[type="submit"]')
    tab.open("/board")
    assert _shown(tab.page) != filtered
    tab.page.click("#saved-views > summary")
    tab.page.get_by_role("link", name="Billing at work").click()
    tab.page.wait_for_url("**/board?*")
    assert _shown(tab.page) == filtered


def _request(floor: RunningFloor, case: str, frm: str, to: str) -> object:
    request = a_request(case, ADA, frm, to, ("invoice", "Wants a copy"), "Wants a copy of it.")
    return floor.let(Story(case, floor.clock.now(), 0, request))


def _shown(page: Page) -> set[str]:
    return set(page.locator("#queue > tr").evaluate_all("rows => rows.map((row) => row.id)"))
