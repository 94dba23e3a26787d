"""A tab of one person, which notes what no page may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Response

from tests.board.running import RunningFloor
from tests.browser.findings import require_none

_WATCH = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (e) => {
  console.error(`security policy: ${e.violatedDirective} ${e.blockedURI} ${e.sample}`);
});
"""


@dataclass(slots=True)
class Tab:
    """A tab; everything of playwright's `Page` is at `page`."""

    floor: RunningFloor
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    """Errors on the console, scripts that failed, answers of 500 and above, dialogs that opened."""
    expects: tuple[str, ...] = ()
    """Parts of complaints that this test brings about on purpose."""

    def open(self, path: str) -> Response:
        """Open a page; `{name}` stands for the id of a handoff of the world."""
        answer = self.page.goto(self.floor.url(path), wait_until="load")
        assert answer is not None
        assert answer.status < 500, f"{path} answered {answer.status}: {answer.text()[:2000]}"
        return answer

    def until_live(self) -> None:
        """Wait until the page hears of what happens."""
        self.page.wait_for_selector('[data-live-state="live"]', state="attached", timeout=20_000)

    def close(self) -> None:
        """Close it."""
        self.context.close()

    def require_peace(self) -> None:
        """Make sure that nothing happened in it that no page may do."""
        unexpected = [c for c in self.complaints if not any(part in c for part in self.expects)]
        require_none({"this tab": unexpected}, "went wrong")


def tab(chromium: Browser, floor: RunningFloor, **over: Any) -> Tab:
    """Open a tab; `over` is what playwright's `new_context` takes."""
    given = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", "reduced_motion": "reduce"}
    context = chromium.new_context(**{**given, **over})
    context.set_default_timeout(20_000)
    context.add_init_script(_WATCH)
    page = context.new_page()
    opened = Tab(floor, context, page)

    def note_console(said: ConsoleMessage) -> None:
        if said.type == "error":
            opened.complaints.append(f"{page.url}: console: {said.text}")

    def note_dialog(dialog: Dialog) -> None:
        opened.complaints.append(f"{page.url}: dialog: {dialog.message}")
        dialog.dismiss()

    def note_answer(answer: Response) -> None:
        if answer.status >= 500:
            opened.complaints.append(f"{answer.url} answered {answer.status}")

    page.on("console", note_console)
    page.on("dialog", note_dialog)
    page.on("response", note_answer)
    page.on("pageerror", lambda error: opened.complaints.append(f"{page.url}: script: {error}"))
    return opened
