"""Folders for the data of servers."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def server_folder() -> Iterator[Path]:
    """Make a folder for a server's data and remove it afterwards.

    Unlike pytest's `tmp_path` it can be entered by the account that PostgreSQL runs as when root starts it.
    """
    folder = Path(tempfile.mkdtemp(prefix="handoff-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
