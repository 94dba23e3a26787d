"""Where every table is listed, and how its indexes and constraints are called."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)


def instant(name: str, *, nullable: bool = False) -> Column[object]:
    """Return a column of instants."""
    return Column(name, DateTime(timezone=True), nullable=nullable)
