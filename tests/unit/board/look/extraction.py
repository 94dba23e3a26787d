"""Words for people, as templates and modules say them; as a program it puts new ones into the catalogues.

    python -m tests.unit.board.look.extraction

New messages come without a translation, those that nobody says any more go.
"""

from __future__ import annotations

import sys
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from orchestrator.board.look.catalogue import DIRECTORY
from orchestrator.domain.context.subjects import CATALOGUE

KEYWORDS = {"_": None, "words": None, "Sentence": None, "ngettext": (1, 2), "many": (1, 2)}
"""What is called with a message, and with one of one or many."""

ROOMS = (DIRECTORY.parent, DIRECTORY.parents[1] / "map_views", DIRECTORY.parents[1] / "domain")
"""Folders with words that a page says."""

Id = str | tuple[str, ...]


@cache
def extracted() -> dict[Id, str]:
    """Every message of templates and modules, and every label of a field -> where it stands first."""
    with (DIRECTORY / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[Id, str] = {}
    for room in ROOMS:
        for path, line, message, _, _ in extract_from_dir(room, methods, options, keywords=KEYWORDS):
            found.setdefault(message, f"{path}:{line}")
    for name, spec in CATALOGUE.items():
        found.setdefault(spec.label, f"the label of {name}")
    return found


def path_of(language: str) -> Path:
    return DIRECTORY / language / "LC_MESSAGES" / "board.po"


def catalogue(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def write(language: str, said: dict[Id, str | tuple[str, ...]]) -> None:
    """Write the catalogue of a language, with all messages there are and the translations that are known."""
    fresh = Catalog(locale=language, project="handoff-orchestrator", fuzzy=False, header_comment="")
    for id in extracted():
        fresh.add(id, said.get(id, "" if isinstance(id, str) else ("", "")))
    text = BytesIO()
    write_po(text, fresh, no_location=True, sort_output=True, width=100)
    dated = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Last-Translator', b'"Language-Team')
    others = (b'"Report-Msgid-Bugs-To', b'"Generated-By', b'"Project-Id-Version')
    lines = [line for line in text.getvalue().split(b"\n") if not line.startswith(dated + others)]
    path_of(language).write_bytes(b"\n".join(lines).lstrip(b"#\n"))


def main() -> int:
    """Bring all catalogues up to date, and tell how many messages wait for a translation."""
    waiting = 0
    for path in sorted(DIRECTORY.glob("*/LC_MESSAGES/board.po")):
        language = path.parent.parent.name
        known = {message.id: message.string for message in catalogue(language) if message.id}
        write(language, known)
        missing = sum(not known.get(id) for id in extracted())
        waiting += missing
        print(f"{language}: {len(extracted())} messages, {missing} without a translation")
    return int(waiting > 0)


if __name__ == "__main__":
    sys.exit(main())
