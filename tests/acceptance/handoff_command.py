"""Runs the real `handoff` command as a process of its own, as a person would."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import handoff_templates

LIMIT_S = 90.0
COMMAND = [sys.executable, "-m", "streams.cli"]


def environment(**settings: str) -> dict[str, str]:
    """Return the environment without settings of ours, and with these."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HANDOFF_")}
    return ours | settings


def handoff(*arguments: str, stdin: str | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
        env=environment(**settings),
    )


class Up:
    """A running `handoff up --json`, and what it has printed so far."""

    def __init__(self, **settings: str) -> None:
        self._process = subprocess.Popen(
            [*COMMAND, "up", "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(**settings),
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, **facts: Any) -> dict[str, Any]:
        """Return the next printed object that has these facts, in itself or in its data."""
        deadline = time.monotonic() + LIMIT_S
        while True:
            try:
                line = self._lines.get(timeout=max(deadline - time.monotonic(), 0.01))
            except queue.Empty:
                self._process.kill()
                assert self._process.stderr is not None
                raise AssertionError(f"never saw {facts}: {self._process.stderr.read()}") from None
            found = json.loads(line)
            known = {**found, **(found["data"] if isinstance(found.get("data"), dict) else {})}
            if all(known.get(name) == value for name, value in facts.items()):
                return known

    def stop(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """End it with a signal and return its exit code and what it wrote to stderr."""
        self._process.send_signal(number)
        code = self._process.wait(LIMIT_S)
        assert self._process.stderr is not None
        return code, self._process.stderr.read()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)

    def kill(self) -> None:
        """End it at once, if it still runs."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()


@contextlib.contextmanager
def up(**settings: str) -> Iterator[Up]:
    """Start `handoff up` and wait until it takes events in."""
    running = Up(**settings)
    try:
        running.wait_for(ready=True)
        yield running
    finally:
        running.kill()


def copy_of_templates(folder: Path, **replacements: tuple[str, str]) -> Path:
    """Copy the packaged templates; `replacements` are (old, new) for the `handoff.yaml` of a kind."""
    packaged = Path(handoff_templates.__file__).parent
    shutil.copytree(packaged, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for kind, (old, new) in replacements.items():
        file = folder / kind.replace("_", "-") / "handoff.yaml"
        text = file.read_text()
        assert old in text, f"{old!r} is not in {file}"
        file.write_text(text.replace(old, new))
    return folder


def a_line(case: str, **over: Any) -> str:
    """Return a request from chat to phone as a line for `handoff send`."""
    data = {
        "case_id": case,
        "customer": {"id": "customer-1", "account_id": "account-1", "name": "Ada Lovelace"},
        "sender": {"team": "chat", "channel": "chat", "agent_name": "Sarah"},
        "receiver": {"team": "phone", "channel": "phone"},
        "actor": {"kind": "agent", "id": "sarah", "team": "chat"},
        "reason": {"text": "a call is faster"},
        "summary": "The export stops.",
        "sentiment": {"score": -0.3},
        "checklist": {"number-confirmed": True},
    }
    event = {
        "specversion": "1.0",
        "id": f"{case}-request",
        "source": "//chat.example/desk",
        "type": "support.handoff.transfer.requested.v1",
        "time": "2026-03-02T09:00:00Z",
        "data": data | over,
    }
    return json.dumps(event) + "\n"
