"""Small pieces of context: what systems say of one customer, and the map that says where it comes from."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import JsonValue

from orchestrator.domain.context.bundle import build
from orchestrator.domain.context.observation import Observation
from orchestrator.domain.context.record import Record, merge
from orchestrator.domain.context.rules import ContextRules, MarkRules, TeamContext
from orchestrator.domain.context.shown import Bundle, BundleField
from orchestrator.domain.context.sources import FieldSource, Sources
from orchestrator.domain.context.subjects import CATALOGUE, MANY
from orchestrator.domain.context.translations import Translations
from orchestrator.domain.model import Priority, Severity
from tests.builders import HOUR, T0

DAY = 24 * HOUR
SYSTEMS = {"crm": "CRM", "billing": "Billing", "desk": "Support desk"}
FALLBACK = "look in billing by e-mail"
SOURCES: Sources = {
    "contract.tier": FieldSource("contract.tier", "crm", "crm-sync", 26 * HOUR, 72 * HOUR, "search the CRM"),
    "billing.payment_state": FieldSource(
        "billing.payment_state", "billing", "billing-hook", HOUR, 4 * HOUR, FALLBACK
    ),
    "issue.status": FieldSource("issue.status", "status", "status-page", DAY, None, "read the status page"),
}
TRANSLATIONS = Translations(
    fields={
        "billing.payment_state": {"paid": "Paid", "past_due": "Past Due", "grace_pd": "Grace Period"},
        "issue.status": {"open": "Open", "resolved": "Resolved"},
    },
    languages={"de": {"billing.payment_state": {"paid": "Bezahlt"}}},
    severities={Priority.HIGH: Severity.SEV2},
)
RULES = ContextRules(
    fields=tuple(field for field, spec in CATALOGUE.items() if not spec.is_personal),
    teams={
        "phone": TeamContext(personal=("account.contact_phone",)),
        "berlin": TeamContext(language="de"),
        "bot": TeamContext(remove=("billing.payment_state", "issue.title", "nps.score", "account.since")),
    },
    marks=MarkRules(failed_states=("past_due",), at_risk_states=("high",)),
    closed_states=("resolved",),
)


def says(
    subject: str,
    fields: dict[str, JsonValue],
    *,
    system: str = "crm",
    ago: timedelta = timedelta(),
    item: str | None = None,
    key: str = "account:acct-1",
    by: str = "event-1",
) -> Record:
    """Return the record of what `system` said so long ago."""
    kind, _, id = key.partition(":")
    named = item or ("item-1" if subject in MANY else None)
    observation = Observation.model_validate(
        {"subject": subject, f"{kind}_id": id, "item": named, "system": system, "fields": fields}
    )
    return merge(None, observation, at=T0 - ago, by=by, now=T0)


def shown_to(
    team: str, *records: Record, rules: ContextRules = RULES, sources: Sources = SOURCES, now: datetime = T0
) -> Bundle:
    """Return what a team is shown."""
    return build(
        records,
        team=team,
        rules=rules,
        translations=TRANSLATIONS,
        sources=sources,
        systems=SYSTEMS,
        now=now,
    )


def field_of(bundle: Bundle, name: str) -> BundleField:
    """Return one field of a bundle, which has it once."""
    (field,) = (each for each in bundle.fields if each.name == name)
    return field
