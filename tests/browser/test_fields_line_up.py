"""Fields that stand side by side have their boxes on one line, whatever is written below them."""

from __future__ import annotations

from typing import Final

import pytest

from tests.board.running import RunningFloor
from tests.browser.conftest import NewTab
from tests.browser.findings import require_none

_PAGES: Final = {"you": "/you", "preferences": "/preferences", "reports": "/reports"}
_CROOKED: Final = """() => {
  const found = [];
  const topOf = (each) => each.getBoundingClientRect().top;
  let pairs = 0;
  for (const fields of document.querySelectorAll(".fields")) {
    const boxes = [...fields.querySelectorAll(":scope > .field > :is(input, select)")]
      .filter((each) => each.checkVisibility())
      .map((each) => [each.name, topOf(each), each.parentElement.getBoundingClientRect()]);
    boxes.forEach(([name, top, field], n) => {
      for (const [second, otherTop, otherField] of boxes.slice(n + 1)) {
        if (field.bottom <= otherField.top || otherField.bottom <= field.top) continue;
        pairs += 1;
        if (Math.abs(top - otherTop) > 1) found.push(`${name} ${top} and ${second} ${otherTop}`);
      }
    });
  }
  if (!pairs && innerWidth > 1000) found.push("no fields side by side");
  return found;
}"""


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_fields_line_up(width: int, shown: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(shown, viewport={"width": width, "height": 800})
    found = {}
    for name, path in _PAGES.items():
        tab.open(path)
        found[name] = tab.page.evaluate(_CROOKED)
    require_none(found, "not in line")
