"""A TCP proxy that treats connections as bad networks do: it cuts, delays, slices, and loses answers."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Self

_CHUNK = 65_536
_SLOW_BYTES = 12
"""So many bytes of a chunk come a millisecond apart: a reader sees every part of a frame's head alone."""
_SLICED_BYTES = 1_500
"""So many come one by one, without a pause."""

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[], Awaitable[Streams]]


class Proxy:
    """Passes on what comes to a socket of its own; `connect` leads to the server."""

    def __init__(self, own: socket.socket, connect: Connect, rng: random.Random) -> None:
        self._own = own
        self._connect = connect
        self._rng = rng
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.delay_s = 0.0
        """How long a chunk waits at most."""
        self.is_slicing = False
        self.lose_answer_to: bytes | None = None
        """A request with these bytes is passed on once more, and its connection is cut before the answer."""
        self.cuts = 0
        self.lost_answers = 0

    @property
    def port(self) -> int:
        """Where it listens, on this machine only."""
        return int(self._own.getsockname()[1])

    def calm_down(self) -> None:
        """Be a good network again."""
        self.delay_s, self.is_slicing, self.lose_answer_to = 0.0, False, None

    def cut(self) -> None:
        """End every connection, some of them with a reset."""
        self.cuts += len(self._writers) // 2
        for writer in list(self._writers):
            self._cut(writer)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, sock=self._own)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in list(self._writers):
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            other_reader, other_writer = await self._connect()
        except OSError:
            writer.close()
            return
        pair = (writer, other_writer)
        self._writers.update(pair)
        for one, other, is_request in ((reader, other_writer, True), (other_reader, writer, False)):
            task = asyncio.create_task(self._pump(one, other, pair, is_request=is_request))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        pair: tuple[asyncio.StreamWriter, ...],
        *,
        is_request: bool,
    ) -> None:
        try:
            while chunk := await reader.read(_CHUNK):
                marker = self.lose_answer_to
                is_last = is_request and marker is not None and marker in chunk
                if is_last:
                    self.lose_answer_to = None
                    self.lost_answers += 1
                    # Not even the beginning of the answer may come through.
                    self._writers.discard(pair[0])
                    pair[0].transport.abort()
                await self._pass_on(chunk, writer)
                if is_last:
                    await asyncio.sleep(0.05)
                    return
        except OSError:
            pass
        finally:
            for each in pair:
                self._writers.discard(each)
                each.transport.abort()

    async def _pass_on(self, chunk: bytes, writer: asyncio.StreamWriter) -> None:
        if self.delay_s:
            await asyncio.sleep(self._rng.uniform(0.1, 1) * self.delay_s)
        if self.is_slicing:
            for number in range(min(len(chunk), _SLICED_BYTES)):
                writer.write(chunk[number : number + 1])
                await asyncio.sleep(0.001 if number < _SLOW_BYTES else 0)
            chunk = chunk[_SLICED_BYTES:]
        writer.write(chunk)
        await writer.drain()

    def _cut(self, writer: asyncio.StreamWriter) -> None:
        self._writers.discard(writer)
        if self._rng.random() < 0.5:
            with contextlib.suppress(OSError):
                now = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
        writer.transport.abort()


def own_port() -> socket.socket:
    """Return a socket bound to a free port of this machine."""
    own = socket.socket()
    own.bind(("127.0.0.1", 0))
    return own
