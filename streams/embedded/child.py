"""A server process that ends when this Python process ends, however it ends."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

# A parent-death signal (prctl) would need a hook between fork and exec, exists on Linux only, and fires when
# the *thread* that started the child ends. A pipe has none of these traps: the kernel closes it with us.
_GUARD = 'read -r _; kill -s "$1" "$2"'


class Child:
    """Run one server in a session of its own, so that Ctrl-C in the terminal does not reach it.

    `log` gets its output. `last_signal` is what it is sent if this process ends without stopping it, even by
    kill -9. `account` runs it as another user of this machine (only root can).
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        log: Path,
        last_signal: signal.Signals = signal.SIGKILL,
        account: pwd.struct_passwd | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - the caller's own argv, no shell
                argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=dict(env) if env is not None else minimal_environment(),
                start_new_session=True,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
            )
        signal_name = last_signal.name.removeprefix("SIG")
        self._guard: subprocess.Popen[bytes] | None = subprocess.Popen(  # noqa: S603 - constant script
            ["/bin/sh", "-c", _GUARD, "guard", signal_name, str(self._process.pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the server has not ended yet."""
        if self._process.poll() is None:
            return True
        self._release_guard()
        return False

    def send(self, number: signal.Signals) -> None:
        """Send the server a signal; do nothing if it has ended."""
        self._process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGKILL, *, patience_s: float = 10.0) -> None:
        """Send `number`, wait, and kill what has not ended after `patience_s` seconds."""
        self._process.send_signal(number)
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._release_guard()

    def _release_guard(self) -> None:
        guard, self._guard = self._guard, None
        if guard is None:
            return
        guard.kill()
        assert guard.stdin is not None
        guard.stdin.close()
        guard.wait()


def minimal_environment() -> dict[str, str]:
    """Return an environment in which no variable of the user changes what a server does."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
