"""`python -m bench.whatif`: events replayed in a second, by one process and by two.

A year of a busy desk, made up, and the Volvo log where it lies beside the project. Wall time of the whole
replay, reading and counting included; QUICK=1 takes a month.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

import psutil
from rich.console import Console
from rich.table import Table

from bench.volvo import FILE
from handoff_templates import load
from orchestrator.domain.policy import Rules
from whatif import Mapping, Replay, read_mapping, replay

SOURCE: Final = "//desk.example/bench"
_BEGINS: Final = datetime(2025, 1, 1, tzinfo=UTC)
_YEAR: Final = timedelta(days=365)
_CASES: Final = 95_000
"""Of a year: somewhat more than half a million events."""
_REASONS: Final = ("second-opinion", "refund", "invoice", "outage", "complaint", None)
_PRIORITIES: Final = ("low", "normal", "normal", "high", "urgent")
_SUMMARY: Final = (
    "The export stops at about 90 % every time, with no message at all; it worked until last week's update. "
    "Two workarounds were tried without success; the customer asks for an answer today."
)


def a_year(rules: Rules, cases: int, length: timedelta = _YEAR) -> Iterator[str]:
    """Return made-up events, one a line, by time; the same arguments always give the same."""
    chance = random.Random(4)
    teams = [team.id for team in rules.teams.values() if not team.is_automated]
    ways = [(a, b) for a in teams for b in teams if a != b]
    chance.shuffle(ways)
    told: list[tuple[datetime, int, str]] = []
    for number in range(cases):
        for at, line in _case(chance, ways, f"C-{number}", _BEGINS + length * chance.random()):
            told.append((at, len(told), line))
    told.sort()
    return (line for _, _, line in told)


def _case(
    chance: random.Random, ways: list[tuple[str, str]], case: str, at: datetime
) -> Iterator[tuple[datetime, str]]:
    count = 0
    # As in real desks, few ways are busy and most are rare.
    way = ways[min(int(chance.expovariate(1 / 6)), len(ways) - 1)]
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        sending, receiving = way
        request = f"{case}-{count}"
        yield at, _line(case, count, at, "transfer.requested", _request(chance, case, sending, receiving))
        steps = ["accepted"]
        steps += ["contacted"] if chance.random() < 0.7 else []
        steps += ["paused", "resumed"] if chance.random() < 0.25 else []
        for word in steps:
            count += 1
            at += timedelta(minutes=chance.expovariate(1 / 40))
            yield at, _line(case, count, at, f"reply.{word}", _reply(request, receiving, word))
        count += 1
        at += timedelta(hours=chance.expovariate(1 / 9))
        way = chance.choice([each for each in ways if each[0] == receiving])
    yield at, _line(case, count, at, "reply.completed", _reply(request, receiving, "completed"))


def _request(chance: random.Random, case: str, sending: str, receiving: str) -> dict[str, Any]:
    return {
        "case_id": case,
        "customer": {
            "id": f"cust-{chance.randrange(500)}",
            "account_id": "acct-1",
            "name": "Ada Lovelace",
            "tier": chance.choice(("gold", "standard")),
        },
        "sender": {
            "team": sending,
            "agent": "agent-7",
            "channel": chance.choice(("chat", "email", "ticket")),
        },
        "receiver": {"team": receiving},
        "actor": {"kind": "agent", "id": "agent-7", "team": sending},
        "reason": {"code": chance.choice(_REASONS), "text": "It does not work"},
        "priority": chance.choice(_PRIORITIES),
        "summary": _SUMMARY,
        "done_so_far": ["Cleared the session", "Searched the known issues: nothing that fits"],
        "checklist": {"identity-verified": True},
    }


def _reply(request: str, team: str, word: str) -> dict[str, Any]:
    more = {"completed": {"disposition": "solved"}, "paused": {"reason": {"code": "waits-for-customer"}}}
    actor = {"kind": "agent", "id": f"agent-{team}", "team": team}
    return {"request_source": SOURCE, "request_id": request, "actor": actor, **more.get(word, {})}


def _line(case: str, number: int, at: datetime, what: str, data: dict[str, Any]) -> str:
    event = {
        "specversion": "1.0",
        "id": f"{case}-{number}",
        "source": SOURCE,
        "type": f"support.handoff.{what}.v1",
        "time": at.isoformat().replace("+00:00", "Z"),
        "partitionkey": case,
        "data": data,
    }
    return json.dumps(event)


def _timed(file: Path, rules: Rules, mapping: Mapping | None, processes: int) -> tuple[float, Replay]:
    began = perf_counter()
    found = replay(file, rules, mapping=mapping, processes=processes)
    return perf_counter() - began, found


def main() -> None:
    """Measure and print."""
    is_quick = os.environ.get("QUICK", "") not in ("", "0")
    rules = load().rules
    table = Table(
        "log", "rows", "events", "processes", "seconds", "events/s", title="What-if", title_justify="left"
    )
    with TemporaryDirectory() as folder:
        made = Path(folder) / "year.jsonl"
        length = _YEAR / 12 if is_quick else _YEAR
        lines = a_year(rules, _CASES // 12 if is_quick else _CASES, length)
        made.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        logs: list[tuple[str, Path, Mapping | None]] = [
            ("a month, made up" if is_quick else "a year, made up", made, None)
        ]
        if FILE.is_file():
            logs.append(("Volvo, 2010 to 2012", FILE, read_mapping("volvo")))
        for name, file, mapping in logs:
            for processes in (1, 2):
                seconds, found = _timed(file, rules, mapping, processes)
                facts = found.log
                figures = (f"{facts.rows:,}", f"{facts.events:,}", str(processes), f"{seconds:.1f}")
                table.add_row(name, *figures, f"{facts.events / seconds:,.0f}")
    for column in table.columns[1:]:
        column.justify = "right"
    console = Console()
    console.print(table)
    console.print(f"load average {psutil.getloadavg()[0]:.1f} on {psutil.cpu_count()} processors")


if __name__ == "__main__":
    main()
