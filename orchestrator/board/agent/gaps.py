"""What nobody knows of a customer, said once for all fields with the same way out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from orchestrator.domain.context.shown import BundleField


class Gap(NamedTuple):
    """Fields without a value."""

    labels: tuple[str, ...]
    fallback: str | None
    """What to do instead."""


def gaps(fields: Iterable[BundleField]) -> tuple[Gap, ...]:
    """Return the missing fields, those with the same fallback together, in their order."""
    labels: dict[str | None, list[str]] = {}
    for field in fields:
        if field.state == "missing":
            labels.setdefault(field.fallback, []).append(field.label)
    return tuple(Gap(tuple(each), fallback) for fallback, each in labels.items())
