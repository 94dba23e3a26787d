"""Which fields each team sees, in which order, and what makes a customer stand out: `context.yaml`."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from orchestrator.domain.context.subjects import CATALOGUE, FieldSpec
from orchestrator.domain.model import Frozen

DEFAULT_LANGUAGE = "en"


class TeamContext(Frozen):
    """How what one team sees differs from what all see."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    """The personal fields that it may see; without this, none."""
    language: str = DEFAULT_LANGUAGE
    """In which codes are put into words."""


class MarkRules(Frozen):
    """From where on a customer stands out."""

    first_days: timedelta = timedelta(days=90)
    renewal_within: timedelta = timedelta(days=60)
    usage_drop: int = 20
    """Percent."""
    low_nps: int = 6
    """This score, or less."""
    failed_states: tuple[str, ...] = ()
    """Payment states, as billing writes them, after which a payment has failed."""
    at_risk_states: tuple[str, ...] = ()
    """Renewal risks, as their source writes them, that are worth a mark."""


class ContextRules(Frozen):
    """What of a customer's context goes into a packet."""

    fields: tuple[str, ...] = ()
    """What every team sees, in this order; personal fields only where the team may."""
    teams: dict[str, TeamContext] = Field(default_factory=dict)
    own_fields: dict[str, FieldSpec] = Field(default_factory=dict)
    """Fields that the catalogue does not have."""
    marks: MarkRules = MarkRules()
    issues_shown: int = 3
    interactions_shown: int = 3
    closed_states: tuple[str, ...] = ()
    """States of an issue, as its source writes them, in which it is not open any more."""

    def spec_of(self, field: str) -> FieldSpec | None:
        """Return what is known of a field beforehand; None when nobody declared it."""
        return CATALOGUE.get(field) or self.own_fields.get(field)

    def seen_by(self, team: str) -> tuple[str, ...]:
        """Return the fields that a team may see, in order; those of issues and interactions too."""
        own = self.teams.get(team, TeamContext())
        listed = dict.fromkeys((*self.fields, *own.add, *own.personal))
        return tuple(
            field
            for field in listed
            if field not in own.remove and (field in own.personal or not self._is_personal(field))
        )

    def language_of(self, team: str) -> str:
        """Return the language in which a team reads codes."""
        return self.teams[team].language if team in self.teams else DEFAULT_LANGUAGE

    def _is_personal(self, field: str) -> bool:
        spec = self.spec_of(field)
        # What nobody declared may be anything.
        return spec is None or spec.is_personal
