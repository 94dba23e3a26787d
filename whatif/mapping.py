"""How a table becomes events, as data: which column says what, and which rows mean what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from handoff_templates.problems import Place
from orchestrator.domain.clocks.occasions import Occasion

REFERENCE: Final = re.compile(r"\{(?P<before>before:)?(?P<column>[^{}]+)\}")
"""A column in a text: {Column}, or {before:Column} for that of the case's previous row."""


USUAL_SOURCE: Final = "//log"


_OCCASIONS: Final = frozenset(Occasion)
_ALWAYS: Final = frozenset(
    {
        Occasion.CASE_OPENED,
        Occasion.REQUESTED,
        Occasion.OFFERED,
        Occasion.HANDED_ON,
    }
)
"""What follows from requests alone."""


class Stage(StrEnum):
    """Where the newest handoff of a case stands, as far as the rows have told."""

    NONE = "none"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    PAUSED = "paused"
    OVER = "over"


class Part(NamedTuple):
    """A piece of a text: letters as they are, or what stands in a column."""

    text: str = ""
    column: str | None = None
    is_before: bool = False
    """Whether the previous row of the case is meant."""


class _Reading(Protocol):
    def columns(self) -> Iterator[tuple[str, Place]]: ...


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from."""

    place: Place
    parts: tuple[Part, ...]
    values: ReadOnly[str, str] | None = None
    """What stands there -> what is meant; an empty text means nothing at all."""
    otherwise: str | None = None
    """What is meant by anything else; None: anything else is an error."""

    def columns(self) -> Iterator[tuple[str, Place]]:
        """Return the columns it reads."""
        for part in self.parts:
            if part.column is not None:
                yield part.column, self.place


@dataclass(frozen=True, slots=True)
class TimeSource:
    """Where an instant comes from."""

    source: Source
    format: str | None = None
    """As `strptime` has it, `unix` or `unix-ms`; ISO 8601 when absent."""
    zone: str = "UTC"
    """IANA name, for times that have no offset."""

    def columns(self) -> Iterator[tuple[str, Place]]:
        """Return the columns it reads."""
        yield from self.source.columns()


@dataclass(frozen=True, slots=True)
class Condition:
    """What a column has to say; all that is given must hold. Values may have `*` for anything."""

    place: Place
    column: str
    any_of: tuple[str, ...] | None = None
    none_of: tuple[str, ...] | None = None
    before: tuple[str, ...] | None = None
    """What the previous row of the case had."""
    changed: bool | None = None
    """Whether it is another value than in the previous row; never of a case's first row."""
    rises: tuple[str, ...] | None = None
    """An order: the value stands further down in it than that of the previous row."""
    empty: bool | None = None

    def columns(self) -> Iterator[tuple[str, Place]]:
        """Return the columns it reads."""
        yield self.column, self.place


@dataclass(frozen=True, slots=True)
class Rule:
    """What it means that a row looks like this."""

    place: Place
    event: str
    """One of `EVENTS`."""
    when: tuple[Condition, ...] = ()
    stages: frozenset[Stage] | None = None
    """Where the case's newest handoff has to stand; anywhere when None."""
    time: TimeSource | None = None
    sources: ReadOnly[str, Source] = field(default_factory=dict)
    """`from`, `to`, `team`, `reason`, `item`, `clock`."""
    until: TimeSource | None = None
    is_automatic: bool = False

    def is_at(self, stage: Stage) -> bool:
        """Whether it is tried while the newest handoff stands there."""
        return self.stages is None or stage in self.stages

    def columns(self) -> Iterator[tuple[str, Place]]:
        """Return the columns it reads."""
        parts: list[_Reading] = [*self.when, *self.sources.values()]
        parts += filter(None, (self.time, self.until))
        for part in parts:
            yield from part.columns()


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping. With `rules` it reads tables; without, it only renames the teams of any log."""

    name: str
    case: Source | None = None
    time: TimeSource | None = None
    source: str = USUAL_SOURCE
    """The CloudEvents source of what the rows tell."""
    delimiter: str = ","
    encoding: str = "utf-8"
    request: ReadOnly[str, Source] = field(default_factory=dict)
    """What every request carries: see `REQUEST`."""
    entitled_as_of: TimeSource | None = None
    all_items: bool = False
    """Whether each request is taken to bring all that its kind asks of the sender, the log not telling."""
    rules: tuple[Rule, ...] = ()
    teams: ReadOnly[str, str] = field(default_factory=dict)
    """The log's name of a team -> its id in the policy."""

    @property
    def told(self) -> frozenset[Occasion] | None:
        """What a log can tell of; None: of everything."""
        if not self.rules:
            return None
        told = {Occasion(rule.event) for rule in self.rules if rule.event in _OCCASIONS}
        if not self.all_items:
            told |= {Occasion.ITEMS_COMPLETE, Occasion.ITEMS_MISSING}
        return _ALWAYS | told

    def columns(self) -> Iterator[tuple[str, Place]]:
        """Return the columns it reads, each with the place that names it."""
        parts: list[_Reading] = [*self.request.values(), *self.rules]
        parts += filter(None, (self.case, self.time, self.entitled_as_of))
        for part in parts:
            yield from part.columns()


FACTS: Final = (
    "account_id",
    "customer_name",
    "done_so_far",
    "incident",
    "logs",
    "reason",
    "sentiment",
    "summary",
    "turns",
)
"""What can fill an item of a checklist: only whether there is something matters, or for a reason its code."""
CHOICES: Final = ("channel", "to_channel", "priority", "severity", "kind", "tier", "payment_state")
"""What routing and policies look at."""
REQUEST: Final = (*FACTS, *CHOICES)

STAGE_AFTER: Final[ReadOnly[str, Stage | None]] = {
    "requested": Stage.OFFERED,
    "escalated": Stage.OFFERED,
    "accepted": Stage.ACCEPTED,
    "declined": Stage.OVER,
    "returned": Stage.OVER,
    "withdrawn": Stage.OVER,
    "completed": Stage.OVER,
    "reopened": Stage.ACCEPTED,
    "paused": Stage.PAUSED,
    "resumed": None,
    "contacted": None,
    "ticked": None,
    "unticked": None,
    "acknowledged": None,
}
"""Event -> where the handoff stands after it; None: as before, a resumed one as before its pause."""
EVENTS: Final = tuple(STAGE_AFTER)
REQUESTS: Final = ("requested", "escalated")
"""A row tells of one of them at most: the first whose rule fits."""
