"""Takes pictures of every page into `docs/screens`: always the same floor, at the same instant."""

from __future__ import annotations

import argparse
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.board.browsing import browser
from tests.board.running import RunningFloor, running
from tests.board.world import seed
from tests.fakes import ManualClock
from tests.servers import choose_postgres
from tests.servers.sync import run_sync

NOW: Final = datetime(2026, 11, 18, 13, 20, tzinfo=UTC)
"""A Wednesday, in the middle of the day."""
FOLDER: Final = Path(__file__).parents[2] / "docs" / "screens"
_PAGES: Final = {
    "board": "/board",
    "board-one-team": "/board?to=billing",
    "wall": "/wall",
    "queue": "/queue/tier-2",
    "handoff": "/handoffs/{ada-refund}",
    "handoff-offered": "/handoffs/{ada-exports}",
    "screen-pop": "/handoffs/{ada-refund}?embed=1",
    "ribbon": "/handoffs/{handed-on}/ribbon",
    "map": "/map",
    "map-system": "/map?of=billing",
    "reports": "/reports",
    "reports-cases": "/reports/cases",
    "preferences": "/preferences",
    "you": "/you",
    "not-found": "/no-such-page",
}
_HIGHEST: Final = 1500
"""Pixels: of a page that is longer, its beginning."""
_MOST_COLOURS: Final = 128
_SETTLES_WITHIN_MS: Final = 900


class Look(NamedTuple):
    """A way to look at pages."""

    pages: frozenset[str]
    given: Mapping[str, Any]


_EVERY: Final = frozenset(_PAGES)
_TWO: Final = frozenset({"board", "handoff"})
_WIDE: Final = {"width": 1400, "height": 900}
_NARROW: Final = {"width": 390, "height": 844}
LOOKS: Final = {
    "wide": Look(_EVERY, {"viewport": _WIDE}),
    "narrow": Look(_EVERY, {"viewport": _NARROW}),
    "dark": Look(_EVERY, {"viewport": _WIDE, "color_scheme": "dark"}),
    "contrast": Look(_TWO, {"viewport": _WIDE, "contrast": "more"}),
    "german": Look(_TWO, {"viewport": _WIDE, "locale": "de-DE"}),
}


def main() -> int:
    """Take them all, and say what a page complained of; return how many complaints there were."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--into", type=Path, default=FOLDER)
    asked.add_argument("--only", default="", help="pages whose name begins so")
    options = asked.parse_args()
    complaints = []
    with choose_postgres() as postgres, tempfile.TemporaryDirectory() as made:
        dsn = postgres.create_database("screens")
        world = run_sync(lambda: seed(dsn, now=NOW, is_hostile=False))
        with running(dsn, world, ManualClock(NOW), sweeps=False) as floor, browser() as chromium:
            for path, problems in _take(chromium, floor, Path(made), options.only):
                print(f"{path.name}: {path.stat().st_size // 1000} kB", *problems, sep="\n  ", flush=True)
                complaints += problems
        _put(Path(made), options.into, is_all=not options.only)
    return len(complaints)


def _take(chromium: Browser, floor: RunningFloor, into: Path, only: str) -> Iterator[tuple[Path, list[str]]]:
    for look, (pages, given) in LOOKS.items():
        context = chromium.new_context(
            **{"locale": "en-GB", "timezone_id": "Europe/Berlin", "reduced_motion": "reduce", **given}
        )
        page = context.new_page()
        page.clock.set_fixed_time(NOW)
        problems: list[str] = []
        page.on("console", lambda said, to=problems: to.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error, to=problems: to.append(error.message))
        for name, path in _PAGES.items():
            if name in pages and name.startswith(only):
                problems.clear()
                answer = page.goto(floor.url(path), wait_until="load")
                assert answer is not None
                if answer.status >= 500:
                    raise SystemExit(f"{path} answered {answer.status}")
                page.wait_for_timeout(_SETTLES_WITHIN_MS)
                to = into / f"{name}-{look}.png"
                to.write_bytes(_small(_picture(page)))
                yield to, [each for each in problems if "404" not in each or name != "not-found"]
        context.close()


def _picture(page: Page) -> bytes:
    size = page.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollHeight]")
    clip = {"x": 0, "y": 0, "width": size[0], "height": min(size[1], _HIGHEST)}
    return page.screenshot(full_page=True, clip=clip, animations="disabled", caret="hide")


def _small(png: bytes) -> bytes:
    """Return the same picture with few colours: a third of the bytes, and no difference to see."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    few = picture.quantize(_MOST_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def _put(made: Path, into: Path, *, is_all: bool) -> None:
    into.mkdir(parents=True, exist_ok=True)
    if is_all:
        for old in into.glob("*.png"):
            old.unlink()
    for picture in made.iterdir():
        shutil.copyfile(picture, into / picture.name)


if __name__ == "__main__":
    sys.exit(main())
