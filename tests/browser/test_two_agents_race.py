"""Two agents press Accept at once: one has the case, the other reads who has it, and since when."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from tests.board.running import RunningFloor
from tests.browser.conftest import NewTab
from tests.browser.deeds import act_as, button
from tests.browser.held import until


def test_of_two_agents_one_has_it_and_the_other_is_told_who(floor: RunningFloor, new_tab: NewTab) -> None:
    ana, ben = new_tab(floor), new_tab(floor)
    ben.expects = ("409 (Conflict)",)
    act_as(ana, "Ana Diaz", "ana.diaz", "tier-2")
    act_as(ben, "Ben Cole", "ben.cole", "tier-2")
    for tab in (ana, ben):
        tab.open("/handoffs/{ada-exports}")
        tab.until_live()
    # His press is on its way while hers arrives.
    under_way: list[Route] = []
    ben.page.route("**/accept*", lambda route: under_way.append(route))
    button(ben, "accept").click(no_wait_after=True)
    until(ben.page, lambda: under_way, "his press was not sent")
    button(ana, "accept").click()
    expect(ana.page.locator("#handoff-head")).to_have_attribute("data-status", "accepted")
    under_way[0].continue_()

    told = ben.page.locator('[role="alert"]', has_text="Ana Diaz").first
    expect(told).to_be_visible()
    expect(ben.page.locator("#handoff-head")).to_have_attribute("data-status", "accepted")
    expect(ben.page.locator("#handoff-head")).to_contain_text("Ana Diaz")
    expect(button(ben, "accept")).to_have_count(0)
    handoff = floor.handoff(floor.world.id("ada-exports"))
    assert (handoff.status, handoff.receiving_agent) == ("accepted", "ana.diaz")


def test_who_only_watches_sees_it_go(floor: RunningFloor, new_tab: NewTab) -> None:
    ana, ben = new_tab(floor), new_tab(floor)
    act_as(ana, "Ana Diaz", "ana.diaz", "tier-2")
    for tab in (ana, ben):
        tab.open("/handoffs/{at-risk}")
        tab.until_live()
    button(ana, "accept").dblclick()
    expect(ben.page.locator("#handoff-head")).to_contain_text("Ana Diaz")
    expect(button(ben, "accept")).to_have_count(0)
    # Two clicks are one deed, and no refusal.
    expect(ana.page.locator("#handoff-head")).to_have_attribute("data-status", "accepted")
    expect(ana.page.locator("main [role=alert]", has_text="accept")).to_have_count(0)
