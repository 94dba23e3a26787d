"""A customer who writes code into every field reaches nobody: on no page, and in nothing that comes later."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from orchestrator.domain import commands as c
from orchestrator.domain.model import Reason
from tests.board import hostile
from tests.board.people import person
from tests.board.running import RunningFloor
from tests.board.story import Story
from tests.browser.conftest import NewTab
from tests.browser.findings import require_none
from tests.browser.pages import HOSTILE
from tests.browser.tab import Tab

_FOUND: Final = f"""() => [
  window["{hostile.MARK}"] ? "a script ran" : null,
  document.getElementById("{hostile.MARK}") ? "an element of theirs is there" : null,
  ...[...document.querySelectorAll("a[href], form[action], iframe[src]")]
    .map((e) => e.getAttribute("href") || e.getAttribute("action") || e.getAttribute("src"))
    .filter((to) => /^\\s*(javascript|data|vbscript):/i.test(to)),
  ...[...document.querySelectorAll("main *")]
    .flatMap((e) => [...e.attributes].map((a) => a.name).filter((n) => n.startsWith("on"))),
  /<svg onload[^>]*>49/.test(document.querySelector("main")?.innerText || "")
    ? "a template of theirs was rendered" : null,
].filter(Boolean)"""
_OPEN: Final = """() => [...document.querySelectorAll("details")].slice(0, 30).forEach((each) => {
  each.open = true;
})"""


def test_on_no_page_is_anything_of_theirs_more_than_text(shown: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(shown)
    tab.expects = ("404 (Not Found)", "422 (Unprocessable")
    found, is_shown = {}, []
    for name, path in HOSTILE.items():
        tab.open(path)
        tab.page.evaluate(_OPEN)
        found[name] = tab.page.evaluate(_FOUND)
        if hostile.MARK in tab.page.inner_text("body"):
            is_shown.append(name)
    require_none(found, "more than text")
    # The pages do show it: nothing was proved where it is left out.
    assert {"board", "queue", "offered", "accepted"} <= set(is_shown)


def test_nothing_of_theirs_runs_when_it_comes_live(floor: RunningFloor, new_tab: NewTab) -> None:
    tabs = {path: new_tab(floor) for path in ("/board", "/wall", "/queue/billing")}
    for path, tab in tabs.items():
        tab.open(path)
        tab.until_live()
    now = floor.clock.now()
    again = hostile.hostile(now)["hostile-accepted"].command.model_copy(
        update={"case_id": f"X-{hostile.SCRIPT}"}
    )
    id = floor.let(Story("comes-live", now, 0, again))
    page = new_tab(floor)
    page.open(f"/handoffs/{id}")
    page.until_live()
    hugo = person("billing", "Hugo Martin").model_copy(update={"name": hostile.IMAGE})
    floor.say(id, c.Accept, hugo)
    floor.say(id, c.Ask, hugo, question=hostile.EVERYTHING)
    floor.say(id, c.Pause, hugo, reason=Reason(code=hostile.IMAGE, text=hostile.EVERYTHING))
    floor.clock.advance(timedelta(hours=3))
    for path, tab in tabs.items():
        tab.page.wait_for_timeout(1500)
        _require_only_text(path, tab)
    _require_only_text("handoff", page)
    assert hostile.MARK in tabs["/board"].page.inner_text("body")


def _require_only_text(name: str, tab: Tab) -> None:
    assert {name: tab.page.evaluate(_FOUND)} == {name: []}
