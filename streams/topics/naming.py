"""Names of topics that each team has for itself."""

from __future__ import annotations

import hashlib
import re
from typing import Final

MAX_NAME_CHARS: Final = 249
"""Kafka's own limit."""
TEAM: Final = "{team}"
"""Stands for the team in the name of a topic that each team has for itself."""
_ILLEGAL: Final = re.compile(rb"[^a-z0-9_-]")


def team_slug(team: str, *, room: int = 200) -> str:
    """Return a part of a topic's name, of at most `room` characters, that stands for `team` alone.

    Lower-case letters, digits, `-` and `_` stay. Any other byte of its UTF-8 becomes `X` and two hex digits;
    a dot too, since Kafka takes `a.b` and `a_b` for the same name. What is too long ends in a hash.
    """
    if not team:
        raise ValueError("a team without an id has no topic")
    raw = team.encode(errors="surrogatepass")
    slug = _ILLEGAL.sub(lambda byte: b"X%02X" % byte[0][0], raw).decode()
    if len(slug) <= room:
        return slug
    return f"{slug[: room - 33]}Z{hashlib.sha256(raw).hexdigest()[:32]}"


def name_for(name: str, team: str | None) -> str:
    """Return the name of a team's own topic, given that of the table.

    Raises `ValueError` without a team.
    """
    if not team:
        raise ValueError(f"{name} is a topic per team: name the team")
    return name.replace(TEAM, team_slug(team, room=MAX_NAME_CHARS - len(name) + len(TEAM)))
