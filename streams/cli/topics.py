"""`handoff topics`: the topics that the orchestrator needs on the broker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from handoff_templates import load
from streams.app import NotReady
from streams.cli.output import Json, emit, out
from streams.cli.places import find, kafka_of
from streams.cli.running import run
from streams.settings import Settings
from streams.topics import admin as topic_admin
from streams.topics.plan import Plan
from streams.topics.spec import TopicSpec
from streams.topics.table import all_topics

app = typer.Typer(
    help="See and create the topics on the broker: those that come in, one for each team, and a few more.",
    no_args_is_help=True,
)


def table_of(settings: Settings, teams: Iterable[str]) -> list[TopicSpec]:
    """Return every topic that has to exist for these teams under these settings."""
    kafka = settings.kafka
    return all_topics(teams, partitions=kafka.partitions, replication=kafka.replication)


@app.command()
def plan(
    check: Annotated[bool, typer.Option("--check", help="Exit with 3 when something differs.")] = False,
    as_json: Json = False,
) -> None:
    """Show what apply would do, and change nothing."""
    settings = find()
    found = run(topic_admin.plan(kafka_of(settings), _wanted(settings)))
    _print(found, found.lines(), as_json=as_json)
    if check and not found.is_in_order:
        raise NotReady("the topics are not as they should be: run `handoff topics apply`")


@app.command()
def apply(
    grow: Annotated[
        bool,
        typer.Option(
            help="Also add partitions. Stop the producers first: keys move, and cases lose their order."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Create what is missing and correct settings; nothing is ever deleted."""
    settings = find()
    kafka, wanted = kafka_of(settings), _wanted(settings)

    async def work() -> tuple[Plan, list[str]]:
        found = await topic_admin.plan(kafka, wanted)
        return found, await topic_admin.apply(kafka, found, grow=grow)

    found, done = run(work())
    left = [f"cannot  {each.topic}: {each.why}" for each in found.cannot]
    if not grow:
        left += [
            f"left    {each.topic}: {each.present} partitions, not {each.wanted}; see --grow"
            for each in found.grow
        ]
    _print(found, done + left or ["nothing to do"], as_json=as_json)


def _wanted(settings: Settings) -> list[TopicSpec]:
    return table_of(settings, load(settings.templates).rules.teams)


def _print(plan: Plan, lines: list[str], *, as_json: bool) -> None:
    if as_json:
        emit({"is_in_order": plan.is_in_order, "lines": lines})
        return
    for line in lines:
        out().print(line, markup=False)
