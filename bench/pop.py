"""`python -m bench.pop`: how soon the screen pop finds a caller, and what it costs a worker that it does.

The board is a process of its own, asked over HTTP, one call after another. Each open handoff was taken in by
the desk and has links of its own; around them stand closed ones, and what other systems say of everybody.
The cost is that of the same requests and accepts with keys and their index and without, in turns.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter, process_time
from typing import Final
from unittest.mock import patch

import asyncpg
import httpx
import psutil
import uvloop

from bench import pop_ledger, report
from bench.board import a_board
from bench.percentiles import percentile
from bench.pop_ledger import a_desk, accepts, requests
from bench.servers import Servers, require_durable
from orchestrator.desk import Desk
from orchestrator.ledger import rows
from orchestrator.ledger.caller_keys import keys_of
from tests.servers import LocalPostgres, server_folder

QUICK: Final = os.environ.get("QUICK", "") not in ("", "0")
OPEN: Final = 10_000
ACCOUNTS: Final = 10_000 if QUICK else 50_000
_ASKED: Final = 20 if QUICK else 60
_ROUNDS: Final = 10 if QUICK else 40
_BATCH: Final = 100
_GOAL_MS: Final = 200
_MOST_COST: Final = 0.03


@dataclass(frozen=True, slots=True)
class Took:
    """How long one way to ask took."""

    p50_ms: float
    p95_ms: float

    @classmethod
    def of(cls, seconds: list[float]) -> Took:
        ms = sorted(1_000 * each for each in seconds)
        return cls(round(percentile(ms, 0.5), 1), round(percentile(ms, 0.95), 1))


@dataclass(frozen=True, slots=True)
class Cost:
    """By how much longer the desk takes for a request and its accept, the median of pairs of batches.

    0.01 is one percent.
    """

    time: float
    cpu: float
    """Of the desk and its connections: what else runs on the machine is not in it."""


@dataclass(frozen=True, slots=True)
class Pop:
    """What was measured."""

    open_handoffs: int
    accounts: int
    pages: dict[str, Took]
    write_cost: Cost


def _asked(n: int) -> dict[str, dict[str, str]]:
    """Return what a phone system may ask about handoff number `n`."""
    return {
        "conversation": {"conversation": f"room-{n}"},
        "address of a conversation": {"conversation": f"https://chat.example/rooms/room-{n}"},
        "unknown conversation": {"conversation": f"nobody-{n}"},
        "number in a link": {"phone": f"1555{n:07}"},
        "number of an account": {"phone": f"020 7{n // 10_000:03} {n % 10_000:04}"},
        "unknown number": {"phone": f"+49 89 {7_000_000 + n}"},
        "case": {"case": f"pop-{n}"},
    }


async def _pages(address: str) -> dict[str, Took]:
    """Ask in each way so many times, in turns."""
    took: dict[str, list[float]] = {name: [] for name in _asked(0)}
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        for turn in range(_ASKED):
            for name, query in _asked(turn * (OPEN // _ASKED)).items():
                began = perf_counter()
                answer = await client.get("/pop", params=query)
                took[name].append(perf_counter() - began)
                expected = 200 if name.startswith("unknown") else 303
                assert answer.status_code == expected, (name, query, answer.status_code)
    return {name: Took.of(seconds) for name, seconds in took.items()}


async def _write_cost(servers: Servers) -> Cost:
    """Return how much longer a desk takes with keys and their index, of so many pairs of batches in turns."""
    dsn = await servers.fresh_database()
    async with a_desk(dsn, servers.folder) as desk:
        await _write(desk, range(-_BATCH, 0))
        connection = await asyncpg.connect(dsn)
        index = await connection.fetchval("SELECT pg_get_indexdef('handoffs_caller_keys_idx'::regclass)")
        pids = await connection.fetch(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        backends = [psutil.Process(row["pid"]) for row in pids]
        times, cpus = [], []
        for turn in range(_ROUNDS):
            took, used = {}, {}
            for place, is_keyed in enumerate((True, False) if turn % 2 else (False, True)):
                await connection.execute("DROP INDEX IF EXISTS handoffs_caller_keys_idx")
                if is_keyed:
                    await connection.execute(index)
                first = (2 * turn + place) * _BATCH
                before = _cpu_s(backends)
                with patch.object(rows, "keys_of", keys_of if is_keyed else lambda _: []):
                    took[is_keyed] = await _write(desk, range(first, first + _BATCH))
                used[is_keyed] = _cpu_s(backends) - before
            times.append(took[True] / took[False])
            cpus.append(used[True] / used[False])
        await connection.close()
    return Cost(round(median(times) - 1, 4), round(median(cpus) - 1, 4))


def _cpu_s(backends: list[psutil.Process]) -> float:
    """Return what the desk and its connections in the database have used."""
    return process_time() + sum(sum(each.cpu_times()[:2]) for each in backends)


async def _write(desk: Desk, numbers: range) -> float:
    """Handle requests and their accepts, and return how long it took."""
    asked = requests(numbers)
    answers = accepts(asked)
    began = perf_counter()
    await desk.handle(asked)
    await desk.handle(answers)
    return perf_counter() - began


async def _run(servers: Servers, say: Callable[[str], None]) -> Pop:
    await require_durable(servers.dsn)
    await servers.prepare()
    cost = await _write_cost(servers)
    say(f"keys and their index cost {cost.time:+.1%} of the time, {cost.cpu:+.1%} of the processor time")
    dsn = await servers.fresh_database()
    await pop_ledger.fill(dsn, servers.folder, OPEN, ACCOUNTS)
    say(f"{OPEN:,} open handoffs, {ACCOUNTS:,} accounts")
    async with a_board(servers, dsn) as (_, address):
        return Pop(OPEN, ACCOUNTS, await _pages(address), cost)


def main() -> None:
    """Measure and print."""
    began = perf_counter()

    def say(text: str) -> None:
        print(f"[{perf_counter() - began:5.0f} s] {text}", flush=True)

    with server_folder() as folder, LocalPostgres(folder / "postgres") as postgres:
        found = uvloop.run(_run(Servers("", postgres.dsn, folder), say))
    lines = [
        report.Line(
            f"{name}, p50 / p95",
            f"{took.p50_ms:.1f} / {took.p95_ms:.1f} ms",
            f"<= {_GOAL_MS} ms",
            took.p95_ms <= _GOAL_MS,
        )
        for name, took in found.pages.items()
    ]
    cost = found.write_cost.cpu
    lines.append(
        report.Line("processor time of a write", f"{cost:+.1%}", f"<= {_MOST_COST:.0%}", cost <= _MOST_COST)
    )
    lines.append(report.Line("time of a write", f"{found.write_cost.time:+.1%}"))
    report.show(lines, title=f"/pop with {OPEN:,} open handoffs, {perf_counter() - began:.0f} s")
    print(json.dumps(asdict(found), indent=2))


if __name__ == "__main__":
    main()
