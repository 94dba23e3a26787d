"""Words for people in their language, from the .po files under locale/; English is what templates say."""

from __future__ import annotations

import gettext as standard
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DIRECTORY: Final = Path(__file__).parent.parent / "locale"
SOURCE: Final = "en"


@cache
def languages() -> dict[str, str]:
    """Return the languages that pages can be read in: code -> what it calls itself."""
    codes = [SOURCE, *sorted(path.parent.parent.name for path in DIRECTORY.glob("*/LC_MESSAGES/board.po"))]
    return {code: Locale.parse(code).get_display_name(code) or code for code in codes}


@cache
def translations(language: str) -> standard.NullTranslations:
    """Return the catalogue of a language; English where there is none."""
    path = DIRECTORY / language / "LC_MESSAGES" / "board.po"
    if language not in languages() or not path.is_file():
        return standard.NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return standard.GNUTranslations(compiled)


def gettext(language: str) -> Callable[[str], str]:
    """Return what says an English message in a language: call it `_`, so that messages are found."""
    return translations(language).gettext


def ngettext(language: str) -> Callable[[str, str, int], str]:
    """Return what says an English message of one or many in a language."""
    return translations(language).ngettext


def negotiate(accepted: str) -> str | None:
    """Return the language that suits an Accept-Language header best; None when none does."""
    wanted: list[tuple[float, str]] = []
    for part in accepted.split(","):
        code, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((float(quality or 1), code.lower().split("-")[0]))
        except ValueError:
            continue
    wanted.sort(key=lambda each: -each[0])
    return next((code for quality, code in wanted if quality > 0 and code in languages()), None)
