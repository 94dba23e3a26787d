"""axe-core finds nothing serious on any page, in any theme, at any width; and no page scrolls sideways."""

from __future__ import annotations

from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.board.running import RunningFloor
from tests.browser.conftest import NewTab
from tests.browser.findings import require_none
from tests.browser.pages import PAGES

_GRAVE: Final = ("serious", "critical")
_WIDE: Final = {"width": 1400, "height": 900}
_PHONE: Final = {"width": 360, "height": 740}
_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "light": {"color_scheme": "light", "viewport": _WIDE},
    "dark": {"color_scheme": "dark", "viewport": _WIDE},
    "high-contrast": {"contrast": "more", "viewport": _WIDE},
    "phone": {"color_scheme": "light", "viewport": _PHONE, "has_touch": True, "is_mobile": True},
    "phone-dark": {"color_scheme": "dark", "viewport": _PHONE, "has_touch": True, "is_mobile": True},
}
_OPTIONS: Final = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
_SIDEWAYS: Final = """() => {
  const room = document.documentElement.clientWidth;
  const wide = document.documentElement.scrollWidth;
  if (wide <= room) return "";
  const culprits = [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > room + 1 && !e.closest("[data-scrolls], .scrolls"))
    .map((e) => `${e.tagName.toLowerCase()}.${e.className}`);
  return `${wide} px in ${room}: ${[...new Set(culprits)].slice(0, 5).join(", ")}`;
}"""


@pytest.mark.parametrize("look", _LOOKS)
def test_axe_finds_nothing_serious_on_any_page(look: str, shown: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(shown, **_LOOKS[look])
    tab.expects = ("404 (Not Found)",)
    axe, found = Axe(), {}
    for name, path in PAGES.items():
        tab.open(path)
        found[name] = _grave(axe, tab.page)
    require_none(found, "axe found")


@pytest.mark.parametrize("width", [360, 768])
def test_no_page_scrolls_sideways(width: int, shown: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(shown, viewport={"width": width, "height": 740})
    tab.expects = ("404 (Not Found)",)
    found = {}
    for name, path in PAGES.items():
        tab.open(path)
        found[name] = tab.page.evaluate(_SIDEWAYS)
    require_none(found, "too wide")


def _grave(axe: Axe, page: Page) -> list[str]:
    violations = axe.run(page, options=_OPTIONS).response["violations"]
    return [
        f"{each['id']} ({each['impact']}): {each['nodes'][0]['target']} and {len(each['nodes']) - 1} more: "
        f"{each['nodes'][0].get('failureSummary', '')[:300]}"
        for each in violations
        if each["impact"] in _GRAVE
    ]
