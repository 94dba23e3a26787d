"""The texts of a kind: their files, whose they are, and the languages they are written in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from handoff_templates.folder import SHARED

BODY: Final = "packet.md.j2"
OPENING_LINE: Final = "opening_line.txt.j2"
CUSTOMER_NOTE: Final = "customer_note.txt.j2"
REASON_LINE: Final = "reason_line.txt.j2"
NEXT_STEP_LINE: Final = "next_step_line.txt.j2"
INTRODUCTION_LINE: Final = "introduction_line.txt.j2"
TEXTS: Final = (BODY, OPENING_LINE, CUSTOMER_NOTE)
"""The files of every kind."""
SCRIPTS: Final = (REASON_LINE, NEXT_STEP_LINE, INTRODUCTION_LINE)
"""Files that a kind may have; those of `_shared` serve all others."""
SPOKEN: Final = (OPENING_LINE, CUSTOMER_NOTE, *SCRIPTS)
"""What the customer hears or reads: it may be there in several languages."""
DEFAULT: Final = ""
"""Stands for the language of the files that name none."""

_VARIANT = re.compile(r"(?P<name>[a-z0-9_]+)\.(?P<language>[^./]+)\.txt\.j2")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")


class Variant(NamedTuple):
    """A text in one language: `opening_line.de.txt.j2`."""

    text: str
    language: str

    @property
    def is_language(self) -> bool:
        """Whether its language is written as a language is: `de`, `pt-br`."""
        return _LANGUAGE.fullmatch(self.language) is not None


def variant_of(file: str) -> Variant | None:
    """Return of which text, in which language, `file` is a variant; None when it is none."""
    found = _VARIANT.fullmatch(file)
    return Variant(f"{found['name']}.txt.j2", found["language"]) if found else None


def files_of(kind: str, paths: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return text -> language -> path of its file, of all texts that a kind has or takes from `_shared`.

    A text and its variants come from one folder: a kind that words a script itself words it in every language
    it is to be said in, since what `_shared` says may not be what it means.
    """
    own, shared = _texts_in(kind, paths), _texts_in(SHARED, paths)
    scripts = {text: shared[text] for text in SCRIPTS if text in shared}
    return scripts | own


def languages(wanted: str | None) -> Iterator[str]:
    """Return the languages to look for, the nearest first: `de-AT` gives `de-at`, `de` and the default."""
    subtags = (wanted or "").strip().lower().replace("_", "-").split("-")
    while subtags and subtags[0]:
        yield "-".join(subtags)
        subtags.pop()
    yield DEFAULT


def _texts_in(folder: str, paths: Iterable[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path in paths:
        home, _, file = path.rpartition("/")
        if home != folder:
            continue
        if file in TEXTS or file in SCRIPTS:
            found.setdefault(file, {})[DEFAULT] = path
        elif (variant := variant_of(file)) is not None and variant.text in SPOKEN:
            found.setdefault(variant.text, {})[variant.language] = path
    return {text: files for text, files in found.items() if DEFAULT in files}
