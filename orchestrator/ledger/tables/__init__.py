"""The tables, by whose they are."""

from orchestrator.ledger.tables.context import context_records, flow_health
from orchestrator.ledger.tables.handoffs import (
    clocks,
    dead_letters,
    handoffs,
    inbox,
    journal,
    outbox,
    parked,
    policies,
    progress,
)
from orchestrator.ledger.tables.naming import metadata
from orchestrator.ledger.tables.people import access_tokens, api_answers, saved_views

__all__ = [
    "access_tokens",
    "api_answers",
    "clocks",
    "context_records",
    "dead_letters",
    "flow_health",
    "handoffs",
    "inbox",
    "journal",
    "metadata",
    "outbox",
    "parked",
    "policies",
    "progress",
    "saved_views",
]
