"""`make bench`: measure, print a table, write bench/results/latest.json.

Everything is durable: acks from all replicas, fsync and synchronous commit on. Ours, the plain loop and Faust
run on uvloop; Quix Streams has a loop of its own, in C.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
from collections.abc import Callable
from time import perf_counter
from typing import Any

import psutil
import uvloop

from bench import report
from bench.board import measure_board
from bench.clocks import fill_ledgers, measure_clocks
from bench.latency import measure_latency
from bench.load import Requests, fill
from bench.memory import measure_memory
from bench.ours import create_our_topics
from bench.scale import FULL, QUICK, Scale
from bench.servers import PARTITIONS, Servers, require_durable, servers
from bench.throughput import Race
from bench.watch import watcher
from orchestrator.wall_clock import SystemClock

PARTS = ("throughput", "latency", "clocks", "board", "memory")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="bench", description="How fast, how much, on this machine.")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="leave the other parts out")
    parts = parser.parse_args().only
    is_quick = os.environ.get("QUICK", "") not in ("", "0")
    began = perf_counter()

    def say(text: str) -> None:
        print(f"[{perf_counter() - began:5.0f} s] {text}", flush=True)

    with servers() as running:
        say(f"Apache Kafka on {running.bootstrap}, PostgreSQL in {running.folder}")
        results, lines = uvloop.run(_measure(running, QUICK if is_quick else FULL, parts, say))
    report.show(lines, title=f"{'Quick' if is_quick else 'Whole'} run, {perf_counter() - began:.0f} s")
    results |= {"quick": is_quick, "seconds": round(perf_counter() - began), "parts": list(parts)}
    print(f"written to {report.write(results)}")


async def _measure(
    servers: Servers, scale: Scale, parts: tuple[str, ...] | list[str], say: Callable[[str], None]
) -> tuple[dict[str, Any], list[report.Line]]:
    results: dict[str, Any] = {"taken_at": SystemClock().now().isoformat(timespec="seconds")}
    results["machine"] = await _machine(servers)
    lines: list[report.Line] = []

    def keep(part: str, found: tuple[dict[str, Any], list[report.Line]]) -> None:
        results[part] = found[0]
        lines.extend(found[1])

    requests = Requests()
    await servers.prepare()
    await create_our_topics(servers)
    async with watcher(servers.kafka) as watching:
        if {"throughput", "board", "memory"} & set(parts):
            written = await fill(servers.kafka, PARTITIONS, requests, scale.handoffs)
            say(f"{scale.handoffs:,} requests of {written // scale.handoffs:,} bytes are waiting")
        if "throughput" in parts:
            race = Race(servers, watching, scale)
            keep("throughput", report.throughput(await race.run(say)))
        if "latency" in parts:
            keep("latency", report.latency(await measure_latency(servers, requests, scale)))
            say("latency is measured")
        if "board" in parts:
            keep("board", report.board(await measure_board(servers, watching, scale, say)))
        # Neither of these two is timed, so they may share the machine.
        memory, ledgers = await asyncio.gather(
            measure_memory(servers, watching, scale) if "memory" in parts else _nothing(),
            fill_ledgers(servers, scale, say) if "clocks" in parts else _nothing(),
        )
        if ledgers:
            keep("clocks", report.clocks(await measure_clocks(servers, ledgers, scale, say)))
        if memory:
            keep("memory", report.memory(memory))
    return results, lines


async def _nothing() -> None:
    return None


async def _machine(servers: Servers) -> dict[str, Any]:
    durable = await require_durable(servers.dsn)
    return {
        "cpus": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "python": platform.python_version(),
        "postgresql": durable,
        "kafka": "acks=all, one node, one replica",
        "load_average": [round(each, 2) for each in psutil.getloadavg()],
    }


if __name__ == "__main__":
    main()
