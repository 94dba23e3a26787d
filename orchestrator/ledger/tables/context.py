"""What other systems said of customers, and how the flows do that bring it."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from orchestrator.ledger.tables.naming import instant, metadata

# Kept in two indexes, as there are few of the one sort for a key, and any number of the other.
_IS_ONE = text("is_live AND subject NOT IN ('issue', 'interaction')")
_IS_ONE_OF_MANY = text("is_live AND subject IN ('issue', 'interaction')")

context_records = Table(
    "context_records",
    metadata,
    Column("subject", Text, nullable=False),
    # account:<id> or customer:<id>
    Column("key", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("system", Text, nullable=False),
    # Whether it says anything; of what was deleted, the instant is held.
    Column("is_live", Boolean, nullable=False),
    Column("state", JSON, nullable=False),
    instant("newest_at"),
    instant("received_at"),
    # Of the phone number that it says, if it says one.
    Column("phone_key", BigInteger),
    PrimaryKeyConstraint("subject", "key", "item", "system"),
    Index("context_records_key_idx", "key", postgresql_where=_IS_ONE),
    Index(
        "context_records_key_subject_newest_at_idx",
        "key",
        "subject",
        "newest_at",
        postgresql_where=_IS_ONE_OF_MANY,
    ),
    # For whoever is on the line.
    Index("context_records_phone_key_idx", "phone_key", postgresql_where=text("phone_key IS NOT NULL")),
)

flow_health = Table(
    "flow_health",
    metadata,
    # The id of a flow of the integration map.
    Column("flow", Text, primary_key=True),
    Column("state", JSON, nullable=False),
    # Of what the map says of it, as the worker has it that started last.
    Column("digest", Text, nullable=False),
    # When to look at it again although nothing arrives.
    instant("next_at", nullable=True),
    # The hash of the newest entry of its journal.
    Column("chain", LargeBinary, nullable=False),
)
