"""The closed sets of words of an integration map."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Layer(StrEnum):
    """What part of the stack a system belongs to."""

    CORE = "core"
    """Where cases, accounts and invoices live."""
    IDENTITY = "identity"
    """Who may do what."""
    DATA = "data"
    """Signals, warehouses, reports."""
    COMMUNICATION = "communication"
    """Where people talk to each other."""
    KNOWLEDGE = "knowledge"
    WORKFLOW = "workflow"
    """Automation rules, middleware, no-code tools."""
    AI = "ai"
    MANUAL = "manual"
    """Spreadsheets and exports by hand."""


class Timing(StrEnum):
    """How often something moves."""

    REAL_TIME = "real-time"
    NEAR_REAL_TIME = "near-real-time"
    EVENT_DRIVEN = "event-driven"
    SCHEDULED = "scheduled"
    ON_PUBLISH = "on-publish"
    MANUAL = "manual"
    """Somebody does it, when they think of it."""


AT_ONCE: Final = frozenset({Timing.REAL_TIME, Timing.NEAR_REAL_TIME, Timing.EVENT_DRIVEN})
"""Timings with which what arrives may set something off that goes out again."""


class ConnectionType(StrEnum):
    """By what means systems speak to each other."""

    API = "api"
    WEBHOOK = "webhook"
    EVENT_STREAM = "event-stream"
    CDC = "cdc"
    ETL = "etl"
    ELT = "elt"
    REVERSE_ETL = "reverse-etl"
    BATCH = "batch"
    SAML = "saml"
    SCIM = "scim"
    NATIVE = "native"
    FILE = "file"


class Direction(StrEnum):
    """Whether one side writes, or both."""

    ONE_WAY = "one-way"
    TWO_WAY = "two-way"


class Urgency(StrEnum):
    """How much depends on a workflow."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """Its place, the most urgent being 0."""
        return list(Urgency).index(self)
