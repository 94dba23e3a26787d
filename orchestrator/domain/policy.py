"""Everything that handoff_templates/ says, frozen, with its version.

A handoff is stamped with the version it began under and keeps to it: an edited policy never changes a
running handoff.
"""

from __future__ import annotations

from typing import Protocol

from orchestrator.domain.checklist import ChecklistItem
from orchestrator.domain.clocks import ClockSpec
from orchestrator.domain.model import Channel, Frozen


class Team(Frozen):
    """A team that can give and receive work."""

    id: str
    name: str
    channels: tuple[Channel, ...] = ()
    lead: str | None = None


class KindMatch(Frozen):
    """When a kind is meant; an empty condition is true. The first kind that matches is taken."""

    sending_teams: tuple[str, ...] = ()
    receiving_teams: tuple[str, ...] = ()
    from_channels: tuple[Channel, ...] = ()
    to_channels: tuple[Channel, ...] = ()
    reasons: tuple[str, ...] = ()
    is_escalation: bool | None = None


class Kind(Frozen):
    """A kind of handoff: one folder of handoff_templates."""

    name: str
    title: str
    match: KindMatch = KindMatch()
    order: int = 100
    """Kinds are tried from the lowest number up; equal numbers by name."""
    receiving_team: str | None = None
    """Where it goes when the event names no team."""
    sender_keeps_case: bool = False
    """Whether the sending team goes on working on the case (support that asks engineering)."""
    turns_shown: int = 5
    next_step: str = ""
    checklist: tuple[ChecklistItem, ...] = ()
    clocks: tuple[ClockSpec, ...] = ()

    def clock(self, kind: str) -> ClockSpec | None:
        """Return the specification of the clock `kind`, or None when this kind has none."""
        return next((spec for spec in self.clocks if spec.kind == kind), None)


class Wording(Frozen):
    """The texts of a packet."""

    opening_line: str
    body: str
    customer_note: str


class Words(Protocol):
    """Turns a packet's facts into its texts; the same facts always give the same texts."""

    def render(self, kind: str, facts: dict[str, object]) -> Wording:
        """Render the three templates of `kind`.

        Raises:
            WordingError: a template cannot be rendered with these facts.
        """
        ...


class Rules(Frozen):
    """Kinds and teams of one version; stored, so that an old handoff keeps the rules it began under."""

    version: str
    kinds: dict[str, Kind]
    """In the order in which they are tried."""
    teams: dict[str, Team]


class Policy:
    """The rules in force, those of earlier versions that running handoffs still need, and the texts."""

    def __init__(self, rules: Rules, words: Words) -> None:
        self.rules = rules
        self.words = words
        self._past: dict[str, Rules] = {rules.version: rules}

    def knows(self, version: str) -> bool:
        """Whether `rules_of` can answer for `version`."""
        return version in self._past

    def remember(self, rules: Rules) -> None:
        """Add the rules of an earlier version."""
        self._past[rules.version] = rules

    def kind_of(self, name: str, version: str) -> Kind:
        """Return the kind `name` as it was in `version`.

        Raises:
            KeyError: the version was not remembered, or had no such kind.
        """
        return self._past[version].kinds[name]
