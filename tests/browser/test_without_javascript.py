"""Everything can be done by links and forms: accept, tick, ask, answer, complete, acknowledge, filter."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.board.running import RunningFloor
from tests.browser.conftest import NewTab
from tests.browser.deeds import act_as, button, panel
from tests.browser.findings import require_none
from tests.browser.pages import PAGES


def test_an_agent_works_by_forms_alone(floor: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(floor, java_script_enabled=False)
    act_as(tab, "Ana Diaz", "ana.diaz", "tier-2")
    tab.open("/queue/tier-2")
    tab.page.locator("a", has_text="C-1002").or_(
        tab.page.locator(f'a[href*="{floor.world.id("ada-exports")}"]')
    ).first.click()
    head = tab.page.locator("#handoff-head")
    button(tab, "accept").click()
    expect(head).to_have_attribute("data-status", "accepted")
    before = tab.page.locator('.checklist [aria-checked="true"]').count()
    tab.page.locator("#first-open-item button").click()
    expect(tab.page.locator('.checklist [aria-checked="true"]')).to_have_count(before + 1)
    panel(tab, "ask").click()
    tab.page.fill("#ask-question", "Which range was it?")
    tab.page.locator('#deed-ask button[type="submit"]').click()
    expect(tab.page.locator("#handoff-questions")).to_contain_text("Which range was it?")
    tab.page.locator("#handoff-questions textarea").first.fill("The whole of March.")
    tab.page.locator('#handoff-questions button[type="submit"]').first.click()
    expect(tab.page.locator("#handoff-questions")).to_contain_text("The whole of March.")
    panel(tab, "complete").click()
    tab.page.fill("#complete-disposition", "solved")
    tab.page.locator('#deed-complete button[type="submit"]').click()
    expect(head).to_have_attribute("data-status", "completed")
    assert floor.handoff(floor.world.id("ada-exports")).status == "completed"


def test_an_agent_accepts_from_a_row_of_the_queue(floor: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(floor, java_script_enabled=False)
    act_as(tab, "Ana Diaz", "ana.diaz", "tier-2")
    tab.open("/queue/tier-2")
    row = tab.page.locator(f"#offered-{floor.world.id('ada-exports')}")
    row.locator('form[data-deed="accept"] button').click()
    expect(tab.page.locator("#handoff-head")).to_have_attribute("data-status", "accepted")
    assert floor.handoff(floor.world.id("ada-exports")).receiving_agent == "ana.diaz"


def test_a_refusal_is_told_and_nothing_that_was_written_is_lost(floor: RunningFloor, new_tab: NewTab) -> None:
    ana, ben = new_tab(floor, java_script_enabled=False), new_tab(floor, java_script_enabled=False)
    ben.expects = ("409 (Conflict)",)
    act_as(ana, "Ana Diaz", "ana.diaz", "tier-2")
    act_as(ben, "Ben Cole", "ben.cole", "tier-2")
    for tab in (ana, ben):
        tab.open("/handoffs/{at-risk}")
    button(ana, "accept").click()
    button(ben, "accept").click()
    expect(ben.page.locator('[role="alert"]').first).to_contain_text("Ana Diaz")
    assert floor.handoff(floor.world.id("at-risk")).receiving_agent == "ana.diaz"


def test_a_lead_acknowledges_and_filters_by_forms_alone(floor: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(floor, java_script_enabled=False)
    tab.open("/board")
    breach = tab.page.locator(f"#breach-{floor.world.id('breached')}-accept-1")
    breach.locator("summary").click()
    breach.locator('input[name="note"]').fill("I see to it.")
    breach.locator('button[type="submit"]').click()
    expect(breach).to_contain_text("I see to it.")
    expect(breach).to_contain_text("Acknowledged")
    tab.page.fill('input[name="q"]', "Ada")
    tab.page.press('input[name="q"]', "Enter")
    tab.page.wait_for_url("**/board?*q=*")
    expect(tab.page.locator("#queue")).to_contain_text("Ada Lovelace")
    expect(tab.page.locator("#queue")).not_to_contain_text("C-1012")


def test_every_page_shows_its_facts(shown: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(shown, java_script_enabled=False)
    tab.expects = ("404 (Not Found)",)
    empty = {}
    for name, path in PAGES.items():
        tab.open(path)
        said = tab.page.locator("main").inner_text().strip()
        empty[name] = "" if len(said) > 40 else f"only {said!r}"
    require_none(empty, "says nothing")
