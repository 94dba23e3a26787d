"""A notification as a Slack message: Block Kit, as an incoming webhook takes it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from streams.notify import words
from streams.notify.notification import Notification

_TEXT_CHARS: Final = 2_900
"""Slack takes 3,000 in a block."""
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_CALLS: Final = re.compile(r"@(?=channel|here|everyone)", re.IGNORECASE)


def message(notification: Notification) -> dict[str, Any]:
    """Return the body of the request."""
    told = notification.told
    title = words.headline(told, escape)
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": _text(f"*{title}*")},
        {"type": "section", "text": _text(words.fitted(told.message, _TEXT_CHARS, escape) or "-")},
        {
            "type": "section",
            "fields": [_text(f"*{label}*\n{value}") for label, value in words.facts(told, _when, escape)],
        },
        {"type": "context", "elements": [_text(words.addressee(told, escape))]},
    ]
    # What a phone shows in its notification, and a reader of the screen reads aloud.
    return {"text": title, "blocks": blocks}


def escape(text: str) -> str:
    """Return text in which Slack finds no link, no mention, and nobody to call.

    Slack calls a channel by `<!channel>`, which is none without its bracket. A bare @channel does nothing in
    a webhook, unless somebody lets Slack parse names: there a joiner of no width stands behind its @.
    """
    return _CALLS.sub("@\N{WORD JOINER}", text.translate(_ESCAPES))


def _text(text: str) -> dict[str, Any]:
    # Verbatim: Slack does not look for addresses and names in it.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _when(at: datetime) -> str:
    """Return an instant that Slack shows in the zone of whoever reads it."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{words.utc(at)}>"
