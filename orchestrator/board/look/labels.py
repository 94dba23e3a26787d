"""What codes are called: the words that stand beside an icon."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from orchestrator.board.look.catalogue import gettext
from orchestrator.domain.context.subjects import CATALOGUE


@dataclass(frozen=True, slots=True)
class Labels:
    """Code -> word, in one language."""

    risk: dict[str, str]
    status: dict[str, str]
    priority: dict[str, str]
    clock: dict[str, str]
    role: dict[str, str]
    channel: dict[str, str]
    field: dict[str, str]
    """Of what other systems say of a customer: `billing.payment_state`."""
    mood: dict[str, str]
    entitlement: dict[str, str]
    """Why the tier that counts is not as somebody stated it."""


@cache
def labels(language: str) -> Labels:
    """Return the words of a language."""
    _ = gettext(language)
    return Labels(
        risk={
            "breached": _("Breached"),
            "at-risk": _("At risk"),
            "on-time": _("On time"),
            "paused": _("Paused"),
            "none": _("No promise"),
        },
        status={
            "held": _("Held"),
            "offered": _("Offered"),
            "accepted": _("Accepted"),
            "declined": _("Declined"),
            "returned": _("Returned"),
            "completed": _("Completed"),
            "withdrawn": _("Withdrawn"),
            "handed-on": _("Handed on"),
        },
        priority={"urgent": _("Urgent"), "high": _("High"), "normal": _("Normal"), "low": _("Low")},
        clock={
            "notes": _("Notes"),
            "accept": _("Accept"),
            "first_contact": _("First contact"),
            "resolve": _("Resolve"),
            "customer": _("Customer"),
        },
        role={
            "agent": _("Agent"),
            "lead": _("Team lead"),
            "ops": _("Support ops"),
            "auditor": _("Auditor"),
        },
        channel={
            "bot": _("Bot"),
            "chat": _("Chat"),
            "email": _("Email"),
            "phone": _("Phone"),
            "sms": _("Text message"),
            "social": _("Social media"),
            "ticket": _("Ticket"),
            "in-person": _("In person"),
        },
        field={name: _(spec.label) for name, spec in CATALOGUE.items()},
        mood={
            "angry": _("angry"),
            "unhappy": _("unhappy"),
            "neutral": _("neutral"),
            "content": _("content"),
            "delighted": _("delighted"),
        },
        entitlement={
            "stale": _(
                "The tier is of another time: treated as {tier} until somebody confirms it in billing"
            ),
            "unknown": _(
                "Tier or payment state is not known: treated as {tier} until somebody confirms it in billing"
            ),
            "unpaid": _("Not paid: treated as {tier}"),
        },
    )


ICONS: Final = {
    "breached": "breach",
    "at-risk": "alert",
    "on-time": "ok",
    "paused": "pause",
    "none": "dash",
    "held": "pause",
    "offered": "hand-over",
    "accepted": "person",
    "declined": "return",
    "returned": "return",
    "completed": "check",
    "withdrawn": "close",
    "handed-on": "arrow-right",
    "urgent": "breach",
    "high": "up",
    "normal": "minus",
    "low": "down",
}
"""Risk, status or priority -> the icon beside its word."""
CHIPS: Final = {"held": "warn", "offered": "info", "accepted": "info", "completed": "ok"}
"""Status -> kind of its chip, where it is not plain."""
