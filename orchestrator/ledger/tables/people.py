"""What belongs to the people and programs that use the board."""

from __future__ import annotations

from sqlalchemy import JSON, Column, LargeBinary, PrimaryKeyConstraint, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from orchestrator.ledger.tables.naming import instant, metadata

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    # sha256 of the token, which has 256 random bits: nothing that a slow hash would protect better.
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("roles", ARRAY(Text), nullable=False),
    # Null: all teams.
    Column("teams", ARRAY(Text)),
    Column("created_by", Text, nullable=False),
    instant("created_at"),
    instant("expires_at"),
    instant("revoked_at", nullable=True),
    instant("used_at", nullable=True),
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("owner", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("name", Text, nullable=False),
    # The query string of the page.
    Column("query", Text, nullable=False),
    instant("created_at"),
    PrimaryKeyConstraint("owner", "page", "name"),
)

api_answers = Table(
    "api_answers",
    metadata,
    Column("owner", Text, nullable=False),
    # The Idempotency-Key of a request, and the hash of what it asked for.
    Column("key", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("answer", JSON, nullable=False),
    instant("created_at"),
    PrimaryKeyConstraint("owner", "key"),
)
