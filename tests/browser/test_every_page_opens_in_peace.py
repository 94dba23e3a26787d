"""Each page says what it is, and nothing goes wrong in it: no script fails, nothing is blocked or missing."""

from __future__ import annotations

import pytest

from tests.board.running import RunningFloor
from tests.browser.conftest import NewTab
from tests.browser.findings import require_none
from tests.browser.pages import PAGES

_STATUS = {"not-found": 404}


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_opens_in_peace(language: str, shown: RunningFloor, new_tab: NewTab) -> None:
    tab = new_tab(shown, locale=language)
    tab.expects = ("404 (Not Found)",)
    wrong = {}
    for name, path in PAGES.items():
        answer = tab.open(path)
        said = {
            "status": answer.status,
            "headings": tab.page.locator("h1").count(),
            "language": tab.page.locator("html").get_attribute("lang"),
        }
        expected = {"status": _STATUS.get(name, 200), "headings": 1, "language": language}
        if said != expected or not tab.page.title().strip():
            wrong[name] = said
    require_none(wrong, "not as they should be")
