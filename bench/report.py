"""The result: one table for people, one JSON file for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.board_figures import Board
from bench.clocks import Lateness
from bench.latency import Latency
from bench.memory import Memory
from bench.throughput import FAUST, OURS, PASSTHROUGH, QUIX, per_second
from bench.watch import Pace

_GROWS = 1.25
"""Twice the noise of the middle; that of the p99 of a short run is larger than any growth."""
LATEST = Path(__file__).with_name("results") / "latest.json"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table."""

    what: str
    measured: str
    goal: str = ""
    is_met: bool | None = None


def throughput(paces: Mapping[str, list[Pace]]) -> tuple[dict[str, Any], list[Line]]:
    """Return the JSON and the rows of the throughput."""
    rates = {name: per_second(of) for name, of in paces.items()}
    ours = rates[OURS]
    goals = {PASSTHROUGH: 0.35, FAUST: 8.0, QUIX: 1.0}
    words = {PASSTHROUGH: "plain aiokafka loop", FAUST: "faust-streaming agent", QUIX: "Quix Streams"}
    found: dict[str, Any] = {"handoffs_per_s": round(ours, 1)}
    lines = [Line("handoffs a second, one worker", f"{ours:,.0f}")]
    for name, goal in goals.items():
        ratio = ours / rates[name]
        found[f"ratio_to_{name}"] = round(ratio, 3)
        lines.append(
            Line(
                f"beside a {words[name]} ({rates[name]:,.0f}/s)",
                f"{ratio:.2f} x",
                f">= {goal} x",
                ratio >= goal,
            )
        )
    found["contestants"] = {
        name: {"per_s": round(rates[name], 1), "rounds": [asdict(pace) for pace in of]}
        for name, of in paces.items()
    }
    return found, lines


def latency(measured: Latency) -> tuple[dict[str, Any], list[Line]]:
    """Return the JSON and the rows of the latency."""
    ours, bare = measured.ours, measured.bare
    ratio = ours.p99_ms / bare.p99_ms
    found = {
        "p50_ms": round(ours.p50_ms, 2),
        "p99_ms": round(ours.p99_ms, 2),
        "ratio_to_bare_p99": round(ratio, 2),
        "bare_p50_ms": round(bare.p50_ms, 2),
        "bare_p99_ms": round(bare.p99_ms, 2),
    }
    met = ours.p99_ms <= 60 or ratio <= 6
    return found, [
        Line("event sent to packet read, p50", f"{ours.p50_ms:.1f} ms"),
        Line("event sent to packet read, p99", f"{ours.p99_ms:.1f} ms", "<= 60 ms, or", met),
        Line(f"beside a bare round trip (p99 {bare.p99_ms:.1f} ms)", f"{ratio:.1f} x", "<= 6 x", met),
    ]


def clocks(measured: Mapping[int, Lateness]) -> tuple[dict[str, Any], list[Line]]:
    """Return the JSON and the rows of the clocks."""
    found = {
        str(size): {
            "p50_ms": round(late.fired.p50_ms, 2),
            "p99_ms": round(late.fired.p99_ms, 2),
            "read_p50_ms": round(late.read.p50_ms, 2),
            "read_p99_ms": round(late.read.p99_ms, 2),
            "fired": late.fired.count,
        }
        for size, late in measured.items()
    }
    lines = [
        Line(
            f"lateness with {size:,} open clocks, p50 / p99",
            f"{late.fired.p50_ms:.1f} / {late.fired.p99_ms:.1f} ms",
            "p99 <= 100 ms",
            late.fired.p99_ms <= 100,
        )
        for size, late in measured.items()
    ]
    few, many = min(measured), max(measured)
    grows = measured[many].fired.p50_ms / measured[few].fired.p50_ms
    what = f"p50 with {many:,} beside p50 with {few:,}"
    lines.append(Line(what, f"{grows:.2f} x", f"<= {_GROWS} x", grows <= _GROWS))
    return found | {"growth": round(grows, 2)}, lines


def memory(measured: Mapping[int, Memory]) -> tuple[dict[str, Any], list[Line]]:
    """Return the JSON and the rows of the memory."""
    found = {f"mb_{wanted // 1_000}k": round(memory.mb, 1) for wanted, memory in measured.items()}
    read_after = {str(wanted): memory.handoffs for wanted, memory in measured.items()}
    return {**found, "read_after": read_after}, [
        Line(
            f"memory after {memory.handoffs:,} handoffs", f"{memory.mb:.0f} MB", "<= 200 MB", memory.mb <= 200
        )
        for memory in measured.values()
    ]


def board(measured: Board) -> tuple[dict[str, Any], list[Line]]:
    """Return the JSON and the rows of the board."""
    found = {name: round(value, 1) for name, value in asdict(measured).items()}
    found["worker_ratio"] = round(measured.worker_ratio, 3)
    page, told, ratio = measured.page_p95_ms, measured.told_max_ms, measured.worker_ratio
    many = f"{measured.open_handoffs:,} open, {measured.tabs} tabs"
    return found, [
        Line(f"first page of the board ({many}), p50", f"{measured.page_p50_ms:.0f} ms"),
        Line("first page of the board, p95", f"{page:.0f} ms", "<= 200 ms", page <= 200),
        Line("event stored to tab told, p50", f"{measured.told_p50_ms:.0f} ms"),
        Line("event stored to tab told, p99", f"{measured.told_p99_ms:.0f} ms"),
        Line("event stored to the last tab told, max", f"{told:.0f} ms", "<= 1000 ms", told <= 1_000),
        Line("memory of the board", f"{measured.memory_mb:.0f} MB", "<= 200 MB", measured.memory_mb <= 200),
        Line("worker with the board beside it", f"{ratio:.2f} x", ">= 0.9 x", ratio >= 0.9),
    ]


def show(lines: list[Line], *, title: str) -> None:
    """Print the table."""
    table = Table("", "measured", "goal", "", title=title, title_justify="left")
    table.columns[1].justify = "right"
    for line in lines:
        mark = {None: "", True: "[green]met[/]", False: "[red]missed[/]"}[line.is_met]
        table.add_row(line.what, line.measured, line.goal, mark)
    Console().print(table)


def write(results: Mapping[str, Any]) -> Path:
    """Write the JSON and return its path."""
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(json.dumps(results, indent=2) + "\n")
    return LATEST
