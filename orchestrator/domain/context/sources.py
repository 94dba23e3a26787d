"""Where a field comes from, and how long it counts: what the integration map says of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple


class FieldSource(NamedTuple):
    """Who owns a field, how it gets here, and what to do when it does not."""

    field: str
    """Its full name: `billing.payment_state`."""
    owner: str | None = None
    """The id of the system whose value wins; None: the newest value does."""
    flow: str | None = None
    """The id of the flow that feeds it."""
    warn_after: timedelta | None = None
    """It is stale when it was observed longer ago; None: never."""
    error_after: timedelta | None = None
    """It decides nothing without a note when it was observed longer ago; None: there is no limit."""
    fallback: str | None = None
    """What a person does when it is stale or missing."""

    @property
    def stale_after(self) -> timedelta | None:
        """The age beyond which it is shown as stale: the warning, else the limit."""
        return self.warn_after if self.warn_after is not None else self.error_after


Sources = Mapping[str, FieldSource]
"""Full name of a field -> where it comes from."""
