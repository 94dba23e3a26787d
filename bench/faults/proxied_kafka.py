"""A broker with a second door, at which it tells clients to come back through a proxy."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from bench.faults.proxy import Streams, own_port
from streams.embedded.ports import free_port
from tests.servers import ApacheKafka

_HOST = "127.0.0.1"


class ProxiedKafka(ApacheKafka):
    """Clients of the second door are sent to a port that is kept for the proxy from the start."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self._door = free_port()
        self._kept = own_port()

    @property
    def proxied(self) -> str:
        """The address of the second door, once a proxy listens there."""
        return f"{_HOST}:{self._kept.getsockname()[1]}"

    def proxy_socket(self) -> socket.socket:
        """Return the socket on which the proxy has to listen."""
        return self._kept.dup()

    async def connect(self) -> Streams:
        """Go through the second door."""
        return await asyncio.open_connection(_HOST, self._door)

    def stop(self) -> None:
        """End it."""
        super().stop()
        self._kept.close()

    def _write_properties(self, node: int) -> Path:
        path = super()._write_properties(node)
        lines = dict(line.split("=", 1) for line in path.read_text().splitlines())
        lines["listeners"] += f",PROXIED://{_HOST}:{self._door}"
        lines["advertised.listeners"] += f",PROXIED://{self.proxied}"
        lines["listener.security.protocol.map"] += ",PROXIED:PLAINTEXT"
        path.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        return path
