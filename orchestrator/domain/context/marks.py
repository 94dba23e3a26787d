"""Why a customer stands out: new, not paying, using less, about to renew, at risk, not happy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

from orchestrator.domain.context.making import make
from orchestrator.domain.context.rules import MarkRules
from orchestrator.domain.context.shown import Mark, MarkCode
from orchestrator.domain.context.values import codes_of, date_of, in_words, number_of
from orchestrator.domain.context.views import Found


class _Asked(NamedTuple):
    rules: MarkRules
    today: date
    """In UTC."""

    def days_to(self, found: Found) -> int | None:
        """Return the days until a date; negative when it has passed."""
        day = date_of(found[1])
        return (day - self.today).days if day is not None else None


def marks_of(facts: Mapping[str, Found], rules: MarkRules, now: datetime) -> tuple[Mark, ...]:
    """Return the marks of a customer, the most urgent first; a value that makes no sense makes none.

    Args:
        facts: what the team sees, by the full name of the field: a mark tells the value that it is drawn
            from. Those that are missing are absent.
        rules: from where on a customer stands out.
        now: when that is asked; days are counted in UTC.
    """
    asked = _Asked(rules, now.date())
    marks: list[Mark] = []
    for code, fields in _DRAWN_FROM:
        for field, draw in fields:
            found = facts.get(field)
            text = draw(found, asked) if found is not None else None
            if found is not None and text:
                is_stale = found[0].is_stale(found[2], now)
                marks.append(make(Mark, {"code": code, "text": text, "name": field, "is_stale": is_stale}))
            if text is not None:
                break
    return tuple(marks)


def _first_days(found: Found, asked: _Asked) -> str | None:
    days = asked.days_to(found)
    if days is None:
        return None
    if not 0 <= -days <= asked.rules.first_days.days:
        return _NOTHING
    return f"customer for {_days(days)}" if days else "customer since today"


def _failed_state(found: Found, asked: _Asked) -> str | None:
    return f"payment: {_words(found)}" if _is_one_of(found, asked.rules.failed_states) else None


def _failures(found: Found, asked: _Asked) -> str | None:
    count = number_of(found[1])
    if count is None or count < 1:
        return None
    return f"{count:g} failed payment{'s' if count > 1 else ''}"


def _dropping(found: Found, asked: _Asked) -> str | None:
    trend = number_of(found[1])
    return f"usage down {-trend:g} %" if trend is not None and trend <= -asked.rules.usage_drop else None


def _renewal(found: Found, asked: _Asked) -> str | None:
    return _near(found, asked, "renewal")


def _ending(found: Found, asked: _Asked) -> str | None:
    return _near(found, asked, "contract ends")


def _near(found: Found, asked: _Asked, what: str) -> str | None:
    days = asked.days_to(found)
    if days is None or abs(days) > asked.rules.renewal_within.days:
        return None
    when = f"in {_days(days)}" if days > 0 else f"{_days(days)} ago" if days else "today"
    return f"{what} {when}"


def _risk(found: Found, asked: _Asked) -> str | None:
    return f"renewal risk: {_words(found)}" if _is_one_of(found, asked.rules.at_risk_states) else None


def _low_nps(found: Found, asked: _Asked) -> str | None:
    score = number_of(found[1])
    return f"NPS {score:g}" if score is not None and score <= asked.rules.low_nps else None


def _is_one_of(found: Found, codes: tuple[str, ...]) -> bool:
    return any(code in codes for code in codes_of(found[1]))


def _words(found: Found) -> str:
    view, value, _, _ = found
    return in_words(value, view.type, view.vocabulary)[0]


def _days(count: int) -> str:
    return f"{abs(count)} day{'s' if abs(count) > 1 else ''}"


_NOTHING: Final = ""
"""The value says that there is no mark, and no other field is asked; None leaves it to the next one."""

_Draw = Callable[[Found, _Asked], str | None]
_DRAWN_FROM: Final[tuple[tuple[MarkCode, tuple[tuple[str, _Draw], ...]], ...]] = (
    ("first-days", (("account.since", _first_days), ("contract.started_at", _first_days))),
    ("payment-failed", (("billing.payment_state", _failed_state), ("billing.failed_payments", _failures))),
    ("usage-dropping", (("usage.trend", _dropping),)),
    ("renewal-near", (("contract.renews_at", _renewal), ("contract.ends_at", _ending))),
    ("renewal-risk", (("account.renewal_risk", _risk),)),
    ("low-nps", (("nps.score", _low_nps),)),
)
