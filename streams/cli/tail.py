"""`handoff tail`: watch what leaves."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rapidfuzz import fuzz, process

from handoff_templates import load
from orchestrator.domain.events.event import Stream
from streams.cli.errors import WrongUsage
from streams.cli.lines import Feed, clock_time, full_time
from streams.cli.output import Json, emit, note, out
from streams.cli.places import find, kafka_of
from streams.cli.running import run
from streams.feed.records import line_of
from streams.kafka.listener import Heard, follow
from streams.settings import Settings
from streams.topics.naming import TEAM
from streams.topics.table import DEAD_LETTER, TABLE, topic_of

_FULL_TIME, _CLOCK_TIME = 20, 8
_LIKENESS = 60
_PACKETS = next(row.name for row in TABLE if TEAM in row.name).split(TEAM)


class What(StrEnum):
    """What can be watched."""

    PACKETS = "packets"
    SLA = "sla"
    LIFECYCLE = "lifecycle"
    NOTICES = "notices"
    NOTIFICATIONS = "notifications"
    HEALTH = "health"
    DEAD_LETTERS = "dead-letters"


class From(StrEnum):
    """Where to begin."""

    BEGINNING = "beginning"
    END = "end"


def tail(
    what: Annotated[
        What,
        typer.Argument(
            help="packets: what teams receive. sla: clocks that warn, run out or move (those that start and "
            "are met too, with HANDOFF_RELAY__SLA=all). lifecycle: every step. notices: what teams "
            "are told. notifications: what leads and managers are told. health: flows of the integration map "
            "that fail, and that are well again. dead-letters: what was given up.",
            metavar="|".join(What),
        ),
    ],
    team: Annotated[
        str | None, typer.Option(help="Only what concerns this team, by its id.", metavar="ID")
    ] = None,
    start: Annotated[
        From, typer.Option("--from", help="Begin with what is there already, or with what comes.")
    ] = From.END,
    most: Annotated[
        int | None, typer.Option("--max", min=1, help="Stop after so many; without it, wait for ever.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Watch what leaves, one line each, until Ctrl-C or --max.

    It disturbs nobody: it joins no consumer group and moves no offsets.
    """
    settings = find()
    if team is not None:
        if what is What.DEAD_LETTERS:
            raise WrongUsage("dead letters belong to no team: leave --team out")
        require_team(settings, team)
    run(_tail(settings, what, team, start, most, as_json=as_json))


def require_team(settings: Settings, team: str) -> None:
    """Refuse a team that the templates do not have.

    Raises:
        WrongUsage: there is no such team; it says which one is near.
    """
    known = sorted(load(settings.templates).rules.teams)
    if team in known:
        return
    near = process.extractOne(team.lower(), known, scorer=fuzz.ratio, score_cutoff=_LIKENESS)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
    raise WrongUsage(f"there is no team {team!r}; {hint}")


def is_wanted(topic: str, what: What, team: str | None) -> bool:
    """Whether a topic carries what is watched."""
    match what:
        case What.DEAD_LETTERS:
            return topic == DEAD_LETTER
        case What.PACKETS if team is None:
            return topic.startswith(_PACKETS[0]) and topic.endswith(_PACKETS[1])
    return topic == topic_of(Stream(what.value), team)


def concerns(record: Heard, team: str) -> bool:
    """Whether a record names a team as the one that gives, gets, owes or is told, or whose work it hits."""
    if not isinstance(record.data, dict):
        return False
    names = (record.data.get(name) for name in ("sending_team", "receiving_team", "team"))
    hit = record.data.get("teams")
    return team in names or (isinstance(hit, list) and team in hit)


async def _tail(
    settings: Settings, what: What, team: str | None, start: From, most: int | None, *, as_json: bool
) -> None:
    is_live = start is From.END
    feed = Feed(out(), width=_CLOCK_TIME if is_live else _FULL_TIME, shows_routine=True)
    seen = 0
    async with follow(kafka_of(settings), lambda t: is_wanted(t, what, team), start=start.value) as batches:
        if is_live and not as_json:
            note(f"waiting for {what}; Ctrl-C ends it")
        async for batch in batches:
            for record in batch:
                if team is not None and what is not What.PACKETS and not concerns(record, team):
                    continue
                if as_json:
                    emit(record.as_json())
                else:
                    feed.line(line_of(record), (clock_time if is_live else full_time)(record.at))
                seen += 1
                if seen == most:
                    return
