"""What happens is shown in the end, whatever is slow or gets lost on the way."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from orchestrator.domain import commands as c
from tests.board.people import person
from tests.board.running import RunningFloor
from tests.browser.conftest import NewTab

BEN = person("tier-2", "Ben Cole")


def test_what_happens_while_the_scripts_of_the_page_arrive(floor: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(floor)
    scripts: list[Route] = []
    tab.page.route("**/js/handoff.js", lambda route: scripts.append(route))
    id = floor.world.id("ada-exports")
    tab.page.goto(floor.url("/handoffs/{ada-exports}"), wait_until="commit")
    expect(tab.page.locator("#handoff-head")).to_have_attribute("data-status", "offered")
    floor.say(id, c.Accept, BEN)
    tab.page.wait_for_timeout(1_500)
    assert scripts, "the page has no script of its own"
    scripts[0].continue_()
    tab.until_live()
    expect(tab.page.locator("#handoff-head")).to_have_attribute("data-status", "accepted")


def test_what_could_not_be_fetched_at_first_is_fetched_again(floor: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(floor)
    tab.expects = ("ERR_FAILED",)
    tab.open("/handoffs/{ada-exports}")
    tab.until_live()
    tab.page.route("**/pieces*", lambda route: route.abort(), times=1)
    with tab.page.expect_event("requestfailed"):
        floor.say(floor.world.id("ada-exports"), c.Accept, BEN)
    expect(tab.page.locator("#handoff-head")).to_have_attribute("data-status", "accepted")


def test_a_handoff_that_closes_is_fetched_once(floor: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(floor)
    tab.open("/handoffs/{ada-exports}")
    tab.until_live()
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url) if "/pieces" in request.url else None)
    floor.say(floor.world.id("ada-exports"), c.Decline, BEN, reason={"code": "no-capacity"})
    expect(tab.page.locator("#handoff-head")).to_have_attribute("data-status", "declined")
    tab.page.wait_for_timeout(1_500)
    assert len(asked) <= 2
