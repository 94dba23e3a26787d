"""What other systems said of the customers, and when: some of it fresh, some stale, some contradictory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from orchestrator.domain.context.observation import Observation
from orchestrator.domain.model import Customer
from orchestrator.ledger.context import Observed
from tests.context_builders import an_origin

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Saying:
    """What a system observed, so long ago; a span among the fields is a date so far from now."""

    system: str
    subject: str
    ago: timedelta
    fields: Mapping[str, Any]
    item: str | None = None

    def of(self, customer: Customer, now: datetime) -> Observed:
        """Return it as an observation of a customer."""
        at = now - self.ago
        observation = Observation(
            subject=self.subject,
            account_id=customer.account_id,
            customer_id=customer.id,
            item=self.item,
            system=self.system,
            fields={name: _dated(value, now) for name, value in self.fields.items()},
        )
        by = f"//{self.system}.example {customer.id}-{self.item or self.subject}-{at.isoformat()}"
        return Observed(an_origin(observation.subject), observation, at, by)


def _dated(value: Any, now: datetime) -> Any:
    return (now + value).date().isoformat() if isinstance(value, timedelta) else value


def of_everybody(customers: Iterable[Customer], at: datetime) -> list[Observed]:
    """Return what is known of each customer at `at`: who it is, what they have, and whether they pay."""
    return [
        saying.of(customer, at)
        for number, customer in enumerate(customers)
        for saying in _usual(customer, number)
    ]


def _usual(customer: Customer, number: int) -> Iterator[Saying]:
    name = customer.name or customer.id
    account = {
        "name": f"{name.split()[-1]} {('Ltd', 'GmbH', 'Inc.', 'S.L.')[number % 4]}",
        "contact_name": name,
        "since": timedelta(days=-40 - 83 * (number % 29)),
        "segment": ("smb", "mid", "ent")[number % 3],
        "renewal_risk": ("low", "low", "medium", "high")[number % 4],
    }
    yield Saying("crm", "account", (1 + number % 30) * HOUR, account)
    yield Saying("crm", "contract", 3 * HOUR, {"renews_at": timedelta(days=20 + 31 * (number % 11))})
    plan = {"plan": ("starter", "growth", "scale", "enterprise")[number % 4], "tier": customer.tier}
    yield Saying("billing", "contract", 20 * MINUTE, plan)
    state = "past_due" if number % 13 == 6 else "grace_pd" if number % 17 == 3 else "paid"
    yield Saying(
        "billing", "billing", 20 * MINUTE, {"payment_state": state, "last_invoice": f"44{number:02}"}
    )
    yield Saying("telemetry", "usage", (5 + number % 60) * MINUTE, {"trend": (number * 11) % 60 - 35})
    yield Saying("ticketing", "preference", 2 * DAY, {"language": customer.language})


ADA: Final = (
    Saying("crm", "account", 3 * HOUR, {
        "name": "Analytical Engines Ltd", "contact_name": "Ada Lovelace", "since": -1300 * DAY,
        "segment": "mid",
        "renewal_risk": "medium", "contact_email": "ada@analytical.example",
        "contact_phone": "+44 20 7946 0017",
        "owner": "Nadia Haas", "arr": 48_000,
    }),
    Saying("crm", "contract", 3 * HOUR, {"renews_at": 40 * DAY, "plan": "starter"}),
    Saying("billing", "contract", 5 * MINUTE, {
        "plan": "growth", "tier": "gold", "sku": "SUP-GLD-12", "seats": 25,
    }),
    Saying("billing", "billing", 2 * HOUR, {"payment_state": "grace_pd", "failed_payments": 1}),
    Saying("billing", "billing", 5 * MINUTE, {
        "last_invoice": "4417", "last_invoice_state": "open", "amount_due": 120.0, "currency": "EUR",
    }),
    Saying("telemetry", "usage", 47 * MINUTE, {
        "trend": -35, "errors_per_day": 212, "feature_flags": ["new-billing", "export-v2"], "health": "amber",
    }),
    Saying("escalation-tools", "issue", 40 * MINUTE, {
        "title": "Card payments are booked twice", "kind": "bug", "status": "identified", "severity": "sev2",
        "reference": "BUG-311", "workaround": "Refund the second payment, and leave the invoice as it is",
    }, item="BUG-311"),
    Saying("escalation-tools", "issue", 9 * HOUR, {
        "title": "Exports stop at 90 %", "kind": "incident", "status": "monitoring", "severity": "sev3",
    }, item="INC-42"),
    Saying("ticketing", "interaction", 20 * HOUR, {
        "channel": "email", "agent": "Kavya Rao", "reason": "Asked why the invoice is higher",
        "resolution": "Explained the five new seats",
    }, item="C-0950"),
    Saying("ticketing", "interaction", 9 * DAY, {
        "channel": "chat", "agent": "Sarah Okafor", "reason": "Could not add seats",
        "resolution": "Added them for her",
    }, item="C-0871"),
    Saying("ticketing", "preference", 2 * DAY, {
        "language": "en", "salutation": "Ms Lovelace", "contact_hours": "9 to 17, London", "channel": "chat",
    }),
    Saying("qa-reporting", "nps", 2 * DAY, {"score": 4, "comment": "Nobody remembers what I said."}),
)  # fmt: skip
"""All ten systems have something to say of her, and not all of it fits together."""


def of_hostile(text: str) -> tuple[Saying, ...]:
    """Return what systems say when a customer wrote `text` into each field that takes any."""
    return (
        Saying("crm", "account", HOUR, {"name": text, "contact_name": text, "owner": text}),
        Saying("billing", "billing", MINUTE, {"last_invoice": text, "payment_state": text}),
        Saying("escalation-tools", "issue", MINUTE, {"title": text, "workaround": text}, item=text[:200]),
        Saying(
            "ticketing", "interaction", HOUR, {"reason": text, "resolution": text, "agent": text}, item="X"
        ),
        Saying("qa-reporting", "nps", HOUR, {"score": 1, "comment": text}),
    )
