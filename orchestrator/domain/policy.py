"""Everything that handoff_templates/ says, frozen, with its version.

A handoff is stamped with the version it began under and keeps to it: an edited policy never changes a
running handoff.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal, Protocol

from pydantic import Field

from orchestrator.domain.calendars.calendar import ELAPSED, BusinessCalendar
from orchestrator.domain.checklist import ChecklistItem
from orchestrator.domain.clocks.spec import ELAPSED_TIME, TEAM_CALENDAR, ClockSpec
from orchestrator.domain.context.rules import ContextRules
from orchestrator.domain.context.translations import Translations
from orchestrator.domain.integration_map.model import IntegrationMap
from orchestrator.domain.knowledge import NO_KNOWLEDGE, Knowledge
from orchestrator.domain.model import Channel, Frozen, Priority, Severity
from orchestrator.domain.scripts import Script
from orchestrator.domain.summary.lexicon import NO_LEXICON, Lexicon

BASE_POLICY: Final = "base"
"""The clock policy of a kind that is taken when no other matches."""


class Team(Frozen):
    """A team that can give and receive work."""

    id: str
    name: str
    channels: tuple[Channel, ...] = ()
    lead: str | None = None
    manager: str | None = None
    calendar: str = ELAPSED_TIME
    """When it works."""
    fallback: str | None = None
    """The team that receives its work when it is closed, full, or does not accept in time."""
    most_open: int | None = None
    """It is full when so many handoffs to it are open; None: never."""
    is_automated: bool = False
    """Whether no person works in it."""


class KindMatch(Frozen):
    """When a kind is meant; an empty condition is true. The first kind that matches is taken."""

    sending_teams: tuple[str, ...] = ()
    receiving_teams: tuple[str, ...] = ()
    from_channels: tuple[Channel, ...] = ()
    to_channels: tuple[Channel, ...] = ()
    reasons: tuple[str, ...] = ()
    is_escalation: bool | None = None


class PolicyMatch(Frozen):
    """When a clock policy is meant; an empty condition is true."""

    sending_teams: tuple[str, ...] = ()
    receiving_teams: tuple[str, ...] = ()
    from_channels: tuple[Channel, ...] = ()
    to_channels: tuple[Channel, ...] = ()
    priorities: tuple[Priority, ...] = ()
    tiers: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()


class ClockPolicy(Frozen):
    """Clocks that a kind has under a condition. The first one that matches is taken, and stamped."""

    name: str
    match: PolicyMatch = PolicyMatch()
    clocks: tuple[ClockSpec, ...]
    """All clocks, those that it does not change too."""


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
    when_incomplete: Literal["send", "hold"] = "send"
    """What becomes of a packet that lacks a required item of the sender: it goes out and says so, or it waits
    until the item is done or the time of the clock `notes` is over."""
    when_unfinished: Literal["warn", "refuse"] = "warn"
    """Whether work may be completed while a required item of the receiver is not done."""
    turns_shown: int = 5
    next_step: str = ""
    checklist: tuple[ChecklistItem, ...] = ()
    clocks: tuple[ClockSpec, ...] = ()
    policies: tuple[ClockPolicy, ...] = ()
    """In the order in which they are tried; `clocks` when none matches."""

    @property
    def holds(self) -> bool:
        """Whether an incomplete packet waits."""
        return self.when_incomplete == "hold"

    def clocks_of(self, policy: str) -> tuple[ClockSpec, ...]:
        """Return the clocks under a clock policy, or those of the kind when it has none of this name."""
        return next((each.clocks for each in self.policies if each.name == policy), self.clocks)

    def clock(self, kind: str, policy: str = BASE_POLICY) -> ClockSpec | None:
        """Return the specification of the clock `kind`, or None when this kind has none."""
        return next((spec for spec in self.clocks_of(policy) if spec.kind == kind), None)


class Entitlements(Frozen):
    """Which tier decides the clocks when what is known of the customer is stale, missing or unpaid."""

    stale_after: timedelta = timedelta(hours=24)
    when_unknown: str = "standard"
    """The tier of a customer of whom no tier, or no payment state, is known."""
    when_stale: str | None = None
    """The tier when it was observed too long ago; None: the last one known."""
    unpaid_states: tuple[str, ...] = ()
    """Payment states that lose the tier."""
    when_unpaid: str = "standard"


class Routing(Frozen):
    """What keeps a case from being tossed around."""

    hop_limit: int = Field(default=5, ge=1)
    """A case that would move once more has bounced."""
    ping_pong_within: timedelta = timedelta(hours=4)
    """A case that comes back to the team that gave it away, within this, has bounced."""
    person_only_reasons: tuple[str, ...] = ()
    """Codes of policy-sensitive reasons, which never go to an automated team."""
    entitlements: Entitlements = Entitlements()


class Wording(Frozen):
    """The texts of a packet."""

    opening_line: str
    body: str
    customer_note: str
    scripts: tuple[Script, ...] = ()
    """What agents say, in the order of the stages; the opening line is the last of them."""


class Words(Protocol):
    """Turns a packet's facts into its texts; the same facts always give the same texts."""

    def render(self, kind: str, facts: dict[str, object]) -> Wording:
        """Render the templates of `kind`, in the customer's language where there is one.

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
    calendars: dict[str, BusinessCalendar] = Field(default_factory=dict)
    routing: Routing = Routing()
    context: ContextRules = ContextRules()
    translations: Translations = Translations()
    integration_map: IntegrationMap = IntegrationMap()
    lexicon: Lexicon = NO_LEXICON

    def without_hours(self) -> Rules:
        """Return the same rules for teams that never close: for a trial at any hour of any day."""
        teams = {id: team.model_copy(update={"calendar": ELAPSED_TIME}) for id, team in self.teams.items()}
        return self.model_copy(update={"teams": teams, "version": f"{self.version}-always"})

    @property
    def limited_teams(self) -> tuple[str, ...]:
        """The teams that can be full."""
        return tuple(team.id for team in self.teams.values() if team.most_open is not None)

    def calendar(self, name: str) -> BusinessCalendar:
        """Return a calendar by its name.

        Raises:
            KeyError: there is none of this name.
        """
        return ELAPSED if name == ELAPSED_TIME else self.calendars[name]

    def calendar_name(self, spec: ClockSpec, team: str) -> str:
        """Return the name of the calendar on which `team` is measured."""
        if spec.calendar != TEAM_CALENDAR:
            return spec.calendar
        return self.teams[team].calendar if team in self.teams else ELAPSED_TIME


class Policy:
    """The rules in force, those of earlier versions that running handoffs still need, and the texts."""

    def __init__(self, rules: Rules, words: Words, knowledge: Knowledge = NO_KNOWLEDGE) -> None:
        self.rules = rules
        self.words = words
        self.knowledge = knowledge
        self._past: dict[str, Rules] = {rules.version: rules}

    def knows(self, version: str) -> bool:
        """Whether `rules_of` can answer for `version`."""
        return version in self._past

    def remember(self, rules: Rules) -> None:
        """Add the rules of an earlier version."""
        self._past[rules.version] = rules

    def rules_of(self, version: str) -> Rules:
        """Return the rules of a version.

        Raises:
            KeyError: the version was not remembered.
        """
        return self._past[version]

    def kind_of(self, name: str, version: str) -> Kind:
        """Return the kind `name` as it was in `version`.

        Raises:
            KeyError: the version was not remembered, or had no such kind.
        """
        return self._past[version].kinds[name]
