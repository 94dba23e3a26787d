"""`handoff clocks`: why clocks are where they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.events import EVENTS, Event
from orchestrator.domain.explanation.explained import Explanation
from orchestrator.domain.explanation.explanation import History, explain
from orchestrator.domain.policy import Policy, Wording
from orchestrator.ledger import reading
from orchestrator.ledger.reading import Entry
from orchestrator.wall_clock import SystemClock
from streams.cli.clock_story import print_explanation
from streams.cli.output import Json, emit, out
from streams.cli.page import Page
from streams.cli.places import dsn_of, find
from streams.cli.running import run
from streams.cli.show import handoffs_called

app = typer.Typer(help="Understand running and past clocks.", no_args_is_help=True)


@app.callback()
def _clocks() -> None:
    """Understand running and past clocks."""


@app.command(name="explain")
def explain_(
    name: Annotated[
        str,
        typer.Argument(
            help="The id of a handoff, or of a case for all its handoffs.", metavar="HANDOFF|CASE"
        ),
    ],
    as_json: Json = False,
) -> None:
    """Explain why each clock is where it is: who held the case, what counted, and when each rung comes.

    Times are in UTC, and in the zone of the clock's calendar.
    """
    explanation = run(_explain(dsn_of(find()), name))
    if as_json:
        emit(explanation.model_dump(mode="json"))
    else:
        print_explanation(explanation, Page(out()))


async def _explain(dsn: str, name: str) -> Explanation:
    async with reading.reading(dsn) as db:
        asked = await handoffs_called(db, name)
        case = await reading.handoffs_of_case(db, asked[0].case_id)
        histories = [History(each, events(await reading.journal_of(db, each.id))) for each in case]
        policy = await _policy(db, sorted(set().union(*(each.versions for each in case))))
    only = asked[0].id if asked[0].case_id != name else None
    return explain(histories, policy=policy, now=SystemClock().now(), only=only)


def events(journal: Iterable[Entry]) -> tuple[Event, ...]:
    """Return the events of a journal, without those that only a later version knows."""
    return tuple(EVENTS[entry.type].model_validate(entry.data) for entry in journal if entry.type in EVENTS)


class _NoWords:
    """Stands for the texts of packets, of which an explanation needs none."""

    def render(self, kind: str, facts: dict[str, object]) -> Wording:
        raise AssertionError("an explanation words no packet")


async def _policy(db: AsyncConnection, versions: Iterable[str]) -> Policy:
    policy: Policy | None = None
    for version in versions:
        rules = await reading.rules_of(db, version)
        if rules is None:
            raise LookupError(f"rules {version} are stamped on a handoff, but were never stored")
        if policy is None:
            policy = Policy(rules, _NoWords())
        policy.remember(rules)
    assert policy is not None
    return policy
