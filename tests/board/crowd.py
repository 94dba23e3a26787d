"""Thousands of open handoffs, for how fast the pages are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from orchestrator.domain import commands as c
from orchestrator.domain.model import Priority
from tests.board.people import AGENTS, customer, person
from tests.board.stage import Stage
from tests.board.story import Happening, Story, a_request

_AT_ONCE: Final = 200
_TEAMS: Final = tuple(team for team in AGENTS if team != "bot")


async def crowd(floor: Stage, now: datetime, count: int) -> None:
    """Request `count` handoffs, and accept some of them; they came in within the last minutes."""
    for first in range(0, count, _AT_ONCE):
        stories = [_story(number, now) for number in range(first, min(first + _AT_ONCE, count))]
        await floor.play(list(_at(stories, now)), within=timedelta(hours=1))


def _at(stories: list[Story], now: datetime) -> Iterator[Happening]:
    for story in stories:
        yield from story.happenings()


def _story(number: int, now: datetime) -> Story:
    frm = _TEAMS[number % len(_TEAMS)]
    to = _TEAMS[(number + 1 + number // len(_TEAMS) % (len(_TEAMS) - 1)) % len(_TEAMS)]
    who = customer(1_000 + number).model_copy(update={"name": f"{customer(number).name} {number}"})
    request = a_request(
        f"M-{number:06}", who, frm, to, ("volume", f"One of many, number {number}"), "One of many.",
        priority=tuple(Priority)[number % 4], by=number % 3,
    )  # fmt: skip
    story = Story(f"many-{number}", now, number % 240 / 60, request)
    if number % 3 == 0:
        story.then(0, c.Accept, person(to, number % 2))
    return story
