"""The workers of a test: operating-system processes that are started, killed and stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from itertools import count
from pathlib import Path

from bench.faults.crash_points import CRASHED, FROZEN
from bench.faults.site import Run
from streams.embedded.child import Child

_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_S = 45.0


class WorkerProcess:
    """One worker."""

    def __init__(self, child: Child, log: Path) -> None:
        self.child = child
        self.log = log
        self.is_wanted = True

    @property
    def pid(self) -> int:
        """Its process id, which its claims in the ledger end with."""
        return self.child.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.child.is_running

    def kill(self) -> None:
        """Kill it with SIGKILL."""
        self.is_wanted = False
        self.child.stop(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop it where it is, with its connections open."""
        self.child.send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.child.send(signal.SIGCONT)

    async def stop(self) -> None:
        """Stop it as an orchestrator of containers would."""
        self.is_wanted = False
        await asyncio.to_thread(self.child.stop, signal.SIGTERM, patience_s=_PATIENCE_S)

    def said(self, tail: int = 3000) -> str:
        """Return the end of what it printed."""
        return self.log.read_text(errors="replace")[-tail:]

    @property
    def has_frozen_as_told(self) -> bool:
        """Whether it has come to the place at which it freezes."""
        return FROZEN in self.log.read_text(errors="replace")

    @property
    def has_crashed_as_told(self) -> bool:
        """Whether it ended at its crash point."""
        return not self.is_running and CRASHED in self.said(200)


class Fleet:
    """All workers of a test; at the end every one is gone."""

    def __init__(self, run: Run, *, mutant: str | None = None) -> None:
        self._run = run
        self._mutant = mutant
        self._numbers = count(1)
        self.workers: list[WorkerProcess] = []

    def start(
        self,
        *,
        crash: str | None = None,
        freeze: str | None = None,
        hit: int = 1,
        session_ms: int | None = None,
    ) -> WorkerProcess:
        """Start a worker, which dies at the place `crash`, or freezes at `freeze`, for the `hit`-th time."""
        env = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(_ROOT), **self._run.env}
        told = {"CRASH": crash, "FREEZE": freeze, "HIT": hit}
        told |= {"MUTANT": self._mutant, "SESSION_MS": session_ms}
        env |= {f"FAULTS_{name}": str(value) for name, value in told.items() if value is not None}
        log = self._run.folder / f"{self._run.group}-worker-{next(self._numbers)}.log"
        child = Child([sys.executable, "-m", "bench.faults.worker_process"], log=log, env=env)
        worker = WorkerProcess(child, log)
        self.workers.append(worker)
        return worker

    def running(self) -> list[WorkerProcess]:
        """Return the workers that run."""
        return [worker for worker in self.workers if worker.is_running]

    def fallen(self) -> list[str]:
        """Return what workers said that ended although nobody told them to."""
        return [
            worker.said()
            for worker in self.workers
            if worker.is_wanted and not worker.is_running and not worker.has_crashed_as_told
        ]

    async def __aenter__(self) -> Fleet:
        return self

    async def __aexit__(self, *_: object) -> None:
        for worker in self.running():
            worker.kill()
