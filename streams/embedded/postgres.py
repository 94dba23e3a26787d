"""A real PostgreSQL from a wheel, reached over a unix socket, with its data in one folder."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from streams.embedded.child import Child, minimal_environment
from streams.embedded.errors import EmbeddedError
from streams.embedded.place import SOCKET, Place, find_place, socket_folder

START_LIMIT_S = 60.0
"""Recovery after a crash replays the write-ahead log and may take its time."""
PREDECESSOR_LIMIT_S = 10.0

_USER = "handoff"
_STILL_CLOSING = "pre-existing shared memory block"


class EmbeddedPostgres:
    """Run a PostgreSQL that keeps its data in `folder`, also when everything is killed.

    `settings` are server settings (`{"max_connections": "200"}`). Started by root it runs as the user
    `nobody`, because PostgreSQL refuses to run as root; where that user cannot enter `folder`, the data lies
    below /var/tmp and `folder` has a link to it.
    """

    def __init__(self, folder: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder.absolute()
        self.log = self.folder / "postgres.log"
        self._settings = dict(settings or {})
        self._child: Child | None = None
        self._sockets: Path | None = None

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._child is not None, "this PostgreSQL is not running"
        return self._child.pid

    def start(self) -> str:
        """Start it, making its data folder first if there is none, and return its DSN.

        Raises `EmbeddedError` when the wheel is missing, when another PostgreSQL runs on the same folder, or
        when it is not ready within 60 seconds.
        """
        if self._child is not None:
            raise EmbeddedError("this embedded PostgreSQL runs already")
        self.folder.mkdir(parents=True, exist_ok=True)
        place = find_place(self.folder)
        if not (place.data / "PG_VERSION").exists():
            _initialise(place)
        self._sockets = sockets = socket_folder(place)
        for lock in (place.data / "postmaster.pid", sockets / f"{SOCKET}.lock"):
            _wait_for_predecessor(place.data, lock, deadline=time.monotonic() + PREDECESSOR_LIMIT_S)
        self._child = self._start_ready(place, sockets, time.monotonic() + START_LIMIT_S)
        return f"postgresql://{_USER}@/postgres?host={quote(str(sockets))}"

    def stop(self) -> None:
        """Stop it, ending open connections; do nothing if it is not running."""
        child, self._child = self._child, None
        if child is not None:
            child.stop(signal.SIGINT, patience_s=30)
        if self._sockets is not None:
            with contextlib.suppress(OSError):
                self._sockets.rmdir()  # succeeds only where it held nothing but the socket

    def _start_ready(self, place: Place, sockets: Path, deadline: float) -> Child:
        while True:
            self.log.touch()
            log_start = self.log.stat().st_size
            child = Child(
                self._command(place, sockets),
                log=self.log,
                last_signal=signal.SIGINT,
                account=place.account,
            )
            while child.is_running:
                if _is_ready(place.data, child.pid):
                    return child
                if time.monotonic() > deadline:
                    child.stop()
                    raise EmbeddedError(
                        f"PostgreSQL was not ready within {START_LIMIT_S:.0f} s; its log: {self.log}"
                    )
                time.sleep(0.02)
            # Sessions of a killed server end by themselves; until then they hold its shared memory.
            said = self.log.read_bytes()[log_start:].decode(errors="replace")
            if _STILL_CLOSING not in said or time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL did not start; its log, {self.log}, ends:\n{said[-1000:]}")
            time.sleep(0.2)

    def _command(self, place: Place, sockets: Path) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{sockets}"',
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self._settings,
        }
        command = [str(place.programs / "postgres"), "-D", str(place.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return command


def _initialise(place: Place) -> None:
    # Made aside and renamed: an interrupted initdb must not look like a data folder next time.
    staging = place.make_private(place.data.with_name(f"data.{os.getpid()}.part"))
    result = subprocess.run(  # noqa: S603 - the wheel's own program, no shell
        [
            str(place.programs / "initdb"),
            *("--pgdata", str(staging), "--username", _USER, "--auth", "trust", "--encoding", "UTF8"),
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
        ],
        cwd="/",
        env=minimal_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        start_new_session=True,
        user=place.account.pw_uid if place.account else None,
        group=place.account.pw_gid if place.account else None,
        extra_groups=[] if place.account else None,
    )
    if result.returncode:
        raise EmbeddedError(f"PostgreSQL could not make a data folder:\n{result.stdout[-1000:]}")
    staging.rename(place.data)


def _lines(lock: Path) -> list[str]:
    try:
        return lock.read_text().splitlines()
    except FileNotFoundError:
        return []


def _is_ready(data: Path, pid: int) -> bool:
    lines = _lines(data / "postmaster.pid")
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _wait_for_predecessor(data: Path, lock: Path, *, deadline: float) -> None:
    """Wait until a server that is about to end has given up `lock`; clear what a killed one left."""
    while lines := _lines(lock):
        pid = int(lines[0])
        try:
            os.kill(pid, 0)
        except (ProcessLookupError, PermissionError):
            return  # PostgreSQL sees by itself that this one is not there
        if _works_elsewhere(pid, data):
            lock.unlink(missing_ok=True)
            return
        if time.monotonic() > deadline:
            raise EmbeddedError(f"a PostgreSQL (process {pid}) already runs on {data}")
        time.sleep(0.05)


def _works_elsewhere(pid: int, data: Path) -> bool:
    """Whether `pid` is not the server of `data`, which works in its data folder.

    The old server's id may belong to anybody by now, or to its own remains where no init collects them; both
    look alive to PostgreSQL, which would refuse to start.
    """
    try:
        return Path(f"/proc/{pid}/cwd").readlink() != data.resolve()
    except FileNotFoundError:
        return Path("/proc/self").exists()
    except OSError:
        return False
