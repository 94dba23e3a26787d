"""What the customer is entitled to: which tier decides the clocks, and how sure that is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from orchestrator.domain.ages import in_words
from orchestrator.domain.model import Customer, Frozen
from orchestrator.domain.policy import Entitlements

AHEAD: Final = timedelta(minutes=5)
"""How far the clock of whoever read the tier may be ahead of ours."""
_CONFIRM: Final = "until somebody confirms it in billing"


class Entitlement(Frozen):
    """The tier by which the clocks were chosen."""

    tier: str | None = None
    basis: Literal["stated", "stale", "unknown", "unpaid"] = "unknown"
    """Whether it is as the sender stated, or a safe choice, and why."""
    note: str | None = None
    """What the receiving team has to know about it; None when there is nothing to confirm."""


def entitle(customer: Customer, rules: Entitlements, now: datetime) -> Entitlement:
    """Return the tier that decides, and why; whatever is wrong with the data, there is always one.

    The first row that fits, from the top:

    | what is known                                            | basis   | tier                         |
    |----------------------------------------------------------|---------|------------------------------|
    | neither payment state nor date: nobody speaks of billing | stated  | as stated                    |
    | the same, and no tier                                    | unknown | `when_unknown`               |
    | an unpaid state, fresh or without a date                 | unpaid  | `when_unpaid`                |
    | no tier; no payment state where some are unpaid          | unknown | `when_unknown`               |
    | a date too long ago, or ahead of now: an unpaid state    | stale   | `when_unknown`               |
    | the same: any other state                                | stale   | `when_stale`, else as stated |
    | all the rest                                             | stated  | as stated                    |

    So a lapsed account gets its tier only from data that nobody can tell is wrong: a fresh unpaid state, or
    a missing one where the desk looks at payment, takes the tier away. And nobody who pays is turned away:
    doubt is never an answer, only a tier with a note, and an unpaid state that is itself stale decides no
    more than a missing one does.
    """
    tier, payment, as_of = customer.tier, customer.payment_state, customer.entitled_as_of
    if payment is None and as_of is None:
        if tier is not None:
            return Entitlement(tier=tier, basis="stated")
        return Entitlement(tier=rules.when_unknown, basis="unknown")
    is_unpaid = payment is not None and payment in rules.unpaid_states
    is_stale = as_of is not None and not -AHEAD <= now - as_of <= rules.stale_after
    if is_unpaid and not is_stale:
        instead = f" instead of {tier}" if tier not in (None, rules.when_unpaid) else ""
        note = f"payment state {payment}: treated as {rules.when_unpaid}{instead}"
        return Entitlement(tier=rules.when_unpaid, basis="unpaid", note=note)
    if tier is None:
        return _unknown("no tier is known", rules)
    if payment is None and rules.unpaid_states:
        return _unknown(f"tier {tier}, but no payment state is known", rules)
    if as_of is not None and is_stale:
        treated_as = rules.when_unknown if is_unpaid else rules.when_stale or tier
        known = f"tier {tier}, payment state {payment}" if is_unpaid else f"tier {tier}"
        age = in_words(now - as_of)
        when = f"as of {age} ago: stale" if as_of <= now else f"as of {age} from now: a wrong date"
        note = f"{known} {when}, treated as {treated_as} {_CONFIRM}"
        return Entitlement(tier=treated_as, basis="stale", note=note)
    return Entitlement(tier=tier, basis="stated")


def _unknown(what: str, rules: Entitlements) -> Entitlement:
    note = f"{what}: treated as {rules.when_unknown} {_CONFIRM}"
    return Entitlement(tier=rules.when_unknown, basis="unknown", note=note)
