"""What codes are called: the words that stand beside an icon."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from orchestrator.board.look.catalogue import gettext


@dataclass(frozen=True, slots=True)
class Labels:
    """Code -> word, in one language."""

    risk: dict[str, str]
    status: dict[str, str]
    priority: dict[str, str]
    clock: dict[str, str]
    role: dict[str, str]
    channel: dict[str, str]


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
