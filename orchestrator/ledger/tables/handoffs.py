"""Handoffs, their clocks and journal, and what carries them in and out.

`json`, not `jsonb`: what was stored is sent byte for byte, and may hold an escaped NUL.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from orchestrator.ledger.tables.naming import instant, metadata


def _origin() -> list[Column[object]]:
    return [
        Column("topic", Text, nullable=False),
        Column("partition", Integer, nullable=False),
        Column("offset", BigInteger, nullable=False),
        Column("key", LargeBinary),
        Column("value", LargeBinary),
        # Bytes, because a header's name may hold a NUL, which text cannot.
        Column("header_names", ARRAY(LargeBinary), nullable=False),
        Column("header_values", ARRAY(LargeBinary), nullable=False),
    ]


policies = Table(
    "policies",
    metadata,
    Column("version", Text, primary_key=True),
    Column("rules", JSON, nullable=False),
    instant("first_used_at"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    instant("received_at"),
)

progress = Table(
    "progress",
    metadata,
    Column("cluster", Text, nullable=False),
    Column("consumer_group", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("next_offset", BigInteger),
    # Raised by every claim; a worker whose epoch is behind is a zombie.
    Column("epoch", BigInteger, nullable=False),
    Column("owner", Text, nullable=False),
    PrimaryKeyConstraint("cluster", "consumer_group", "topic", "partition"),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("customer_id", Text, nullable=False),
    Column("account_id", Text),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("sending_team", Text, nullable=False),
    Column("receiving_team", Text, nullable=False),
    Column("priority", Text, nullable=False),
    # One line, for those who see this handoff as somebody else's.
    Column("reason", Text, nullable=False, server_default=""),
    instant("requested_at"),
    Column("state", JSON, nullable=False),
    Column("request_type", Text, nullable=False),
    Column("request", JSON, nullable=False),
    # The hash of the newest journal entry, which covers all before it.
    Column("chain", LargeBinary, nullable=False),
    # Of the phone numbers and conversations that its links name.
    Column("caller_keys", ARRAY(BigInteger), nullable=False, server_default="{}"),
    Index("handoffs_case_id_requested_at_idx", "case_id", "requested_at"),
    # For teams that can be full.
    Index(
        "handoffs_receiving_team_idx",
        "receiving_team",
        postgresql_where=text("status IN ('offered', 'accepted')"),
    ),
    # For everybody's open work.
    Index(
        "handoffs_account_id_requested_at_id_idx",
        "account_id",
        "requested_at",
        "id",
        postgresql_where=text("account_id IS NOT NULL AND status IN ('held', 'offered', 'accepted')"),
    ),
    Index(
        "handoffs_customer_id_account_id_requested_at_idx",
        "customer_id",
        "account_id",
        "requested_at",
        postgresql_where=text("status IN ('held', 'offered', 'accepted')"),
    ),
    # For whoever is on the line. Keys wait in a list to be put in their places together, which costs a worker
    # least; it is short, because a search reads all of it.
    Index(
        "handoffs_caller_keys_idx",
        "caller_keys",
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": "256"},
        postgresql_where=text("status IN ('held', 'offered', 'accepted')"),
    ),
    # For reports: whole ranges of the table are left out.
    Index("handoffs_requested_at_idx", "requested_at", postgresql_using="brin"),
    # Room on the page for the new version of a row, so that no index is touched by most updates.
    postgresql_with={"fillfactor": "80"},
)

clocks = Table(
    "clocks",
    metadata,
    Column("handoff_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("team", Text, nullable=False),
    Column("state", Text, nullable=False),
    instant("started_at"),
    instant("ended_at", nullable=True),
    instant("due_at", nullable=True),
    Column("next_rung", Text),
    instant("next_at", nullable=True),
    PrimaryKeyConstraint("handoff_id", "kind", "generation"),
    Index("clocks_next_at_idx", "next_at", postgresql_where=text("next_at IS NOT NULL")),
    # For reports: a run is decided when it is due, or when it ends.
    Index("clocks_started_at_idx", "started_at", postgresql_using="brin"),
    Index("clocks_due_at_idx", "due_at", postgresql_using="brin"),
    Index("clocks_ended_at_idx", "ended_at", postgresql_using="brin"),
)

journal = Table(
    "journal",
    metadata,
    Column("handoff_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("case_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    instant("at"),
    Column("data", JSON, nullable=False),
    # sha256(hash of the entry before || data): a change to any entry breaks every later one.
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("handoff_id", "version"),
    UniqueConstraint("seq"),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("cluster", Text, nullable=False),
    *_origin(),
    Column("code", Text, nullable=False),
    Column("message", Text, nullable=False),
    instant("failed_at"),
    Column("attempts", Integer, nullable=False, server_default="1"),
    instant("replayed_at", nullable=True),
    UniqueConstraint("cluster", "topic", "partition", "offset"),
)

parked = Table(
    "parked",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("handoff_id", Uuid, nullable=False),
    Column("cause", JSON, nullable=False),
    Column("type", Text, nullable=False),
    Column("command", JSON, nullable=False),
    Column("code", Text, nullable=False),
    Column("message", Text, nullable=False),
    instant("expires_at"),
    *_origin(),
    Index("parked_handoff_id_idx", "handoff_id"),
    Index("parked_expires_at_idx", "expires_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("shard", SmallInteger, nullable=False),
    Column("id", BigInteger, Identity(always=True), nullable=False),
    Column("stream", Text, nullable=False),
    Column("team", Text),
    Column("key", Text),
    # What to send stands in the journal, or in dead_letters.
    Column("handoff_id", Uuid),
    Column("version", Integer),
    Column("dead_letter_id", BigInteger),
    instant("created_at"),
    PrimaryKeyConstraint("shard", "id"),
    ForeignKeyConstraint(["dead_letter_id"], ["dead_letters.id"]),
)
