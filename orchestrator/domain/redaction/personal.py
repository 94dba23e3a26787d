"""Personal data in free text, for teams that may not see it: e-mail addresses and phone numbers."""

from __future__ import annotations

from orchestrator.domain.redaction import emails, phones
from orchestrator.domain.redaction.shapes import Numbers
from orchestrator.domain.redaction.spans import Span, replace


def find(text: str) -> list[Span]:
    """Return every e-mail address and phone number in `text`, in no order."""
    found = emails.find(text)
    if Numbers(text).has(phones.SHORTEST):
        found += phones.find(text)
    return found


def clean(text: str) -> tuple[str, tuple[str, ...]]:
    """Return `text` with a placeholder for each address and number, and what was removed: e-mail, phone.

    Without personal data it is the very same text.
    """
    return replace(text, find(text))
