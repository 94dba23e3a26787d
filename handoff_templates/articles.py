"""Reads a folder of articles, and says everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from handoff_templates.article_file import names_of, read_article
from handoff_templates.folder import HOME, KNOWLEDGE
from handoff_templates.problems import Place, Problem, Problems
from orchestrator.domain.knowledge import Article
from orchestrator.domain.policy import Rules

LONGEST: Final = 256 * 1024
"""Bytes of an article."""


class Articles(NamedTuple):
    """What a folder holds."""

    found: tuple[Article, ...]
    """Those that can be used, by their files."""
    problems: list[Problem]
    """In order of file and line; an article with one is found too, where it can be used without it."""


def articles_folder(templates: Path | None) -> Path:
    """Return the folder of articles of a set of templates, or of the one that comes with this package."""
    return (templates or HOME) / KNOWLEDGE


def read_articles(folder: Path, rules: Rules) -> Articles:
    """Return the articles of `folder` and all below it: every `.md` that begins with neither `_` nor `.`."""
    problems = Problems()
    if not folder.is_dir():
        problems.add(Place(folder.as_posix()), "there is no such folder; give the path of one with articles")
    names = names_of(rules)
    found: dict[str, tuple[Article, str]] = {}
    for file, text in _texts(folder, problems):
        article = read_article(text, file, names, problems)
        if article is None:
            continue
        if article.id in found:
            other = found[article.id][1]
            problems.add(
                Place(file), f"the id {article.id!r} is that of {other} too; give one of them another 'id'"
            )
            continue
        found[article.id] = (article, file)
    return Articles(tuple(article for article, _ in found.values()), problems.sorted())


def _texts(folder: Path, problems: Problems) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.md")):
        name = path.relative_to(folder)
        if any(part[0] in "._" for part in name.parts) or path.is_dir():
            continue
        file = name.as_posix()
        try:
            content = path.read_bytes() if path.stat().st_size <= LONGEST else None
        except OSError as error:
            problems.add(
                Place(file), f"the file cannot be read: {error.strerror or error}; mend or remove it"
            )
            continue
        if content is None:
            problems.add(Place(file), f"the article is longer than {LONGEST // 1024} KiB; cut it in two")
            continue
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            problems.add(Place(file, line), "not UTF-8; save the file as UTF-8")
            text = content.decode("utf-8", errors="replace")
        yield file, text.replace("\r\n", "\n")
