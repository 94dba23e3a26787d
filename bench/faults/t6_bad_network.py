"""T6: connections to the broker and the database are cut, slow, sliced to single bytes, or lose an answer.

A lost answer is the worst: the database has committed, and the worker cannot know.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, urlsplit

from bench.faults.proxy import Proxy, Streams, own_port
from bench.faults.scale import Scale
from bench.faults.site import Run, Site
from bench.faults.stories import interleave, tell
from bench.faults.t1_workers_die import all_own, spread
from bench.faults.t5_broker_fails import reads_again
from bench.faults.trial import Trial, trial
from bench.faults.verdict import Verdict

_COMMIT = b"COMMIT;"
_DELAY_S = 0.12
_CUT_EVERY_S = (0.2, 0.8)
_LOSE_EVERY_S = 0.15


class _Network:
    """Both proxies."""

    def __init__(self, kafka: Proxy, postgres: Proxy, rng: random.Random) -> None:
        self.kafka = kafka
        self.postgres = postgres
        self._rng = rng

    async def cut_kafka(self, seconds: float) -> None:
        await self._cut([self.kafka], seconds)

    async def cut_postgres(self, seconds: float) -> None:
        await self._cut([self.postgres], seconds)

    async def cut_both(self, seconds: float) -> None:
        await self._cut([self.kafka, self.postgres], seconds)

    async def delay(self, seconds: float) -> None:
        self.kafka.delay_s = self.postgres.delay_s = _DELAY_S
        await asyncio.sleep(seconds)

    async def slice(self, seconds: float) -> None:
        self.kafka.is_slicing = self.postgres.is_slicing = True
        await asyncio.sleep(seconds)

    async def lose_answers(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.postgres.lose_answer_to = _COMMIT
            await asyncio.sleep(_LOSE_EVERY_S)

    async def _cut(self, proxies: list[Proxy], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for proxy in proxies:
                proxy.cut()
            await asyncio.sleep(self._rng.uniform(*_CUT_EVERY_S))


_Disturb = Callable[[_Network, float], Awaitable[None]]
DISTURBANCES: dict[str, _Disturb] = {
    "cuts to Kafka": _Network.cut_kafka,
    "cuts to PostgreSQL": _Network.cut_postgres,
    "cuts to both": _Network.cut_both,
    "latency": _Network.delay,
    "one-byte slices": _Network.slice,
    "lost answers": _Network.lose_answers,
}


async def t6(
    site: Site, scale: Scale, seed: int, *, only: str | None = None, mutant: str | None = None
) -> Verdict:
    """Let events come in while the network is bad, in every way one after another."""
    async with trial(site, "T6", scale, seed, mutant=mutant) as test:
        names = [only] if only is not None else list(DISTURBANCES) * scale.t6_rounds
        test.rng.shuffle(names)
        postgres = Proxy(own_port(), lambda: _to_postgres(test.run), test.rng)
        kafka = Proxy(site.kafka.proxy_socket(), site.kafka.connect, test.rng)
        async with kafka, postgres:
            _send_through(test.run, site.kafka.proxied, postgres.port)
            recovered = await _disturb(test, _Network(kafka, postgres, test.rng), names)
            test.verdict.facts |= {
                "cuts": kafka.cuts + postgres.cuts,
                "lost_answers": postgres.lost_answers,
                "recovery_s": {name: spread(seconds) for name, seconds in recovered.items()},
            }
            if "lost answers" in names and not postgres.lost_answers:
                test.verdict.blame("network", "no answer was ever lost")
            return await test.judge()


async def _disturb(test: Trial, network: _Network, names: list[str]) -> dict[str, list[float]]:
    """Make the network bad in the ways `names`, and return how long it took to recover from each."""
    steps = interleave(test.rng, tell(test.rng, test.scale.t6_events, prefix=test.prefix))
    share = -(-len(steps) // len(names))
    for _ in range(2):
        test.fleet.start()
    await all_own(test)
    recovered: dict[str, list[float]] = {}
    for number, name in enumerate(names):
        part = steps[number * share : (number + 1) * share]
        sending = asyncio.create_task(test.sender.tell(part, per_second=len(part) / test.scale.part_s))
        await DISTURBANCES[name](network, test.scale.part_s)
        for proxy in (network.kafka, network.postgres):
            proxy.calm_down()
        calm = time.monotonic()
        await sending
        await reads_again(test)
        recovered.setdefault(name, []).append(time.monotonic() - calm)
    return recovered


def _send_through(run: Run, kafka: str, postgres_port: int) -> None:
    """Let the workers of a test, and nobody else, come through the proxies."""
    parts = urlsplit(run.dsn)
    run.env["HANDOFF_KAFKA__BOOTSTRAP"] = kafka
    run.env["HANDOFF_POSTGRES__DSN"] = f"postgresql://{parts.username}@127.0.0.1:{postgres_port}{parts.path}"


async def _to_postgres(run: Run) -> Streams:
    folder = parse_qs(urlsplit(run.dsn).query)["host"][0]
    return await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")
