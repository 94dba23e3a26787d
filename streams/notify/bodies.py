"""The body of a request, in the format of its endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from streams.notify import msteams, slack
from streams.notify.endpoint import Format
from streams.notify.notification import Notification

_CHAT: Final[Mapping[Format, Callable[[Notification], dict[str, Any]]]] = {
    Format.SLACK: slack.message,
    Format.TEAMS: msteams.message,
}


def render(format: Format, notification: Notification) -> bytes:
    """Return the body, the same bytes at every call: a receiver may compare what it got twice."""
    chat = _CHAT.get(format)
    return _standard(notification) if chat is None else _json(chat(notification))


def _standard(notification: Notification) -> bytes:
    at = notification.at.isoformat().replace("+00:00", "Z")
    envelope = _json({"type": notification.type, "timestamp": at})
    # The data stays as it is on the topic, so that nothing a later version adds is lost on the way.
    return b'%s,"data":%s}' % (envelope[:-1], notification.data)


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
