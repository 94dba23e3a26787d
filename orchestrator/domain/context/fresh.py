"""The fresh values of a customer's context, for rules that may not build on anything older."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import JsonValue

from orchestrator.domain.context.record import Record
from orchestrator.domain.context.resolve import group, winner
from orchestrator.domain.context.sources import FieldSource, Sources
from orchestrator.domain.context.subjects import Subject


def fresh_values(
    records: Sequence[Record], fields: Iterable[str], sources: Sources, *, now: datetime
) -> dict[str, JsonValue]:
    """Return the value of each of `fields` that is there and fresh, as its source writes it.

    Fields are named in full, and belong to subjects of which a customer has one; others are left out.
    """
    single = group(records).single
    values: dict[str, JsonValue] = {}
    for field in fields:
        subject, _, name = field.partition(".")
        source = sources.get(field) or FieldSource(field)
        known = single.get(Subject(subject)) if subject in single else None
        claim = winner(known, name, source.owner) if known is not None else None
        if claim is None or claim[1].value is None:
            continue
        limit = source.stale_after
        if limit is None or now - claim[1].at <= limit:
            values[field] = claim[1].value
    return values
