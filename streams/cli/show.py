"""`handoff show`: where a handoff stands, and how it came there."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.text import Text
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.clocks import Clock
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.policy import Rules
from orchestrator.ledger import reading
from orchestrator.ledger.reading import Entry
from orchestrator.wall_clock import SystemClock
from streams.cli.errors import BadInput
from streams.cli.lines import full_time
from streams.cli.output import Json, emit, out, table
from streams.cli.places import dsn_of, find
from streams.cli.running import run
from streams.feed import span

_CASES_NAMED = 5


def show(
    name: Annotated[
        str,
        typer.Argument(
            help="The id of a handoff, or of a case for all its handoffs.", metavar="HANDOFF|CASE"
        ),
    ],
    as_json: Json = False,
) -> None:
    """Show where a handoff stands: its state, checklist, clocks and journal."""
    run(_show(dsn_of(find()), name, as_json=as_json))


async def _show(dsn: str, name: str, *, as_json: bool) -> None:
    async with reading.reading(dsn) as db:
        found = await _find(db, name)
        for handoff in found:
            journal = await reading.journal_of(db, handoff.id)
            if as_json:
                entries = [asdict(entry) | {"at": entry.at.isoformat()} for entry in journal]
                emit({"handoff": handoff.model_dump(mode="json"), "journal": entries})
            else:
                rules = await reading.rules_of(db, handoff.policy_version)
                _print(handoff, rules, journal, SystemClock().now())


async def _find(db: AsyncConnection, name: str) -> list[Handoff]:
    try:
        handoff = await reading.handoff(db, UUID(name))
    except ValueError:
        handoff = None
    found = [handoff] if handoff else await reading.handoffs_of_case(db, name)
    if not found:
        cases = await reading.newest_cases(db, _CASES_NAMED)
        hint = f"the newest cases are {', '.join(cases)}" if cases else "there are no handoffs yet"
        raise BadInput(f"no handoff and no case is called {name!r}; {hint}")
    return found


def _print(handoff: Handoff, rules: Rules | None, journal: list[Entry], now: datetime) -> None:
    console = out()
    console.print(Text.assemble(("handoff ", "dim"), (str(handoff.id), "bold")))
    accepted = f" by {handoff.receiving_agent}" if handoff.receiving_agent else ""
    for label, value in (
        ("case", f"{handoff.case_id}, customer {handoff.customer_id}"),
        ("from, to", f"{handoff.sending_team} to {handoff.receiving_team}"),
        ("kind", f"{handoff.kind}, priority {handoff.priority}, rules {handoff.policy_version}"),
        ("status", f"{handoff.status}{accepted}"),
        ("requested", full_time(handoff.requested_at)),
    ):
        console.print(Text(f"  {label:<10} {value}"))
    _checklist(handoff, rules)
    if handoff.clocks:
        table(
            "\nclocks",
            ("clock", "owed by", "state", "due", "left"),
            [_clock(clock, now) for clock in handoff.clocks],
        )
    table("\njournal", ("", "when", "what", "who", "why"), [_entry(entry) for entry in journal])
    console.print()


def _checklist(handoff: Handoff, rules: Rules | None) -> None:
    kind = rules.kinds.get(handoff.kind) if rules else None
    if kind is None or not kind.checklist:
        return
    rows = [
        (
            "done" if item.id in handoff.done else "MISSING" if _is_owed(item, handoff) else "open",
            item.stage.value,
            item.text,
            item.id,
        )
        for item in kind.checklist
    ]
    table("\nchecklist", ("", "stage", "item", "id"), rows)


def _is_owed(item: Any, handoff: Handoff) -> bool:
    return item.required and item.stage == "before" and handoff.status.is_open


def _clock(clock: Clock, now: datetime) -> tuple[str, str, str, str, str]:
    due = clock.due_at
    left = ""
    if clock.is_open and not clock.is_paused and due is not None:
        left = span(due - now) if due > now else f"{span(now - due)} over"
    run_ = f" (run {clock.generation})" if clock.generation > 1 else ""
    return f"{clock.kind}{run_}", clock.team, clock.state.value, full_time(due) if due else "", left


def _entry(entry: Entry) -> tuple[str, str, str, str, str]:
    actor = entry.data.get("actor") or {}
    cause = entry.data.get("cause") or {}
    what = entry.type.removeprefix("support.handoff.").rpartition(".v")[0]
    detail = entry.data.get("kind") if what.startswith("sla.") else entry.data.get("item")
    if what == "sla.activated":
        detail = entry.data["clock"]["kind"]
    return (
        str(entry.version),
        full_time(entry.at),
        f"{what} {detail or ''}".strip(),
        actor.get("name") or actor.get("id") or "",
        f"event {cause['id']}" if cause else "a clock",
    )
