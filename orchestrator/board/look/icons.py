"""Pictures of 16 by 16, drawn with lines in the colour of the words beside them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from markupsafe import Markup

_SHEET: Final = Path(__file__).parent.parent / "templates" / "parts" / "icons.svg"
_SYMBOL: Final = re.compile(r'<symbol id="([a-z-]+)" viewBox="0 0 16 16">(.*)</symbol>')


@cache
def _drawings() -> dict[str, str]:
    return dict(_SYMBOL.findall(_SHEET.read_text()))


@cache
def icon(name: str) -> Markup:
    """Return a picture, which says nothing to a screen reader: words stand beside it.

    Raises:
        KeyError: templates/parts/icons.svg has none of this name.
    """
    drawing = _drawings()[name]
    return Markup(  # noqa: S704  # no part of it came from outside
        f'<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">{drawing}</svg>'
    )
