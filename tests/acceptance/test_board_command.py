"""`handoff up` shows the board, and `handoff board` ends in an orderly way although pages are open."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.handoff_command import COMMAND, LIMIT_S, Up, a_line, environment, handoff
from tests.servers.folders import server_folder

pytestmark = [pytest.mark.broker, pytest.mark.postgres]


@pytest.fixture
def folder() -> Iterator[Path]:
    with server_folder() as made:
        yield made


@contextlib.contextmanager
def a_board(**settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `handoff board` on a free port, and yield the process with the address that it prints."""
    process = subprocess.Popen(
        [*COMMAND, "board", "--port", "0"], stderr=subprocess.PIPE, text=True, env=environment(**settings)
    )
    try:
        assert process.stderr is not None
        said = next(line for line in process.stderr if "the board is at" in line)
        yield process, said.split()[-1]
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_what_is_sent_shows_on_the_board_of_a_first_look(folder: Path) -> None:
    settings = {"HANDOFF_DATA": str(folder / "data")}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        running = Up(**settings, HANDOFF_BOARD__PORT=str(port))
        try:
            address = running.wait_for(ready=True)["board"]
            assert address.startswith("http://127.0.0.1:")
            assert not address.endswith(f":{port}"), "another program has that one"
            with httpx.Client(base_url=address, timeout=10) as browser:
                with browser.stream("GET", "/live/board?since=0") as tab:
                    lines = tab.iter_lines()
                    assert next(lines).startswith(("event: hello", "retry:"))
                    sent = handoff("send", "-", stdin=a_line("case-77"), **settings)
                    assert sent.returncode == 0, sent.stderr
                    assert next(line for line in lines if line.startswith("data:") and "case-77" in line)
                assert "case-77" in browser.get("/board").text
            with (
                a_board(**settings) as (second, its_address),
                httpx.stream("GET", f"{its_address}/live/board", timeout=10) as tab,
            ):
                next(tab.iter_lines())
                began = time.monotonic()
                second.send_signal(signal.SIGTERM)
                assert second.wait(LIMIT_S) == 0
                assert time.monotonic() - began < 4
            assert running.stop() == (0, "")
        finally:
            running.kill()
    with pytest.raises(httpx.ConnectError):
        httpx.get(address, timeout=5)


def test_a_board_that_cannot_be_shown_says_what_to_do(folder: Path) -> None:
    settings = {"HANDOFF_DATA": str(folder / "data")}
    no_database = handoff("board", **settings)
    assert no_database.returncode == 3
    assert "handoff up" in no_database.stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = handoff(
            "board", "--port", port, **settings, HANDOFF_POSTGRES__DSN="postgresql://x@127.0.0.1:1/x"
        )
    assert refused.returncode == 3
    assert f"port {port}" in refused.stderr
    assert "HANDOFF_BOARD__PORT" in refused.stderr
    outside = handoff(
        "board", "--host", "0.0.0.0", **settings, HANDOFF_POSTGRES__DSN="postgresql://x@127.0.0.1:1/x"
    )
    assert outside.returncode == 2
    assert "HANDOFF_BOARD__LOGIN" in outside.stderr
