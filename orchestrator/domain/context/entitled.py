"""What a customer is entitled to, from context rather than from the sender, who may have it second-hand.

`customer_with_context` says which tier and payment state count, and as of when; `limited` puts the limits of
the integration map into the rules; `entitle` decides by both. Codes stay as billing writes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from orchestrator.domain.context.observation import MOST_AHEAD
from orchestrator.domain.context.record import Record
from orchestrator.domain.context.resolve import winner
from orchestrator.domain.context.sources import Sources
from orchestrator.domain.model import Customer
from orchestrator.domain.policy import Entitlements

TIER: Final = "contract.tier"
PAYMENT: Final = "billing.payment_state"
_LONGEST_CODE: Final = 200


class _Known(NamedTuple):
    code: str
    at: datetime | None
    """As of when; None: nobody says."""
    is_vouched: bool = False
    """Whether the map knows where it comes from, and it is not late."""
    is_late: bool = False
    """Whether it is older than the map allows."""


def customer_with_context(
    customer: Customer, records: Sequence[Record], sources: Sources, *, rules: Entitlements, now: datetime
) -> Customer:
    """Return the customer with the tier and the payment state that count, and as of when they are known.

    Each of the two is that of the context, unless the sender read it later. Where the context is older than
    the limit of its source, what the sender states comes first, but keeps the date of the context: it is to
    be confirmed.

    `entitled_as_of` is the older date of the two. The tier has none while it is within its limit, since
    contracts rarely change, nor where an unpaid state decides anyway. A payment state that is missing, though
    the map says where it comes from, leaves the date of the tier, so that its absence is noticed.
    """
    context_tier = _observed(records, TIER, sources, now)
    context_payment = _observed(records, PAYMENT, sources, now)
    if context_tier is None and context_payment is None:
        return customer
    tier = _choose(customer.tier, customer, context_tier, now)
    payment = _choose(customer.payment_state, customer, context_payment, now)
    return customer.model_copy(
        update={
            "tier": tier.code if tier is not None else None,
            "payment_state": payment.code if payment is not None else None,
            "entitled_as_of": _as_of(tier, payment, customer, sources, rules),
        }
    )


def limited(rules: Entitlements, sources: Sources) -> Entitlements:
    """Return the rules under which nothing older than the map allows decides without a note."""
    limits = [sources[field].error_after for field in (TIER, PAYMENT) if field in sources]
    stale_after = min(limit for limit in (rules.stale_after, *limits) if limit is not None)
    return rules.model_copy(update={"stale_after": stale_after})


def _observed(records: Sequence[Record], field: str, sources: Sources, now: datetime) -> _Known | None:
    """Return what the context says; None when it says nothing, or what could not be an identifier."""
    subject, _, name = field.partition(".")
    source = sources.get(field)
    about = [record for record in records if record.subject == subject]
    claim = winner(about, name, source.owner if source is not None else None)
    if claim is None:
        return None
    value, at = claim[1].value, claim[1].at
    code = value.strip() if isinstance(value, str) and value.isprintable() else ""
    if not 0 < len(code) <= _LONGEST_CODE:
        return None
    is_late = source is not None and source.error_after is not None and now - at > source.error_after
    return _Known(code, at, is_vouched=source is not None and not is_late, is_late=is_late)


def _choose(stated: str | None, customer: Customer, observed: _Known | None, now: datetime) -> _Known | None:
    """Return which of the two counts, and as of when."""
    stated_at = customer.entitled_as_of
    if observed is None:
        return _Known(stated, stated_at) if stated is not None else None
    if stated is None:
        return observed
    if stated_at is not None and observed.at is not None and observed.at < stated_at <= now + MOST_AHEAD:
        return _Known(stated, stated_at)
    return _Known(stated, observed.at) if observed.is_late and stated_at is None else observed


def _as_of(
    tier: _Known | None, payment: _Known | None, customer: Customer, sources: Sources, rules: Entitlements
) -> datetime | None:
    dates: list[datetime | None]
    if payment is None:
        is_awaited = PAYMENT in sources or customer.entitled_as_of is not None
        dates = [customer.entitled_as_of, tier.at if tier is not None and is_awaited else None]
    elif payment.code in rules.unpaid_states:
        dates = [payment.at]
    else:
        dates = [payment.at, tier.at if tier is not None and not tier.is_vouched else None]
    return min((date for date in dates if date is not None), default=None)
