"""Fills a fresh database with a lifelike floor, through the real desk: everything in it is true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from uuid import UUID

from handoff_templates import load
from orchestrator.domain.policy import Policy
from orchestrator.ledger import schema
from orchestrator.ledger.context_postgres import PostgresContext
from streams.knowledge.library import read_library
from streams.settings import Settings
from tests.board import known
from tests.board.cast import ADA, CAST, cast
from tests.board.crowd import crowd
from tests.board.flows import judge_flows
from tests.board.history import CUSTOMERS, DAYS, history
from tests.board.hostile import CUSTOMER as HOSTILE
from tests.board.hostile import EVERYTHING, hostile
from tests.board.people import customer
from tests.board.stage import CLUSTER, Stage, stage
from tests.board.story import Story, in_order

_RECENT: Final = timedelta(hours=8)
"""What is longer ago is played in steps of some minutes."""
_STEP: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class World:
    """What was made."""

    now: datetime
    """When it is in it."""
    stories: Mapping[str, Story]
    """The handoffs that have names."""

    def id(self, name: str) -> UUID:
        """Return the id of a handoff by its name in `cast.py` or `hostile.py`."""
        return self.stories[name].id


def a_policy(*, closes: bool = False) -> Policy:
    """Return the packaged rules for teams that never close, with their articles, for one thread.

    Args:
        closes: let the teams close, at the hours that they are packaged with.
    """
    loaded = _loaded()
    rules = loaded.rules if closes else loaded.rules.without_hours()
    library = read_library(Settings(), rules)
    assert library is not None
    return Policy(rules, loaded.words, library)


@cache
def _loaded() -> Policy:
    return load()


async def seed(
    dsn: str, *, now: datetime, days: int = DAYS, cards: int = 0, is_hostile: bool = True
) -> World:
    """Make the schema of an empty database, and all that happened in it until `now`.

    Args:
        dsn: the database.
        now: the end of what happens.
        days: how many of them have made-up work.
        cards: so many open handoffs besides, of customers who are all different.
        is_hostile: whether one customer writes code into every field.
    """
    await schema.upgrade(dsn)
    stories = cast(now) | (hostile(now) if is_hostile else {})
    first, policy = now - timedelta(days=days, hours=1), a_policy()
    async with stage(dsn, policy, first) as floor:
        await _remember(dsn, first, now - _RECENT)
        happenings = in_order((*stories.values(), *history(now, days=days)))
        await floor.play([each for each in happenings if each.at <= now - _RECENT], within=_STEP)
        await floor.until(now - _RECENT)
        await floor.play([each for each in happenings if each.at > now - _RECENT])
        await floor.until(now)
        await floor.settle()
        await crowd(floor, now, cards)
        await _misfortunes(floor)
    await judge_flows(dsn, policy.rules, now)
    return World(now, stories)


async def _remember(dsn: str, first: datetime, recent: datetime) -> None:
    """Let other systems say what they know: of everybody when it began, of the cast as of now."""
    store = PostgresContext(dsn, cluster=CLUSTER)
    await store.open()
    try:
        everybody = [customer(number) for number in (*range(CUSTOMERS), *range(200, 240))]
        await store.merge(known.of_everybody((*everybody, *CAST), first), now=first)
        now = recent + _RECENT
        await store.merge(known.of_everybody((*everybody[CUSTOMERS:], *CAST[1:]), now), now=now)
        await store.merge([saying.of(ADA, now) for saying in known.ADA], now=now)
        await store.merge([saying.of(HOSTILE, now) for saying in known.of_hostile(EVERYTHING)], now=now)
    finally:
        await store.close()


async def _misfortunes(floor: Stage) -> None:
    """Let two messages come that were given up."""
    await floor.bury("not-json", "the value is no JSON: it ends in the middle", b'{"case_id": "C-9')
    await floor.bury(
        "unknown-team", "no team 'fone': did you mean 'phone'?", b'{"receiver": {"team": "fone"}}'
    )
