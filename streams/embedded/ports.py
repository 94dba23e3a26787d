"""TCP ports of this machine for servers that are started here."""

from __future__ import annotations

import secrets
import socket
from typing import Final

_HOST: Final = "127.0.0.1"
_FIRST, _LAST = 15_000, 31_999
"""Below the ports that kernels give to clients: between the choice and the server's start, any connection of
any program could take one of those."""


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on right now."""
    while True:
        port = _FIRST + secrets.randbelow(_LAST - _FIRST + 1)
        if is_free(port):
            return port


def is_free(port: int, host: str = _HOST) -> bool:
    """Whether a server can listen on a TCP port of `host` right now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # What the last server's connections left behind does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
