"""What a chat message says of a notification, before it is written for Slack or Teams."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from handoff_templates.escaping import one_line
from streams.notify.notification import Told

_LINE_CHARS: Final = 200

Escape = Callable[[str], str]
"""Makes a text that others wrote safe."""


def facts(told: Told, when: Callable[[datetime], str], escape: Escape) -> Iterator[tuple[str, str]]:
    """Yield label and value of each fact; `when` writes an instant."""

    yield "Case", _line(told.case_id, escape)
    if told.clock is not None:
        yield "Clock", _line(told.clock.replace("_", " "), escape)
    if told.due_at is not None:
        yield "Due", when(told.due_at)
    yield "Teams", f"{_line(told.sending_team, escape)} → {_line(told.receiving_team, escape)}"
    yield "Priority", _line(told.priority, escape)
    if told.clock is not None:
        yield "Loop", str(told.loop)


def headline(told: Told, escape: Escape) -> str:
    """Return the title, on one line."""
    return _line(told.title, escape)


def addressee(told: Told, escape: Escape) -> str:
    """Return whom a notification is for."""
    who, role, team = (_line(text, escape) for text in (told.to, told.to_role, told.team))
    return f"For {who}, {role} of {team}"


def fitted(text: str, limit: int, escape: Escape) -> str:
    """Return `text` escaped and of at most `limit` characters then; an escape is never cut in two.

    Line ends stay; other control characters and those that nobody sees do not.
    """
    text = "\n".join(one_line(line, limit).strip() for line in text[: 2 * limit].splitlines())
    escaped = escape(text)
    while len(escaped) > limit:
        # No character becomes more than six.
        text = text[: len(text) - (len(escaped) - limit) // 6 - 2].rstrip()
        escaped = escape(f"{text}…")
    return escaped


def utc(at: datetime) -> str:
    """Return an instant for a person, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _line(text: str, escape: Escape) -> str:
    return fitted(one_line(text), _LINE_CHARS, escape)
