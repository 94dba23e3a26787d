"""An agent finds a handoff in the queue, accepts it, ticks its items and completes it, without a mouse."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.board.cast import ADA
from tests.board.running import RunningFloor
from tests.board.story import Story, a_request
from tests.browser.conftest import NewTab
from tests.browser.deeds import act_as

_ROWS = 60


def test_an_agent_accepts_ticks_and_completes_by_keyboard_alone(floor: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(floor)
    act_as(tab, "Ana Diaz", "ana.diaz", "tier-2")
    request = a_request(
        "C-9002", ADA, "tier-1", "tier-2", ("bug", "Charts stay empty"), "No chart has data.",
        done_so_far=("Imported again",),
    )  # fmt: skip
    id = floor.let(Story("by-keyboard", floor.clock.now(), 0, request))
    tab.open("/queue/tier-2")
    _go_to(tab.page, "C-9002")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url(f"**/handoffs/{id}*")
    tab.until_live()

    tab.page.keyboard.press("a")
    expect(tab.page.locator("#handoff-head")).to_have_attribute("data-status", "accepted")
    assert floor.handoff(id).receiving_agent == "ana.diaz"

    ticks = tab.page.locator('.checklist [role="checkbox"]')
    expect(tab.page.locator("#first-open-item [role=checkbox]")).to_be_focused()
    while tab.page.locator("#first-open-item").count():
        done = tab.page.locator('.checklist [aria-checked="true"]')
        before = done.count()
        assert before < ticks.count()
        tab.page.keyboard.press("t")
        expect(done).to_have_count(before + 1)
        # It is shown as ticked at once, and said to the desk meanwhile.
        expect(tab.page.locator("[aria-busy=true]")).to_have_count(0)
    assert {"customer-told", "steps-read", "understanding-confirmed"} <= set(floor.handoff(id).done)

    tab.page.keyboard.press("c")
    expect(tab.page.locator("#complete-disposition")).to_be_focused()
    tab.page.keyboard.type("solved")
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("#handoff-head")).to_have_attribute("data-status", "completed")
    handoff = floor.handoff(id)
    assert handoff.status == "completed"
    assert handoff.outcome is not None
    assert (handoff.outcome.by, handoff.outcome.said) == ("Ana Diaz", "solved")


def test_the_keys_are_told_to_who_asks(shown: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(shown)
    tab.open("/handoffs/{ada-exports}")
    tab.until_live()
    tab.page.keyboard.press("?")
    dialog = tab.page.locator("dialog[open]")
    expect(dialog).to_contain_text("Accept")
    tab.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_no_key_does_anything_while_somebody_writes(floor: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(floor)
    tab.open("/handoffs/{ada-exports}")
    tab.until_live()
    tab.page.keyboard.press("q")
    expect(tab.page.locator("#ask-question")).to_be_focused()
    tab.page.keyboard.type("a dad ran a car?")
    expect(tab.page.locator("#ask-question")).to_have_value("a dad ran a car?")
    assert floor.handoff(floor.world.id("ada-exports")).status == "offered"


def _go_to(page: Page, case: str) -> None:
    """Press j until the row of a case is the chosen one."""
    for _ in range(_ROWS):
        page.keyboard.press("j")
        chosen = page.evaluate("document.activeElement?.closest('tr, li, article')?.innerText || ''")
        if case in chosen:
            return
    raise AssertionError(f"j does not lead to {case}")
