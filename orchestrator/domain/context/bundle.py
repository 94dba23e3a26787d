"""Puts a customer's context together for one team: small, and in the order in which it is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from orchestrator.domain.context.items import Choice, interactions_of, issues_of
from orchestrator.domain.context.making import make
from orchestrator.domain.context.marks import marks_of
from orchestrator.domain.context.reading import Reading
from orchestrator.domain.context.record import Record
from orchestrator.domain.context.resolve import group
from orchestrator.domain.context.rules import ContextRules
from orchestrator.domain.context.shown import Bundle
from orchestrator.domain.context.sources import Sources
from orchestrator.domain.context.subjects import Subject
from orchestrator.domain.context.translations import Translations
from orchestrator.domain.context.views import Found, TeamView, Vision

_NO_ITEMS: Final[dict[str, list[Record]]] = {}
_EVERYONE: Final = ""
"""A team without rules of its own; it is no name of a team."""


class Bundler:
    """Builds bundles under one version of the rules; what does not depend on the customer is kept."""

    def __init__(
        self,
        rules: ContextRules,
        translations: Translations,
        sources: Sources,
        systems: Mapping[str, str],
    ) -> None:
        vision = Vision(rules, translations, sources)
        self._rules = rules
        self._vision = vision
        self._systems = systems
        self._views: dict[str, TeamView] = {}
        self._issues = Choice(
            begins=vision.view("issue.opened_at"),
            most=rules.issues_shown,
            status=vision.view("issue.status"),
            closed=frozenset(rules.closed_states),
        )
        self._interactions = Choice(vision.view("interaction.happened_at"), rules.interactions_shown)

    def build(self, records: Sequence[Record], *, team: str, now: datetime) -> Bundle:
        """Return what `team` is shown of the customer of these records, which may be in any order."""
        view = self._view(team)
        single, many = group(records)
        reading = Reading(self._systems, now)
        found: list[Found] = []
        for subject, views in view.groups:
            spoken = single.get(subject)
            if spoken is not None:
                found += reading.find(spoken, views)
        fields = list(view.blanks)
        for each, field in zip(found, reading.fields(found), strict=True):
            fields[each[0].place] = field
        facts = {each[0].field: each for each in found}
        issues = issues_of(
            many.get(Subject.ISSUE, _NO_ITEMS), self._issues, view.items[Subject.ISSUE], reading
        )
        interactions = interactions_of(
            many.get(Subject.INTERACTION, _NO_ITEMS),
            self._interactions,
            view.items[Subject.INTERACTION],
            reading,
        )
        return make(
            Bundle,
            {
                "fields": tuple(fields),
                "issues": issues,
                "interactions": interactions,
                "conflicts": tuple(reading.conflicts),
                "marks": marks_of(facts, self._rules.marks, now),
            },
        )

    def _view(self, team: str) -> TeamView:
        key = team if team in self._rules.teams else _EVERYONE
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = self._vision.of_team(key)
        return view


def build(
    records: Sequence[Record],
    *,
    team: str,
    rules: ContextRules,
    translations: Translations,
    sources: Sources,
    systems: Mapping[str, str],
    now: datetime,
) -> Bundle:
    """Return one bundle; for many under the same rules, keep a `Bundler`.

    Args:
        records: all that is held of one customer, in any order.
        team: who receives it.
        rules: what it may see.
        translations: the words for codes.
        sources: where each field comes from, of the integration map.
        systems: the id of a system -> its name.
        now: from when ages are counted.
    """
    return Bundler(rules, translations, sources, systems).build(records, team=team, now=now)
