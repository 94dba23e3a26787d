"""On a phone the words in drawings are as large as other words, none is cut off, and none covers another."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.board.running import RunningFloor
from tests.browser.conftest import NewTab
from tests.browser.findings import require_none

_DRAWINGS: Final = {
    "ribbon": "/handoffs/{bounced}/ribbon",
    "ribbon-paused": "/handoffs/{paused}/ribbon",
    "reports-day": "/reports?window=24h",
    "reports-week": "/reports?window=7d",
    "reports-month": "/reports?window=30d",
    "board": "/board",
}
_UNREADABLE: Final = """() => {
  const found = [];
  const frames = [...document.querySelectorAll("main figure, main svg.bars")];
  if (!frames.length) found.push("no drawing");
  for (const frame of frames) {
    const owner = frame.closest(".scroll");
    if (owner && owner.scrollWidth > owner.clientWidth) found.push(`scrolls: ${owner.scrollWidth} px`);
    const words = [...frame.querySelectorAll("text, li, figcaption > span, summary")]
      .filter((each) => each.checkVisibility() && each.textContent.trim());
    if (!words.length) found.push("no words");
    for (const each of words) {
      const scale = each instanceof SVGElement ? each.getScreenCTM().a : 1;
      const size = parseFloat(getComputedStyle(each).fontSize) * scale;
      if (size < 11.95) found.push(`${size.toFixed(1)} px: ${each.textContent.trim()}`);
    }
    const drawn = words.filter((each) => each instanceof SVGElement);
    const boxes = drawn.map((each) => each.getBoundingClientRect());
    const room = frame.getBoundingClientRect();
    boxes.forEach((box, n) => {
      const name = drawn[n].textContent.trim();
      if (box.left < room.left - 1 || box.right > room.right + 1) found.push(`cut off: ${name}`);
      boxes.slice(n + 1).forEach((other, m) => {
        const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
        const down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
        const second = drawn[n + 1 + m].textContent.trim();
        // Letters leave room above and below themselves.
        if (across > 0 && down > 3) found.push(`covers: ${name} and ${second}`);
      });
    });
  }
  return found;
}"""


@pytest.mark.parametrize("width", [360, 390, 768, 1280])
@pytest.mark.parametrize(
    "look",
    [{"color_scheme": "light"}, {"color_scheme": "dark", "locale": "de"}, {"contrast": "more"}],
    ids=["light", "dark", "high-contrast"],
)
def test_words_in_drawings_can_be_read(
    look: dict[str, Any], width: int, shown: RunningFloor, new_tab: NewTab
) -> None:
    tab = new_tab(shown, viewport={"width": width, "height": 800}, **look)
    found = {}
    for name, path in _DRAWINGS.items():
        tab.open(path)
        found[name] = tab.page.evaluate(_UNREADABLE)
    require_none(found, "cannot be read")


def test_on_paper_too(shown: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(shown, viewport={"width": 360, "height": 800})
    tab.page.emulate_media(media="print")
    found = {}
    for name, path in _DRAWINGS.items():
        tab.open(path)
        found[name] = tab.page.evaluate(_UNREADABLE)
    require_none(found, "cannot be read on paper")
