"""The board's web server: where it listens, and how it ends."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from streams.app import NotReady
from streams.settings import Board as BoardSettings

_END_WITHIN_S: Final = 3
"""What is being answered when the board ends may take so long; streams end at once."""
_BACKLOG: Final = 512


class BoardServer(uvicorn.Server):
    """Leaves signals to whoever runs it."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                ws="none",
                log_config=None,
                log_level="warning",
                access_log=False,
                server_header=False,
                # Whose word is believed is the matter of `orchestrator.board.access`.
                proxy_headers=False,
                timeout_graceful_shutdown=_END_WITHIN_S,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    def stop(self) -> None:
        """End `serve` when what is being answered is answered."""
        self.should_exit = True


@contextlib.contextmanager
def listening(settings: BoardSettings) -> Iterator[socket.socket]:
    """Listen at the address of the settings while the block lasts.

    Raises:
        NotReady: it cannot be had.
    """
    host, port = settings.host, settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise NotReady(
            f"the board cannot listen at {host}, port {port}: {error.strerror}; "
            "set HANDOFF_BOARD__PORT to another port, or to 0 for any that is free"
        ) from error
    with listener:
        yield listener
