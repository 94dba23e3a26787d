"""From the fields of a form to what is said to the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from orchestrator.board.said import Problem, Unclear
from orchestrator.domain.sentence import Sentence

ENVELOPE: Final = frozenset({"csrf", "press", "next"})
"""Fields that are of the form, not of the action."""
_REASON: Final = {"reason_code": "code", "reason_text": "text"}


def said_in(fields: Mapping[str, str], zone: ZoneInfo) -> dict[str, Any]:
    """Return what somebody filled in, as `doing.do` takes it; empty fields are left out.

    Args:
        fields: of the form; `reason_code` and `reason_text` make one reason.
        zone: of the reader, who writes times as a clock there shows them.

    Raises:
        Unclear: a time is none.
    """
    filled = {
        name: text for name, value in fields.items() if (text := value.strip()) and name not in ENVELOPE
    }
    said: dict[str, Any] = {name: text for name, text in filled.items() if name not in _REASON}
    reason = {inner: filled[name] for name, inner in _REASON.items() if name in filled}
    if reason:
        said["reason"] = reason
    if "until" in said:
        said["until"] = _instant(said["until"], zone)
    return said


def _instant(text: str, zone: ZoneInfo) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Unclear(
            (
                Problem(
                    "until",
                    Sentence("is {text}: write a day and a time, 2026-03-02T09:00", text=repr(text[:40])),
                ),
            )
        ) from None
    return (instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)).astimezone(UTC)
