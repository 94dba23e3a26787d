"""What is known of a team's fields before any customer is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import JsonValue

from orchestrator.domain.context.rules import DEFAULT_LANGUAGE, ContextRules
from orchestrator.domain.context.shown import BundleField
from orchestrator.domain.context.sources import FieldSource, Sources
from orchestrator.domain.context.subjects import CATALOGUE, MANY, FieldSpec, Subject, TypeWord
from orchestrator.domain.context.translations import Translations, Vocabulary


@dataclass(frozen=True, slots=True)
class FieldView:
    """How one field is shown to one team."""

    subject: Subject
    name: str
    """Without the subject."""
    field: str
    """Its full name."""
    label: str
    type: TypeWord
    vocabulary: Vocabulary
    owner: str | None
    """The system that wins."""
    stale_after: timedelta | None
    fallback: str | None
    is_own: bool
    """Whether the catalogue does not have it."""
    place: int
    """Its place among the fields that a team sees."""

    def is_stale(self, at: datetime, now: datetime) -> bool:
        """Whether what was observed at `at` does not count without a word any more."""
        return self.stale_after is not None and now - at > self.stale_after


Found = tuple[FieldView, JsonValue, datetime, str]
"""A field, the value that counts, when it was so, and the system that says so."""


class TeamView(NamedTuple):
    """What one team may see."""

    blanks: tuple[BundleField, ...]
    """Its fields in order, as they are shown when they are missing."""
    groups: tuple[tuple[Subject, tuple[FieldView, ...]], ...]
    """How they are shown, by subject."""
    items: Mapping[Subject, tuple[FieldView, ...]]
    """The fields of subjects of which there are several."""


class Vision(NamedTuple):
    """What fields are seen through."""

    rules: ContextRules
    translations: Translations
    sources: Sources

    def view(self, field: str, *, language: str = DEFAULT_LANGUAGE, place: int = 0) -> FieldView:
        """Return how a field is shown to those who read `language`."""
        subject, _, name = field.partition(".")
        source = self.sources.get(field) or FieldSource(field)
        spec = self.rules.spec_of(field) or FieldSpec(type="text", label=name.replace("_", " "))
        return FieldView(
            subject=Subject(subject),
            name=name,
            field=field,
            label=spec.label,
            type=spec.type,
            vocabulary=self.translations.vocabulary(field, language),
            owner=source.owner,
            stale_after=source.stale_after,
            fallback=source.fallback,
            is_own=field not in CATALOGUE,
            place=place,
        )

    def of_team(self, team: str) -> TeamView:
        """Return what a team may see."""
        language = self.rules.language_of(team)
        groups: dict[Subject, list[FieldView]] = {}
        blanks: list[BundleField] = []
        for field in self.rules.seen_by(team):
            view = self.view(field, language=language, place=len(blanks))
            groups.setdefault(view.subject, []).append(view)
            if view.subject not in MANY:
                blanks.append(BundleField(name=field, label=view.label, fallback=view.fallback))
        return TeamView(
            blanks=tuple(blanks),
            groups=tuple((subject, tuple(views)) for subject, views in groups.items() if subject not in MANY),
            items={subject: tuple(groups.get(subject, ())) for subject in MANY},
        )
