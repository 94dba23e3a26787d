"""A lead who asked for it gets a notification of the browser for a breach; nobody else does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from playwright.sync_api import expect

from orchestrator.domain.model import Sentiment
from tests.board.cast import ADA
from tests.board.running import RunningFloor
from tests.board.story import Story, an_escalation
from tests.browser.conftest import NewTab
from tests.browser.tab import Tab

_WITHIN_MS: Final = 10_000
_LONGER_MS: Final = 2_500
"""What is told twice would have come by then."""
_IN_THE_BACKGROUND: Final = """
Object.defineProperty(document, "hidden", { get: () => true });
Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
window.__notified = [];
const Real = window.Notification;
window.Notification = class extends Real {
  constructor(title, options) {
    super(title, options);
    window.__notified.push({ title, body: options.body });
  }
};
"""
"""Who looks at the page needs no notification. A browser without a window has no other page in front."""


def test_who_asked_for_it_is_notified_once_and_others_are_not(floor: RunningFloor, new_tab: NewTab) -> None:
    lead, other = (_in_the_background(new_tab(floor)) for _ in range(2))
    lead.open("/preferences")
    box = lead.page.get_by_label("Tell me about breaches with notifications of the browser")
    expect(box).not_to_be_checked()
    box.check()
    lead.page.click("form button.primary")
    lead.page.wait_for_load_state()
    for tab in (lead, other):
        tab.open("/board?q=C-9020")
        tab.until_live()
    request = an_escalation(
        "C-9020", ADA, "tier-1", "tier-2", ("outage", "Nobody can log in"), "All logins fail.",
        kind="escalation", sentiment=Sentiment(score=-0.9),
    )  # fmt: skip
    id = floor.let(Story("to-be-told", floor.clock.now(), 0, request))
    for tab in (lead, other):
        expect(tab.page.locator(f"#card-{id}")).to_be_visible(timeout=_WITHIN_MS)
    assert _notified(lead) == [], "a new handoff is no breach"

    floor.clock.advance(timedelta(minutes=10, seconds=1))

    for tab in (lead, other):
        expect(tab.page.locator("#alerted")).to_contain_text("C-9020", timeout=_WITHIN_MS)
    lead.page.wait_for_timeout(_LONGER_MS)
    (told,) = _notified(lead)
    assert told["title"] == lead.page.title()
    assert told["body"] == lead.page.locator("#alerted").inner_text()
    assert _notified(other) == []


def _in_the_background(tab: Tab) -> Tab:
    tab.context.grant_permissions(["notifications"], origin=tab.floor.address)
    tab.context.add_init_script(_IN_THE_BACKGROUND)
    return tab


def _notified(tab: Tab) -> Any:
    return tab.page.evaluate("window.__notified")
