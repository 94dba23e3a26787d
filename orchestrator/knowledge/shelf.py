"""Articles as they are now: those of a folder, and over them what a knowledge base publishes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from orchestrator.domain.knowledge import Article


class Publication(NamedTuple):
    """An article that was published, or one that was withdrawn."""

    id: str
    at: datetime
    """When it was so at its source."""
    by: str
    """The event that says so; decides between two of the same instant."""
    article: Article | None
    """None: it was withdrawn."""


class Shelf:
    """Takes in publications, in whatever order they come and however often."""

    def __init__(self, articles: Iterable[Article] = ()) -> None:
        self._folder = {article.id: article for article in articles}
        self._published: dict[str, Publication] = {}

    def put(self, publication: Publication) -> bool:
        """Take in a publication, unless it is older, and return whether an article changed by it."""
        known = self._published.get(publication.id)
        if known is not None and (known.at, known.by) >= (publication.at, publication.by):
            return False
        self._published[publication.id] = publication
        return publication.article != (known.article if known is not None else None)

    def articles(self) -> Sequence[Article]:
        """Return every article; one that was published hides that of the folder with its id."""
        published = {each.id: each.article for each in self._published.values() if each.article is not None}
        return list((self._folder | published).values())
