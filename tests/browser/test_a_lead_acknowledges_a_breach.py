"""A lead sees a breach arrive while they look, and acknowledges it."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import expect

from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.model import Sentiment
from tests.board.cast import ADA
from tests.board.running import RunningFloor
from tests.board.story import Story, an_escalation
from tests.browser.conftest import NewTab
from tests.browser.deeds import act_as

_WITHIN_MS = 10_000


def test_a_lead_sees_a_breach_arrive_and_acknowledges_it(floor: RunningFloor, new_tab: NewTab) -> None:
    lead, other = new_tab(floor), new_tab(floor)
    act_as(lead, "Lena Vogt", "lena.vogt", "tier-2")
    for tab in (lead, other):
        # Of one case: the clock is put forward for all, and breaks more than this promise.
        tab.open("/board?q=C-9001")
        tab.until_live()
    request = an_escalation(
        "C-9001", ADA, "tier-1", "tier-2", ("outage", "Nobody can log in"), "All logins fail.",
        kind="escalation", sentiment=Sentiment(score=-0.9),
    )  # fmt: skip
    id = floor.let(Story("about-to-breach", floor.clock.now(), 0, request))
    row = lead.page.locator(f"#card-{id}")
    expect(row).to_be_visible(timeout=_WITHIN_MS)
    expect(row).not_to_have_class(re.compile("tint-bad"))

    floor.clock.advance(timedelta(minutes=10, seconds=1))

    breach = lead.page.locator(f"#breach-{id}-accept-1")
    expect(breach).to_contain_text("Breached", timeout=_WITHIN_MS)
    expect(row).to_have_class(re.compile("tint-bad"), timeout=_WITHIN_MS)
    expect(lead.page.locator("#alerted")).to_contain_text("C-9001")

    breach.locator("summary").click()
    breach.locator('input[name="note"]').fill("I call the on-call engineer.")
    breach.locator('button[type="submit"]').click()

    for tab in (lead, other):
        seen = tab.page.locator(f"#breach-{id}-accept-1")
        expect(seen).to_contain_text("Acknowledged", timeout=_WITHIN_MS)
        expect(seen).to_contain_text("I call the on-call engineer.")
        expect(seen).to_contain_text("Lena Vogt")
    clock = _accept_clock(floor, id)
    assert clock.is_breached
    assert clock.acknowledged_until is not None


def _accept_clock(floor: RunningFloor, id: object) -> Clock:
    clock = floor.handoff(id).clock("accept")  # type: ignore[arg-type]
    assert clock is not None
    return clock
