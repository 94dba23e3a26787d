"""A lead unfolds the ribbon of a handoff on the board, and reads who held the case, and for how long."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

import pytest
from playwright.sync_api import Locator, expect

from orchestrator.domain import commands as c
from orchestrator.domain.model import Reason
from tests.board.cast import ADA
from tests.board.people import person
from tests.board.running import RunningFloor
from tests.board.story import Story, a_request
from tests.browser.conftest import NewTab
from tests.browser.deeds import act_as

_OFFERED, _WORKED, _PAUSED, _WORKED_AGAIN = (timedelta(minutes=each) for each in (20, 980, 1000, 3000))
"""Together more than three days, so that there are nights in it, whatever the hour is now."""
_HELD: Final = _WORKED + _PAUSED + _WORKED_AGAIN
_UNITS: Final = {"d": timedelta(days=1), "h": timedelta(hours=1), "min": timedelta(minutes=1)}
_STYLE: Final = "(each, name) => getComputedStyle(each)[name]"


def test_a_lead_reads_who_held_a_case_and_for_how_long(office: RunningFloor, new_tab: NewTab) -> None:
    hugo = person("billing", "Hugo Martin")
    request = a_request(
        "C-9010", ADA, "tier-1", "billing", ("refund", "Was charged twice"), "Asks for the second payment."
    )
    id = office.let(Story("held-for-days", office.clock.now(), 0, request))
    office.clock.advance(_OFFERED)
    office.say(id, c.Accept, hugo)
    office.clock.advance(_WORKED)
    office.say(id, c.Pause, hugo, reason=Reason(code="waits-for-customer"))
    office.clock.advance(_PAUSED)
    office.say(id, c.Resume, hugo)
    office.clock.advance(_WORKED_AGAIN)
    lead = new_tab(office)
    act_as(lead, "Lena Vogt", "lena.vogt", "billing")
    lead.open("/board?q=C-9010")
    row = lead.page.locator(f"#card-{id}")
    row.get_by_title("Who held it").click()
    ribbon = row.locator("figure.ribbon")
    expect(ribbon).to_be_visible()

    words = ribbon.locator("ol.holders > li")
    expect(words).to_have_count(2)
    ribbon.locator("summary").click()
    offered, held = ribbon.locator("tbody > tr").all()
    _same(words.nth(0), offered, "First-Line Support", "20 min")
    _same(words.nth(1), held, "Billing", "3 d 11 h")
    expect(words.nth(0)).to_contain_text("offered")
    expect(held.locator("td").nth(1)).to_have_text("now")

    band = _width(ribbon.locator("rect.held.series-2"))
    paused, closed = ribbon.locator("rect.paused"), ribbon.locator("rect.closed")
    assert _cell(held, "Paused") == _PAUSED
    assert _width(paused) / band == pytest.approx(_PAUSED / _HELD, rel=0.02)
    grey = lead.page.locator(".swatch.paused").evaluate(_STYLE, "backgroundColor")
    assert paused.evaluate(_STYLE, "fill") == grey

    # Hours are given to the hour where there are days.
    off = _cell(held, "Off hours")
    assert off > timedelta(hours=12)
    drawn = sum(_width(each) for each in ribbon.locator("g").nth(1).locator("rect.closed").all())
    assert drawn / band * _HELD == pytest.approx(off, abs=timedelta(hours=1))
    hatched = re.fullmatch(r'url\("(#hatch-.+)"\)', closed.first.evaluate(_STYLE, "fill"))
    assert hatched is not None
    assert ribbon.locator(f"pattern{hatched[1]}").count() == 1


def _same(words: Locator, row: Locator, team: str, length: str) -> None:
    expect(words).to_contain_text(team)
    expect(words).to_contain_text(length)
    expect(row.locator("th")).to_contain_text(team)
    expect(row.locator("td").nth(2)).to_have_text(length)


def _cell(row: Locator, column: str) -> timedelta:
    """Return what a row of the table says under a heading."""
    headings = row.locator("xpath=ancestor::table[1]").locator("thead th").all_inner_texts()
    said = row.locator("th, td").nth(headings.index(column)).inner_text()
    found = re.findall(r"(\d+)\s*(d|h|min)\b", said)
    assert found, f"{column}: {said!r}"
    return sum((int(count) * _UNITS[unit] for count, unit in found), timedelta())


def _width(drawn: Locator) -> float:
    box = drawn.bounding_box()
    assert box is not None
    return box["width"]
