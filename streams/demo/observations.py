"""What other systems say of one customer of the script, and how long ago each of them looked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from orchestrator.domain.context.subjects import Subject
from streams.demo.short_clocks import USAGE_LATE_AFTER
from streams.messages.event_lines import OutgoingEvent, Problem, read_line

_ACCOUNT, _CUSTOMER = "account-17", "customer-17"
KEYS = (f"account:{_ACCOUNT}", f"customer:{_CUSTOMER}")
"""Under which all of it is held."""
REMARK = "Six systems say what they know of Ada Lovelace, each as of its own time."
SILENCE = "Telemetry fell silent. No event can say so; the workers notice it."
"""What to say before the alert, which nobody's event brings about."""
_SILENT_IN = timedelta(seconds=7.2)
"""How long after it is sent the newest usage signal is too old: when all else has been told."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One observation of a system."""

    system: str
    subject: Subject
    age: timedelta
    """How long before it is sent it was so."""
    fields: Mapping[str, Any]
    """A span is a date so far from then."""
    item: str | None = None
    part: str | None = None
    """Of the account's record, where its fields are sent at different times."""

    def record(self, now: datetime) -> OutgoingEvent:
        """Return the record to produce at `now`."""
        event = {
            "specversion": "1.0",
            "id": f"{self.system}-{'-'.join(self.fields)}",
            "source": f"//{self.system}.example",
            "type": f"support.context.{self.subject}.observed.v1",
            "time": (now - self.age).isoformat(),
            "data": {
                "account_id": _ACCOUNT,
                "customer_id": _CUSTOMER,
                "system": self.system,
                "item": self.item,
                "fields": {name: _dated(value, now) for name, value in self.fields.items()},
            },
        }
        if self.part is not None:
            event["partitionkey"] = f"account:{_ACCOUNT}/{self.system}#{self.part}"
        read = read_line(json.dumps(event))
        if isinstance(read, Problem):
            raise AssertionError(f"the demo's own observation {event['id']}: {read.message}")
        return read


def _dated(value: Any, now: datetime) -> Any:
    return (now + value).date().isoformat() if isinstance(value, timedelta) else value


_ACCOUNT_FACTS = {
    "name": "Analytical Engines Ltd",
    "contact_name": "Ada Lovelace",
    "since": timedelta(days=-1300),
    "segment": "mid",
    "renewal_risk": "medium",
}
_ISSUE = {
    "title": "Card payments are booked twice",
    "kind": "bug",
    "status": "identified",
    "severity": "sev2",
    "workaround": "Refund the second payment, and leave the invoice as it is",
}
_INTERACTION = {
    "channel": "email",
    "reason": "Asked why the invoice is higher",
    "resolution": "Explained the five new seats",
}

OBSERVATIONS: tuple[Saying, ...] = (
    Saying("crm", Subject.ACCOUNT, timedelta(hours=3), _ACCOUNT_FACTS),
    Saying("crm", Subject.CONTRACT, timedelta(hours=3), {"renews_at": timedelta(days=40)}),
    Saying("billing", Subject.CONTRACT, timedelta(minutes=5), {"plan": "growth", "tier": "gold"}),
    Saying("billing", Subject.BILLING, timedelta(hours=2), {"payment_state": "grace_pd"}, part="state"),
    Saying("billing", Subject.BILLING, timedelta(minutes=5), {"last_invoice": "4417"}, part="invoice"),
    Saying("telemetry", Subject.USAGE, USAGE_LATE_AFTER - _SILENT_IN, {"trend": -35}),
    Saying("escalation-tools", Subject.ISSUE, timedelta(minutes=40), _ISSUE, item="BUG-311"),
    Saying("ticketing", Subject.INTERACTION, timedelta(hours=20), _INTERACTION, item="C-0950"),
    Saying("qa-reporting", Subject.NPS, timedelta(days=2), {"score": 4}),
)
"""The payment state is older than its flow allows, and not yet too old to count."""
FIELDS = sum(len(saying.fields) for saying in OBSERVATIONS)
