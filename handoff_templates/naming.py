"""The one spelling of names that appear in paths, topics and reports."""

from __future__ import annotations

import re

from handoff_templates.problems import Place, Problems

_SLUG = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_LONGEST = 100


def require_slug(name: str, what: str, place: Place, problems: Problems) -> None:
    """Note a name that has something else than small letters, digits and single -, _ or . between them."""
    if _SLUG.fullmatch(name) is None or len(name) > _LONGEST:
        problems.add(
            place,
            f"{what} {name!r} is not a plain name; write small letters and digits, with '-' between words",
        )
