"""`handoff show`: where a handoff stands, and how it came there."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.text import Text
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.policy import Rules
from orchestrator.ledger import reading
from orchestrator.ledger.reading import Entry
from orchestrator.wall_clock import SystemClock
from streams.cli.errors import BadInput
from streams.cli.lines import clock_time, full_time
from streams.cli.output import Json, emit, out, table
from streams.cli.page import Page
from streams.cli.places import dsn_of, find
from streams.cli.running import run
from streams.feed.records import span

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
        found = await handoffs_called(db, name)
        for handoff in found:
            journal = await reading.journal_of(db, handoff.id)
            if as_json:
                entries = [asdict(entry) | {"at": entry.at.isoformat()} for entry in journal]
                emit({"handoff": handoff.model_dump(mode="json"), "journal": entries})
            else:
                rules = await reading.rules_of(db, handoff.policy_version)
                _print(handoff, rules, journal, SystemClock().now())


async def handoffs_called(db: AsyncConnection, name: str) -> list[Handoff]:
    """Return the handoff with this id, or all of the case with this name.

    Raises:
        BadInput: there is neither; it names the newest cases.
    """
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
    if handoff.status is Status.HELD:
        accepted = f": {handoff.receiving_team} gets it when {handoff.sending_team} has done what is MISSING"
    for label, value in (
        ("case", f"{handoff.case_id}, customer {handoff.customer_id}"),
        ("from, to", f"{handoff.sending_team} to {handoff.receiving_team}"),
        ("kind", f"{handoff.kind}, priority {handoff.priority}, rules {handoff.policy_version}"),
        ("status", f"{handoff.status}{accepted}"),
        ("requested", full_time(handoff.requested_at)),
    ):
        console.print(Text(f"  {label:<10} {value}"))
    _checklist(handoff, rules)
    _questions(handoff, now)
    if handoff.clocks:
        table(
            "\nclocks",
            ("clock", "owed by", "state", "due", "in", "next"),
            [_clock(clock, now) for clock in handoff.clocks],
        )
        if remarks := [(_name(clock), said) for clock in handoff.clocks if (said := _remark(clock, now))]:
            Page(console).columns(remarks)
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


def _questions(handoff: Handoff, now: datetime) -> None:
    if not handoff.questions:
        return
    waits_for = {each.id for each in handoff.open_questions}
    rows = [
        (
            "OPEN" if each.id in waits_for else "unanswered" if each.is_open else "answered",
            _short(each.asked_at, now),
            f"{each.asked_by}: {each.text}",
            f"{each.answered_by}: {each.answer}" if not each.is_open else "",
            str(each.id),
        )
        for each in handoff.questions
    ]
    table(f"\nquestions to {handoff.sending_team}", ("", "asked", "question", "answer", "id"), rows)


def _is_owed(item: Any, handoff: Handoff) -> bool:
    return item.required and item.stage == "before" and handoff.status.is_open


def _clock(clock: Clock, now: datetime) -> tuple[str, ...]:
    due = clock.due_at
    left = ""
    if clock.is_open and due is not None:
        left = span(due - now) if due > now else f"{span(now - due)} over"
    next_ = f"{clock.next_rung} {_short(clock.next_at, now)}" if clock.next_rung and clock.next_at else ""
    owed_by = "all teams" if clock.is_shared else clock.team
    return _name(clock), owed_by, _state(clock), _short(due, now) if due else "", left, next_


def _state(clock: Clock) -> str:
    if not clock.is_breached:
        return clock.state.value
    if clock.outcome is not None:
        return "met late" if clock.outcome == "met" else "breached"
    return "breached, paused" if clock.is_paused else "breached"


def _remark(clock: Clock, now: datetime) -> str:
    """Return what a clock has behind it beside its run; empty when that is all."""
    said = []
    if clock.carried:
        said.append(f"{span(clock.carried)} used in earlier runs")
    if clock.suspensions:
        count = f" in {len(clock.suspensions)} pauses" if len(clock.suspensions) > 1 else ""
        last = clock.suspensions[-1]
        since = f", {last.reason} since {_short(last.since, now)}" if clock.is_paused else ""
        said.append(f"stood still for {span(clock.paused_for(now))}{count}{since}")
    if clock.acknowledged_until is not None and clock.acknowledged_until > now and clock.is_open:
        said.append(f"acknowledged until {_short(clock.acknowledged_until, now)}")
    if clock.withdrawn:
        said.append("a breach was taken back")
    return "; ".join(said)


def _name(clock: Clock) -> str:
    return f"{clock.kind} #{clock.generation}" if clock.generation > 1 else clock.kind


def _short(at: datetime, now: datetime) -> str:
    """Return an instant in UTC, without what it shares with now: its date, or the year."""
    if at.date() == now.date():
        return clock_time(at) + "Z"
    return f"{at:%m-%d %H:%M}Z" if at.year == now.year else f"{at:%Y-%m-%d %H:%M}Z"


def _entry(entry: Entry) -> tuple[str, str, str, str, str]:
    actor = entry.data.get("actor") or {}
    cause = entry.data.get("cause") or {}
    what = entry.type.removeprefix("support.handoff.").rpartition(".v")[0]
    detail = entry.data.get("kind") if what.startswith("sla.") else entry.data.get("item")
    return (
        str(entry.version),
        full_time(entry.at),
        f"{what} {detail or ''}".strip(),
        "system" if actor.get("kind") == "system" else actor.get("name") or actor.get("id") or "",
        f"event {cause['id']}" if cause else "a clock",
    )
