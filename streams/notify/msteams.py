"""A notification as a Teams message: an Adaptive Card, in the envelope that a Workflows webhook takes."""

from __future__ import annotations

import re
from typing import Any, Final

from streams.notify import words
from streams.notify.notification import Notification

_TEXT_CHARS: Final = 4_000
_MARKS: Final = re.compile(
    r"""(?P<anywhere> [\\`*_\[\]<>~|{}&]) | ^ (?P<first> [-+=\#]) | ^ (?P<number> [0-9]{1,9} (?=[.)]))""",
    re.MULTILINE | re.VERBOSE,
)


def message(notification: Notification) -> dict[str, Any]:
    """Return the body of the request."""
    told = notification.told
    card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [
            _block(words.headline(told, escape), size="Medium", weight="Bolder", color="Attention"),
            _block(words.fitted(told.message, _TEXT_CHARS, escape)),
            {
                "type": "FactSet",
                "facts": [
                    {"title": label, "value": value} for label, value in words.facts(told, words.utc, escape)
                ],
            },
            _block(words.addressee(told, escape), isSubtle=True, size="Small"),
        ],
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def escape(text: str) -> str:
    r"""Return text as Markdown that shows just these words: no link, heading, list, mention or date in it.

    Each mark that means something has a backslash; `{{DATE(...)}}`, which cards replace by a date, is broken
    by the same.
    """
    marked = _MARKS.sub(lambda found: f"{found[0]}\\" if found["number"] else f"\\{found[0]}", text)
    # One line end alone is a space to Markdown.
    return marked.replace("\n", "\n\n")


def _block(text: str, **style: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text, "wrap": True, **style}
