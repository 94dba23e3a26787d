"""What other systems speak of: the subjects, and the fields that are known beforehand."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal, get_args

from orchestrator.domain.model import Frozen

TypeWord = Literal["text", "code", "number", "flag", "date", "instant", "list"]
"""What a value is: free text, a code with words of its own, a number, true or false, an ISO 8601 date, an
ISO 8601 instant, or a list of texts or codes."""
TYPE_WORDS: Final[tuple[str, ...]] = get_args(TypeWord)


class Subject(StrEnum):
    """What one observation is about."""

    ACCOUNT = "account"
    CONTRACT = "contract"
    BILLING = "billing"
    USAGE = "usage"
    ISSUE = "issue"
    """A known issue or an incident."""
    INTERACTION = "interaction"
    """A conversation of the past, and how it was resolved."""
    PREFERENCE = "preference"
    NPS = "nps"


MANY: Final = frozenset({Subject.ISSUE, Subject.INTERACTION})
"""Subjects of which a customer has several: each is named by its item."""

PER_CUSTOMER: Final = frozenset({Subject.PREFERENCE, Subject.NPS, Subject.INTERACTION})
"""Subjects that belong to a person rather than to the account."""


class FieldSpec(Frozen):
    """What is known of a field beforehand."""

    type: TypeWord
    label: str
    """What people read."""
    is_personal: bool = False
    """Whether it says who a person is, or how to reach them."""


def _text(label: str, *, is_personal: bool = False) -> FieldSpec:
    return FieldSpec(type="text", label=label, is_personal=is_personal)


def _of(type: TypeWord, label: str) -> FieldSpec:
    return FieldSpec(type=type, label=label)


CATALOGUE: Final[dict[str, FieldSpec]] = {
    "account.name": _text("Account"),
    "account.status": _of("code", "Account status"),
    "account.identity_verified": _of("flag", "Identity verified"),
    "account.since": _of("date", "Customer since"),
    "account.segment": _of("code", "Segment"),
    "account.arr": _of("number", "Annual revenue"),
    "account.owner": _text("Account manager"),
    "account.renewal_risk": _of("code", "Renewal risk"),
    "account.contact_name": _text("Contact", is_personal=True),
    "account.contact_email": _text("Contact e-mail", is_personal=True),
    "account.contact_phone": _text("Contact phone", is_personal=True),
    "contract.plan": _of("code", "Plan"),
    "contract.sku": _of("code", "Product"),
    "contract.tier": _of("code", "Support tier"),
    "contract.seats": _of("number", "Seats"),
    "contract.started_at": _of("date", "Contract since"),
    "contract.renews_at": _of("date", "Renews on"),
    "contract.ends_at": _of("date", "Ends on"),
    "billing.payment_state": _of("code", "Payment"),
    "billing.last_invoice": _text("Last invoice"),
    "billing.last_invoice_state": _of("code", "Last invoice is"),
    "billing.last_invoice_at": _of("date", "Last invoice of"),
    "billing.amount_due": _of("number", "Amount due"),
    "billing.currency": _of("code", "Currency"),
    "billing.failed_payments": _of("number", "Failed payments"),
    "billing.last_payment_at": _of("instant", "Last payment"),
    "usage.trend": _of("number", "Usage trend, %"),
    "usage.last_active_at": _of("instant", "Last active"),
    "usage.active_users": _of("number", "Active users"),
    "usage.errors_per_day": _of("number", "Errors in a day"),
    "usage.health": _of("code", "Health"),
    "usage.feature_flags": _of("list", "Feature flags"),
    "issue.title": _text("Known issue"),
    "issue.kind": _of("code", "Kind"),
    "issue.status": _of("code", "Status"),
    "issue.severity": _of("code", "Severity"),
    "issue.reference": _text("Reference"),
    "issue.opened_at": _of("instant", "Open since"),
    "issue.workaround": _text("Workaround"),
    "issue.next_update_at": _of("instant", "Next update"),
    "interaction.channel": _of("code", "Channel"),
    "interaction.happened_at": _of("instant", "When"),
    "interaction.agent": _text("Spoke with"),
    "interaction.reason": _of("code", "Reason"),
    "interaction.summary": _text("Summary"),
    "interaction.resolution": _text("Resolution"),
    "interaction.sentiment": _of("number", "Sentiment"),
    "preference.language": _of("code", "Language"),
    "preference.channel": _of("code", "Preferred channel"),
    "preference.contact_hours": _text("Contact hours"),
    "preference.salutation": _text("Salutation", is_personal=True),
    "preference.email": _text("E-mail", is_personal=True),
    "preference.phone": _text("Phone", is_personal=True),
    "nps.score": _of("number", "NPS"),
    "nps.comment": _text("NPS comment"),
    "nps.answered_at": _of("instant", "NPS answered"),
}
"""Field -> what is known of it, in the order in which an agent needs it. `context.yaml` may add others."""


def field_name(subject: Subject, name: str) -> str:
    """Return the full name of a field: `billing.payment_state`."""
    return f"{subject.value}.{name}"
