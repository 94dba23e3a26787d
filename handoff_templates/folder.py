"""The files of a set of templates, and the version that stands for them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from handoff_templates.problems import Place, Problems

HOME = Path(__file__).parent
SHARED = "_shared"
SENTIMENT = "sentiment.yaml"
KNOWLEDGE = "knowledge"
"""The folder of articles, which is no kind."""
_SUFFIXES = (".yaml", ".j2")
_VERSION_DIGITS = 16


def read_files(folder: Path, problems: Problems) -> dict[str, str]:
    """Return path -> text of each `.yaml` and `.j2` file; `_shared` and the lexicon may be the package's."""
    files = _texts(folder, folder, problems)
    if not any(path.startswith(f"{SHARED}/") for path in files):
        files |= _texts(HOME, HOME / SHARED, problems)
    if SENTIMENT not in files:
        files[SENTIMENT] = (HOME / SENTIMENT).read_text(encoding="utf-8")
    return dict(sorted(files.items()))


def kinds_in(folder: Path) -> list[str]:
    """Return the names of the folders that are kinds."""
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.is_dir() and path.name[0] not in "._" and path.name != KNOWLEDGE
    )


def version_of(files: dict[str, str]) -> str:
    """Return a short name of this content, the same on every machine and in every order."""
    digest = sha256()
    for path, text in sorted(files.items()):
        for part in (path.encode(), text.encode()):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()[:_VERSION_DIGITS]


def _texts(root: Path, folder: Path, problems: Problems) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in folder.rglob("*"):
        name = path.relative_to(root)
        if path.suffix not in _SUFFIXES or any(part.startswith(".") for part in name.parts) or path.is_dir():
            continue
        content = path.read_bytes()
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            problems.add(Place(name.as_posix(), line), "not UTF-8; save the file as UTF-8")
            text = content.decode("utf-8", errors="replace")
        # A checkout that turned \n into \r\n has the same version.
        texts[name.as_posix()] = text.replace("\r\n", "\n")
    return texts
