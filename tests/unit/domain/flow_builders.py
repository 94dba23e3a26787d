"""Flows of a map, and what arrives of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from orchestrator.domain.events.integration_events import AspectHealth, IntegrationHealthChanged
from orchestrator.domain.flow_health.counts import Counts
from orchestrator.domain.flow_health.health import FlowHealth, note, step
from orchestrator.domain.flow_health.noted import Noted
from orchestrator.domain.flow_health.state import Aspect
from orchestrator.domain.flow_health.tally import Tally
from orchestrator.domain.flow_health.watched import Call, Party, WatchedFlow, WorkflowHit
from tests.builders import HOUR, T0

WARN_AFTER, ERROR_AFTER = HOUR, 2 * HOUR


def a_flow(**over: Any) -> WatchedFlow:
    """Return the flow by which billing feeds what an agent is shown of payments."""
    fields: dict[str, Any] = {
        "id": "billing-to-desk",
        "source": Party(id="billing", name="Billing"),
        "destination": Party(id="desk", name="Support desk"),
        "feeds": ("billing.payment_state", "billing.amount_due"),
        "declared": {"billing.payment_state": "code", "billing.amount_due": "number"},
        "codes": {"billing.payment_state": frozenset({"paid", "past_due"})},
        "warn_after": WARN_AFTER,
        "error_after": ERROR_AFTER,
        "teams": ("billing",),
        "calls": (Call(name="IT", contact="it@example.com", reasons=("runs the connection",)),),
        "fallback": "Look it up in billing",
        "workflows": (
            WorkflowHit(id="entitlement", name="Entitlement check", impact="The wrong SLA applies"),
        ),
    }
    return WatchedFlow(**(fields | over))


def a_note(at: datetime | None, **over: Any) -> Noted:
    """Return a good message of billing, observed at `at`."""
    fields: dict[str, Any] = {"fields": {"payment_state": "paid", "amount_due": 12.5}}
    return Noted(**({"subject": "billing", "system": "billing", "at": at} | fields | over))


def failed_note(reason: str = "invalid-data", **over: Any) -> Noted:
    """Return a message of billing that became a dead letter."""
    return a_note(None, **({"failure": reason, "fields": {}} | over))


def counted(notes: Iterable[tuple[datetime, Noted]], flow: WatchedFlow | None = None) -> Counts:
    """Return what was counted of a flow, message by message with the instant of its receipt."""
    flow = flow or a_flow()
    tally = Tally([flow])
    for now, noted in notes:
        tally.add(noted, now=now)
    return tally.take().get(flow.id, Counts())


class Watch:
    """Watches one flow as a worker does, and remembers all that it told."""

    def __init__(self, flow: WatchedFlow | None = None, *, since: datetime = T0) -> None:
        self.flow = flow or a_flow()
        self.health = FlowHealth(flow=self.flow.id, watched_since=since)
        self.next_at: datetime | None = since
        self.told: list[IntegrationHealthChanged] = []

    def hear(self, now: datetime, *notes: Noted) -> list[IntegrationHealthChanged]:
        """Take in what arrived at `now`, and judge."""
        self.health = note(self.health, counted([(now, each) for each in notes], self.flow))
        return self.look(now)

    def look(self, now: datetime) -> list[IntegrationHealthChanged]:
        """Judge at `now`, and return what was told."""
        self.health, event, self.next_at = step(self.health, self.flow, now=now)
        if event is not None:
            self.told.append(event)
        return [event] if event is not None else []

    def wait(self, until: datetime) -> list[IntegrationHealthChanged]:
        """Let time pass without an arrival: look at each instant that was named, as the sweep does."""
        told: list[IntegrationHealthChanged] = []
        while self.next_at is not None and self.next_at <= until:
            told += self.look(self.next_at)
        return told


def aspects(event: IntegrationHealthChanged) -> Mapping[Aspect, AspectHealth]:
    """Return the aspects of an event by name."""
    return {each.aspect: each for each in event.aspects}


def spread(start: datetime, count: int, within: timedelta) -> list[datetime]:
    """Return `count` instants from `start` on, evenly spread."""
    return [start + within * index / count for index in range(count)]
