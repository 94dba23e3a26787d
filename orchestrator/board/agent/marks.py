"""Why a customer stands out, in the reader's language: by the mark's code, and the value it is drawn from."""

from __future__ import annotations

from datetime import datetime

from orchestrator.board.look.catalogue import gettext, ngettext
from orchestrator.domain.context.shown import Mark
from orchestrator.domain.context.values import date_of


def mark_text(mark: Mark, value: str | None, language: str, *, now: datetime) -> str:
    """Return what a mark says.

    Args:
        mark: of a packet.
        value: in words, of the field that it is drawn from; None: it is not shown, and the mark says what it
            said when the packet was made.
        language: of the reader.
        now: from when days are counted, in UTC.
    """
    if value is None:
        return mark.text
    _ = gettext(language)
    match mark.code:
        case "payment-failed" if mark.name == "billing.payment_state":
            return _("payment: {state}").format(state=value)
        case "payment-failed" if value.isdecimal():
            many = ngettext(language)
            return many("{count} failed payment", "{count} failed payments", int(value)).format(count=value)
        case "usage-dropping":
            return _("usage down {percent} %").format(percent=value.lstrip("-"))
        case "renewal-risk":
            return _("renewal risk: {risk}").format(risk=value)
        case "low-nps":
            return _("NPS {score}").format(score=value)
        case _:
            day = date_of(value)
            return _dated(mark, (day - now.date()).days, language) if day is not None else mark.text


def _dated(mark: Mark, days: int, language: str) -> str:
    """Return what a mark says that is drawn from a date; `days` until it are negative when it has passed."""
    _, many = gettext(language), ngettext(language)
    count = abs(days)
    match mark.code, mark.name:
        case "first-days", _name:
            text = many("customer for {count} day", "customer for {count} days", count)
            return text.format(count=count) if days else _("customer since today")
        case "renewal-near", "contract.ends_at":
            ahead = many("contract ends in {count} day", "contract ends in {count} days", count)
            behind = many("contract ended {count} day ago", "contract ended {count} days ago", count)
            today = _("contract ends today")
        case "renewal-near", _name:
            ahead = many("renewal in {count} day", "renewal in {count} days", count)
            behind = many("renewal {count} day ago", "renewal {count} days ago", count)
            today = _("renewal today")
        case _:
            return mark.text
    return (ahead if days > 0 else behind).format(count=count) if days else today
