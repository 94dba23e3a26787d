"""The receiving agent asks, the sender answers, and both see it without a reload."""

from __future__ import annotations

from playwright.sync_api import expect

from orchestrator.domain import commands as c
from tests.board.people import person
from tests.board.running import RunningFloor
from tests.browser.conftest import NewTab
from tests.browser.deeds import act_as, panel


def test_the_sender_answers_a_question(floor: RunningFloor, new_tab: NewTab) -> None:
    ana, omar = new_tab(floor), new_tab(floor)
    act_as(ana, "Ana Diaz", "ana.diaz", "tier-2")
    act_as(omar, "Omar Haddad", "omar.haddad", "tier-1")
    for tab in (ana, omar):
        tab.open("/handoffs/{ada-exports}")
        tab.until_live()

    panel(ana, "ask").click()
    ana.page.fill("#ask-question", "Which export is it, the nightly one?")
    ana.page.locator('#deed-ask button[type="submit"]').click()

    asked = omar.page.locator("#handoff-questions .question", has_text="the nightly one?")
    expect(asked).to_be_visible()
    asked.locator("textarea").fill("Yes, at 02:00.")
    asked.locator('button[type="submit"]').click()

    answered = ana.page.locator("#handoff-questions .question", has_text="the nightly one?")
    expect(answered).to_contain_text("Yes, at 02:00.")
    expect(answered).to_contain_text("Omar Haddad")
    [question] = floor.handoff(floor.world.id("ada-exports")).questions
    assert (question.asked_by, question.answered_by) == ("Ana Diaz", "Omar Haddad")


def test_what_somebody_is_writing_is_not_torn_away(floor: RunningFloor, new_tab: NewTab) -> None:
    omar = new_tab(floor)
    act_as(omar, "Sarah Okafor", "sarah.okafor", "chat")
    omar.open("/handoffs/{ada-refund}")
    omar.until_live()
    answer = omar.page.locator("#handoff-questions textarea").first
    answer.fill("Yes, you may cancel")
    petra = person("billing", "Petra Novak")
    floor.say(floor.world.id("ada-refund"), c.Contact, petra)
    floor.say(floor.world.id("ada-refund"), c.Ask, petra, question="And the one of August?")
    expect(omar.page.locator("#handoff-questions")).to_contain_text("And the one of August?")
    written = omar.page.locator("#handoff-questions textarea").evaluate_all("all => all.map((e) => e.value)")
    assert "Yes, you may cancel" in written
