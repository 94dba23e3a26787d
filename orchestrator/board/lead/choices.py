"""What can be filtered by: each field with its values, and which of them are chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from orchestrator.board.filters import NOBODY, Filters, Trait, parameter
from orchestrator.board.lead.selection import Selection
from orchestrator.board.live.card import Risk
from orchestrator.domain.handoff import Status
from orchestrator.domain.model import Priority
from orchestrator.domain.policy import Rules

_MOST_OWNERS: Final = 200
"""More of them are found by words."""


class Choice(NamedTuple):
    """A value."""

    value: str
    words: str
    """As its author calls it; empty where it is a word of ours, which a template knows."""
    is_chosen: bool


class Group(NamedTuple):
    """A field of the filters."""

    field: str
    name: str
    """In the address."""
    choices: tuple[Choice, ...]


def choices_of(rules: Rules, around: Selection, filters: Filters) -> list[Group]:
    """Return the groups of the form; `around` is what is open whoever sends and receives."""
    counts = around.counts
    teams = {team.id: team.name for team in rules.teams.values()}
    teams |= {team: team for pair in counts.pairs for team in pair if team not in teams}
    theirs = around.viewer.teams
    mine = {id: name for id, name in teams.items() if theirs is None or id in theirs}
    owners = sorted(agent for agent in counts.owners if agent != NOBODY)[:_MOST_OWNERS]
    kinds = {name: kind.title for name, kind in rules.kinds.items()}
    return [
        _ours(filters, "risk", [each for each in Risk if each is not Risk.NONE]),
        _ours(filters, "status", [each for each in Status if each.is_open]),
        _ours(filters, "priority", reversed(Priority)),
        _ours(filters, "trait", Trait),
        _group(filters, "team", mine.items()),
        _group(filters, "sender", teams.items()),
        _group(filters, "receiver", teams.items()),
        _group(filters, "kind", kinds.items()),
        _group(filters, "tier", ((tier, tier) for tier in sorted(counts.tiers))),
        _group(filters, "owner", [(NOBODY, ""), *((agent, agent) for agent in owners)]),
    ]


def _ours(filters: Filters, field: str, values: Iterable[str]) -> Group:
    return _group(filters, field, ((str(value), "") for value in values))


def _group(filters: Filters, field: str, values: Iterable[tuple[str, str]]) -> Group:
    chosen: tuple[str, ...] = getattr(filters, field)
    known = dict(values)
    # What is asked for can be taken back, also where nothing has it any more.
    known |= {value: value for value in chosen if value not in known}
    choices = tuple(Choice(value, words, value in chosen) for value, words in known.items())
    return Group(field, parameter(field), choices)
