"""What goes with a packet beside its request: context, a summary, the work of others, articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from pydantic import JsonValue

from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.context.bundle import Bundler
from orchestrator.domain.context.entitled import customer_with_context
from orchestrator.domain.context.fresh import fresh_values
from orchestrator.domain.context.record import Record
from orchestrator.domain.context.shown import Bundle, BundleField
from orchestrator.domain.integration_map.sources import names_of, sources_of
from orchestrator.domain.knowledge import Enquiry, Found, Knowledge, question
from orchestrator.domain.model import Frozen
from orchestrator.domain.open_work import EarlierHandoff, EarlierList, OpenWorkList, list_earlier, list_open
from orchestrator.domain.policy import Kind, Policy, Rules
from orchestrator.domain.redaction.command import hide_personal
from orchestrator.domain.redaction.shown import hide_in_bundle, hide_in_earlier, hide_in_open_work
from orchestrator.domain.summary.engineering import EngineeringBrief, brief_engineering
from orchestrator.domain.summary.mood import Mood
from orchestrator.domain.summary.summary import Summary, summarise
from orchestrator.domain.surroundings import Surroundings


class Enrichment(NamedTuple):
    """What a packet says beside what its sender said."""

    context: Bundle
    """The customer in half a minute: each field with its source, its age, and what to do when it is stale."""
    summary: Summary
    engineering: EngineeringBrief | None = None
    """Severity, incident and trimmed logs, where there are any."""
    open_work: OpenWorkList = OpenWorkList()
    earlier: EarlierList = EarlierList()
    articles: tuple[Found, ...] = ()

    @property
    def facts(self) -> dict[str, object]:
        """What templates may say of it: also which fields are `known`, and what to do about the others."""
        fields = self.context.fields
        known = tuple(field for field in fields if field.state != "missing")
        stale = _gaps(field for field in known if field.state == "stale")
        gaps = _gaps(field for field in fields if field.state == "missing") if known else ()
        return self._asdict() | {"known": known, "stale": stale, "gaps": gaps}


NO_ENRICHMENT: Final = Enrichment(Bundle(), Summary(sentences=(), mood=Mood()))


class Gap(Frozen):
    """Fields that are stale or missing, and what to do instead."""

    labels: str
    """One after the other."""
    fallback: str


class Enricher:
    """Enriches packets under one version of the rules; what does not depend on the request is kept."""

    def __init__(self, rules: Rules, knowledge: Knowledge) -> None:
        self._rules = rules
        self._knowledge = knowledge
        self._sources = sources_of(rules.integration_map)
        systems = names_of(rules.integration_map)
        self._bundler = Bundler(rules.context, rules.translations, self._sources, systems)
        self._sees_personal = frozenset(id for id, team in rules.context.teams.items() if team.personal)
        self._asks_context = {
            name: tuple(item.condition.field for item in kind.checklist if item.condition is not None)
            for name, kind in rules.kinds.items()
        }

    def entitled(self, request: RequestHandoff, records: Sequence[Record], now: datetime) -> RequestHandoff:
        """Return the request with the tier and the payment state that count, for its route."""
        if not records:
            return request
        rules = self._rules.routing.entitlements
        customer = customer_with_context(request.customer, records, self._sources, rules=rules, now=now)
        return request.model_copy(update={"customer": customer})

    def known(self, kind: str, records: Sequence[Record], now: datetime) -> dict[str, JsonValue]:
        """Return the fresh values of those fields that the checklist of `kind` asks for."""
        asked = self._asks_context[kind]
        return fresh_values(records, asked, self._sources, now=now) if asked and records else {}

    def shown_to(self, team: str, request: RequestHandoff) -> RequestHandoff:
        """Return the request as `team` may read it: without personal fields, it reads no address either."""
        if self._may_see_personal(team):
            return request
        shown, _ = hide_personal(request)
        assert isinstance(shown, RequestHandoff)
        return shown

    def enrich(
        self, request: RequestHandoff, kind: Kind, team: str, around: Surroundings, now: datetime
    ) -> Enrichment:
        """Return what goes with a packet for `team`."""
        context = self._bundler.build(around.records, team=team, now=now)
        open_work = list_open(around.open_work, self._rules)
        earlier = list_earlier(around.trail, self._rules, ending=around.ending)
        if not self._may_see_personal(team):
            # Others wrote it, and not for this team.
            context, open_work = hide_in_bundle(context), hide_in_open_work(open_work)
            earlier = hide_in_earlier(earlier)
        lines = [_line(each) for each in reversed(earlier.shown)]
        return Enrichment(
            context=context,
            summary=summarise(request, earlier=lines, now=now, lexicon=self._rules.lexicon),
            engineering=self._engineering(request),
            open_work=open_work,
            earlier=earlier,
            articles=self._knowledge.search(
                Enquiry(
                    text=question(request),
                    kind=kind.name,
                    team=team,
                    reason_code=request.reason.code,
                    language=request.customer.language,
                ),
                now=now,
            ),
        )

    def _may_see_personal(self, team: str) -> bool:
        return not self._rules.context.teams or team in self._sees_personal

    def _engineering(self, request: RequestHandoff) -> EngineeringBrief | None:
        if not (request.is_escalation or request.logs or request.incident or request.severity):
            return None
        return brief_engineering(request, severities=self._rules.translations.severities)


_ENRICHERS: Final[WeakKeyDictionary[Policy, dict[str, Enricher]]] = WeakKeyDictionary()
"""Policy -> version of its rules -> what enriches under it."""


def enricher_of(policy: Policy, version: str) -> Enricher:
    """Return what enriches packets under a version of the rules.

    Raises:
        KeyError: the policy does not know this version.
    """
    made = _ENRICHERS.setdefault(policy, {})
    if version not in made:
        made[version] = Enricher(policy.rules_of(version), policy.knowledge)
    return made[version]


def _gaps(fields: Iterable[BundleField]) -> tuple[Gap, ...]:
    """Return the fields that have a fallback, those with the same one together."""
    labels: dict[str, list[str]] = {}
    for field in fields:
        if field.fallback is not None:
            labels.setdefault(field.fallback, []).append(field.label)
    return tuple(Gap(labels=", ".join(each), fallback=fallback) for fallback, each in labels.items())


def _line(earlier: EarlierHandoff) -> str:
    """Return how an earlier handoff ended, in one line."""
    ended = f"{earlier.from_team} to {earlier.to_team}: {earlier.status}"
    return f"{ended} ({earlier.outcome})" if earlier.outcome else ended
