"""The chromium on this machine: Debian's, or the one that `playwright install chromium` brings."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_GET_IT: Final = "on Debian or Ubuntu: apt-get install chromium; else: playwright install chromium"


def installed() -> str | None:
    """Return the path of a chromium; None when there is none."""
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    return on_path or next(map(str, _of_playwright()), None)


def _of_playwright() -> list[Path]:
    home = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    return sorted(Path(home).glob("chromium-*/chrome-linux*/chrome"), reverse=True)
