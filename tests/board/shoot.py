"""Takes a picture of a page: `python -m tests.board.shoot http://127.0.0.1:8400/board b.png --width 390`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from playwright.sync_api import Error

from tests.board.browsing import browser


def main() -> int:
    """Take it, and print what the page complained of; return how many complaints there were."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("url")
    asked.add_argument("out", type=Path)
    asked.add_argument("--width", type=int, default=1400)
    asked.add_argument("--height", type=int, default=900)
    asked.add_argument("--dark", action="store_true")
    asked.add_argument("--contrast", action="store_true", help="a reader who asks for more contrast")
    asked.add_argument("--language", default="en-GB")
    asked.add_argument("--whole", action="store_true", help="all of the page, not only what fits")
    asked.add_argument("--no-script", action="store_true")
    options = asked.parse_args()
    complaints: list[str] = []
    with browser() as chromium:
        context = chromium.new_context(
            viewport={"width": options.width, "height": options.height},
            color_scheme="dark" if options.dark else "light",
            contrast="more" if options.contrast else "no-preference",
            locale=options.language,
            reduced_motion="reduce",
            java_script_enabled=not options.no_script,
        )
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(error.message))
        try:
            # A page with a stream of events is never idle.
            answer = page.goto(options.url, wait_until="load")
            page.wait_for_timeout(700)
        except Error as error:
            print(f"{options.url}: {error.message}", file=sys.stderr)
            return 1
        page.screenshot(path=options.out, full_page=options.whole)
        status = answer.status if answer is not None else 0
        if not options.no_script:
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > options.width:
                complaints.append(f"the page is {wide} px wide, the window {options.width} px")
        print(f"{options.url} answered {status}; picture: {options.out}")
    for complaint in complaints:
        print(f"  complains: {complaint}", file=sys.stderr)
    return len(complaints)


if __name__ == "__main__":
    sys.exit(main())
