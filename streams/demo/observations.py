"""What other systems say of one customer of the script, and how long ago each of them looked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from orchestrator.domain.context.subjects import Subject
from streams.demo.short_clocks import USAGE_LATE_AFTER
from streams.event_lines import OutgoingEvent, Problem, read_line

_ACCOUNT, _CUSTOMER = "account-17", "customer-17"
KEYS = (f"account:{_ACCOUNT}", f"customer:{_CUSTOMER}")
"""Under which all of it is held."""
REMARK = "Six systems say what they know of Ada Lovelace, each as of its own time."
_SILENT_IN = timedelta(seconds=5)
"""How long after it is sent the newest usage signal is too old."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One observation of a system."""

    system: str
    subject: Subject
    age: timedelta
    """How long before it is sent it was so."""
    fields: Mapping[str, Any]
    item: str | None = None

    def record(self, now: datetime) -> OutgoingEvent:
        """Return the record to produce at `now`."""
        whom = {"account_id": _ACCOUNT, "customer_id": _CUSTOMER}
        event = {
            "specversion": "1.0",
            "id": f"{self.system}-{self.subject}",
            "source": f"//{self.system}.example",
            "type": f"support.context.{self.subject}.observed.v1",
            "time": (now - self.age).isoformat(),
            "data": {**whom, "system": self.system, "item": self.item, "fields": self.fields},
        }
        read = read_line(json.dumps(event))
        if isinstance(read, Problem):
            raise AssertionError(f"the demo's own observation {event['id']}: {read.message}")
        return read


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
    Saying(
        "crm",
        Subject.ACCOUNT,
        timedelta(hours=3),
        {"name": "Analytical Engines Ltd", "contact_name": "Ada Lovelace", "segment": "mid"},
    ),
    Saying("billing", Subject.CONTRACT, timedelta(minutes=5), {"plan": "growth", "tier": "gold"}),
    Saying("billing", Subject.BILLING, timedelta(hours=2), {"payment_state": "grace_pd"}),
    Saying("telemetry", Subject.USAGE, USAGE_LATE_AFTER - _SILENT_IN, {"trend": -35}),
    Saying("escalation-tools", Subject.ISSUE, timedelta(minutes=40), _ISSUE, item="BUG-311"),
    Saying("ticketing", Subject.INTERACTION, timedelta(hours=20), _INTERACTION, item="C-0950"),
    Saying("qa-reporting", Subject.NPS, timedelta(days=2), {"score": 4}),
)
"""Each makes one record. The payment state is older than its flow allows, and not yet too old to count."""
