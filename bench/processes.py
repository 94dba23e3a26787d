"""Contestants: each is an operating-system process of its own, started afresh for each run."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from streams.embedded.child import Child

_ROOT = Path(__file__).resolve().parents[1]
_MB = 1_000_000


class Contestant:
    """A running process."""

    def __init__(self, name: str, child: Child, log: Path) -> None:
        self.name = name
        self._child = child
        self._log = log

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    def require_running(self) -> None:
        """Raise `RuntimeError` with the end of its log if it has ended."""
        if not self._child.is_running:
            raise RuntimeError(f"{self.name} ended:\n{self._log.read_text(errors='replace')[-3000:]}")

    def memory_mb(self) -> float:
        """Return its resident memory in millions of bytes."""
        return psutil.Process(self.pid).memory_info().rss / _MB

    def cpu_s(self) -> float:
        """Return the processor time it has used."""
        times = psutil.Process(self.pid).cpu_times()
        return float(times.user + times.system)


@contextlib.contextmanager
def running(
    name: str, module: str, *arguments: str, folder: Path, env: Mapping[str, str]
) -> Iterator[Contestant]:
    """Run `python -m module` while the block lasts; its output goes to a log in `folder`."""
    log = folder / f"{name}.log"
    child = Child(
        [sys.executable, "-m", module, *arguments],
        log=log,
        env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(_ROOT), **env},
    )
    contestant = Contestant(name, child, log)
    try:
        yield contestant
        contestant.require_running()
    finally:
        child.stop(signal.SIGTERM, patience_s=10)
