"""`handoff policy`: what edited rules would change for running clocks, and the change itself."""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from handoff_templates import load
from orchestrator.desk import Desk
from orchestrator.domain.clocks.reprojection import Move
from orchestrator.domain.model import Actor
from orchestrator.domain.policy import Policy
from orchestrator.domain.rules_diff import Difference, differences
from orchestrator.ledger import reading
from orchestrator.ledger.postgres import PostgresLedger
from orchestrator.wall_clock import SystemClock
from streams.cli.errors import WrongUsage
from streams.cli.lines import full_time
from streams.cli.output import Json, emit, note, out, table
from streams.cli.places import dsn_of, find
from streams.cli.running import run
from streams.feed.records import span
from streams.settings import Settings

app = typer.Typer(help="Move running clocks to edited rules and calendars.", no_args_is_help=True)
_BATCH = 200
_SHOWN = 20
Calendars = Annotated[
    bool,
    typer.Option(
        "--calendars/--everything",
        help="Only calendars and the teams' opening hours, or budgets, rungs and policies too.",
    ),
]


@app.command()
def diff(calendars: Calendars = True, as_json: Json = False) -> None:
    """Show what the templates change against the rules stored last, and which clocks would move.

    Nothing is changed. A running handoff keeps the rules it began under until `handoff policy reproject`.
    """
    settings = find()
    policy = load(settings.templates)
    found, moves = run(_plan(settings, policy, calendars_only=calendars))
    if as_json:
        emit({"version": policy.rules.version, "differences": [d._asdict() for d in found]} | _told(moves))
        return
    _print_differences(found)
    _print_plan(moves, "would move")


@app.command()
def reproject(
    reason: Annotated[str, typer.Option(help="Why, for the journal of every handoff that it touches.")],
    calendars: Calendars = True,
    is_agreed: Annotated[bool, typer.Option("--yes", help="Do not ask after the plan.")] = False,
    as_json: Json = False,
) -> None:
    """Measure running clocks by the templates as they are now. What was consumed stays.

    Prints the plan first: how many clocks move, by how much, and how many would breach at once.
    """
    settings = find()
    policy = load(settings.templates)
    if not reason.strip():
        raise WrongUsage("--reason is empty: say why, for those who read the journal")
    if not as_json or not is_agreed:
        _, planned = run(_plan(settings, policy, calendars_only=calendars))
        _print_plan(planned, "would move")
        if not is_agreed and planned:
            typer.confirm("Move them?", abort=True, err=True)
    moves = run(_reproject(settings, policy, reason.strip(), calendars_only=calendars))
    if as_json:
        emit({"version": policy.rules.version} | _told(moves))
    else:
        _print_plan(moves, "moved")


async def _plan(
    settings: Settings, policy: Policy, *, calendars_only: bool
) -> tuple[list[Difference], list[Move]]:
    async with reading.reading(dsn_of(settings)) as db:
        stored = await reading.newest_rules(db, but=policy.rules.version)
    found = differences(stored, policy.rules) if stored is not None else []
    moves: list[Move] = []
    async with _desk(settings, policy) as (desk, batches):
        async for ids in batches:
            moves += await desk.plan_reprojection(ids, calendars_only=calendars_only)
    return found, moves


async def _reproject(settings: Settings, policy: Policy, reason: str, *, calendars_only: bool) -> list[Move]:
    actor = Actor(kind="lead", id=getpass.getuser())
    moves: list[Move] = []
    async with _desk(settings, policy) as (desk, batches):
        # Other workers read the new version from the ledger when they meet a handoff that has it.
        await desk.open()
        async for ids in batches:
            moves += await desk.reproject(ids, calendars_only=calendars_only, reason=reason, actor=actor)
            note(f"{len(moves)} clocks moved so far")
    return moves


@asynccontextmanager
async def _desk(settings: Settings, policy: Policy) -> AsyncIterator[tuple[Desk, AsyncIterator[list[UUID]]]]:
    dsn = dsn_of(settings)
    ledger = PostgresLedger(dsn, cluster="none", group="none", connections=2, shards=settings.relay.shards)
    await ledger.open()
    try:
        async with reading.reading(dsn) as db:
            yield Desk(ledger, policy, SystemClock()), _batches(db)
    finally:
        await ledger.close()


async def _batches(db: AsyncConnection) -> AsyncIterator[list[UUID]]:
    after: UUID | None = None
    while ids := await reading.with_open_clocks(db, after, _BATCH):
        yield ids
        after = ids[-1]


def _told(moves: list[Move]) -> dict[str, object]:
    return {
        "moves": [
            {
                "handoff_id": m.handoff_id,
                "case_id": m.case_id,
                "clock": m.kind,
                "team": m.team,
                "due_before": m.due_before.isoformat() if m.due_before else None,
                "due_after": m.due_after.isoformat() if m.due_after else None,
                "breaches_at_once": m.breaches_at_once,
            }
            for m in moves
        ]
    }


def _print_differences(found: list[Difference]) -> None:
    if not found:
        out().print("the templates say nothing else than the rules stored before them")
        return
    rows = [(d.what, d.before or "nothing", d.after or "nothing") for d in found[:_SHOWN]]
    table("what changed", ("where", "was", "is"), rows)
    if len(found) > _SHOWN:
        out().print(f"and {len(found) - _SHOWN} more; --json lists all")


def _print_plan(moves: list[Move], verb: str) -> None:
    if not moves:
        out().print(f"no running clock {verb}")
        return
    handoffs = len({move.handoff_id for move in moves})
    out().print(f"\n{len(moves)} clocks of {handoffs} handoffs {verb}:")
    shifts = [move.by for move in moves if move.by is not None]
    for word, some in (
        ("later", [s for s in shifts if s > timedelta()]),
        ("earlier", [-s for s in shifts if s < timedelta()]),
    ):
        if some:
            out().print(
                f"  {len(some)} {word}: by {span(sorted(some)[len(some) // 2])} in the middle, "
                f"{span(max(some))} at most"
            )
    if others := len(moves) - len(shifts):
        out().print(f"  {others} with no due instant before or after: they stand still, or are gone")
    breached = [move for move in moves if move.breaches_at_once]
    out().print(f"  {len(breached)} {'breach' if len(breached) != 1 else 'breaches'} at once")
    rows = [
        (
            m.case_id,
            m.kind,
            m.team,
            full_time(m.due_before) if m.due_before else "",
            full_time(m.due_after) if m.due_after else "",
        )
        for m in (breached or moves)[:_SHOWN]
    ]
    table(
        "\nbreach at once" if breached else "\nthe first of them",
        ("case", "clock", "owed by", "was due", "is due"),
        rows,
    )
