"""Throughput: handoffs fully processed a second by one worker, beside the same work carried by others."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from statistics import median

from bench.ours import OUTPUTS, our_worker
from bench.processes import Contestant, running
from bench.scale import Scale
from bench.servers import Servers
from bench.watch import Pace, Watcher

OURS, PASSTHROUGH, FAUST, QUIX = "ours", "passthrough", "faust", "quix"


class Race:
    """Runs the contestants one after another on the same requests."""

    def __init__(self, servers: Servers, watcher: Watcher, scale: Scale) -> None:
        self._servers = servers
        self._watcher = watcher
        self._scale = scale
        self._numbers = count(1)
        self._paces: dict[str, list[Pace]] = {PASSTHROUGH: [], OURS: [], QUIX: [], FAUST: []}

    async def run(self, say: Callable[[str], None]) -> dict[str, list[Pace]]:
        """Run all rounds and return what each contestant did in each."""
        for _ in range(self._scale.rounds):
            await self._rival(PASSTHROUGH, self._passthrough, ("packets", "lifecycle"), say)
            await self._ours(say)
            await self._rival(QUIX, self._quix, ("packets", "lifecycle"), say)
            faust = partial(self._faust, dsn=await self._servers.fresh_database())
            await self._rival(FAUST, faust, ("packets",), say)
        return self._paces

    async def _ours(self, say: Callable[[str], None]) -> None:
        dsn = await self._servers.fresh_database()
        with our_worker(self._servers, dsn, group=f"race-{next(self._numbers)}") as worker:
            await self._watch(OURS, worker, OUTPUTS, say)

    async def _rival(
        self,
        name: str,
        start: Callable[[str], contextlib.AbstractContextManager[Contestant]],
        kinds: tuple[str, ...],
        say: Callable[[str], None],
    ) -> None:
        out = f"{name}-{next(self._numbers)}"
        topics = [f"{out}.{kind}" for kind in kinds]
        await self._servers.create_topics(topics)
        with start(out) as contestant:
            await self._watch(name, contestant, topics, say)

    async def _watch(
        self,
        name: str,
        contestant: Contestant,
        topics: tuple[str, ...] | list[str],
        say: Callable[[str], None],
    ) -> None:
        pace = await self._watcher.pace(
            contestant, topics, total=self._scale.handoffs, window_s=self._scale.window_s
        )
        self._paces[name].append(pace)
        say(f"{name}: {pace.per_second:,.0f} handoffs/s over {pace.seconds:.1f} s")

    @contextlib.contextmanager
    def _passthrough(self, out: str) -> Iterator[Contestant]:
        where = ("--bootstrap", self._servers.bootstrap, "--out", out)
        module = "bench.rivals.passthrough"
        with running(out, module, *where, folder=self._servers.folder, env={}) as contestant:
            yield contestant

    @contextlib.contextmanager
    def _quix(self, out: str) -> Iterator[Contestant]:
        folder = self._servers.folder / out
        folder.mkdir()
        where = ("--bootstrap", self._servers.bootstrap, "--out", out, "--folder", str(folder))
        with running(out, "bench.rivals.quix_app", *where, folder=self._servers.folder, env={}) as contestant:
            yield contestant

    @contextlib.contextmanager
    def _faust(self, out: str, dsn: str) -> Iterator[Contestant]:
        folder = self._servers.folder / out
        folder.mkdir()
        env = {
            "BENCH_OUT": out,
            "BENCH_BOOTSTRAP": self._servers.bootstrap,
            "BENCH_DSN": dsn,
            "BENCH_FOLDER": str(folder),
        }
        arguments = ("worker", "--loglevel", "warn", "--without-web")
        module = "bench.rivals.faust_agent"
        with running(out, module, *arguments, folder=self._servers.folder, env=env) as contestant:
            yield contestant


def per_second(paces: list[Pace]) -> float:
    """Return the median of the rounds."""
    return median(pace.per_second for pace in paces)
