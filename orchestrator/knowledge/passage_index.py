"""Passages in SQLite's full-text index (FTS5), in memory.

What a passage scores for a query is the sum of what it scores for each word (bm25). So each word is asked of
SQLite once, and a search adds up what is known: a query with ten words takes SQLite half a millisecond,
which is more than all the rest of a handoff's decision.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from orchestrator.knowledge.words import without_ending

_TABLE: Final = """
CREATE VIRTUAL TABLE passages USING fts5(
  title, passage, content = '', tokenize = 'porter unicode61 remove_diacritics 2')
"""
_RANKING: Final = "INSERT INTO passages (passages, rank) VALUES ('rank', 'bm25(3.0, 1.0)')"
"""A word of the title says more than one of the passage."""
_ADD: Final = "INSERT INTO passages (rowid, title, passage) VALUES (?, ?, ?)"
_ASK: Final = "SELECT rowid, rank FROM passages WHERE passages MATCH ? ORDER BY rank, rowid LIMIT ?"

_MOST_HITS: Final = 60
"""Passages that one word finds, the best; a word that is in more of them says little of any."""
_MOST_ARTICLES: Final = 25
_COMMON: Final = 0.25
"""A word that is in a larger share of the passages says nothing."""
_FEW: Final = 8
"""Passages below which no word is too common."""
_REMEMBERED: Final = 50_000
"""Words."""
_PREFIX: Final = 5
"""Letters from which on a German word stands for all that begin with it."""


class Word(NamedTuple):
    """Where a word is, in any of its forms. The rarer one is the smaller."""

    spread: int
    """In how many articles."""
    word: str
    articles: tuple[tuple[int, float], ...]
    """Article and what it scores at its best passage, the best first."""
    passages: dict[int, list[tuple[int, float]]]
    """Article -> its passages, and what each of them scores."""


class NoFullTextSearch(Exception):
    """The SQLite of this Python was built without FTS5."""


class Row(NamedTuple):
    """A passage; its number is its place among all rows."""

    article: int
    title: str
    passage: str


class PassageIndex:
    """Which passages a word is in, and how much that says.

    Raises:
        NoFullTextSearch: this Python cannot do it.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        try:
            self._db.execute(_TABLE)
        except sqlite3.OperationalError as error:
            raise NoFullTextSearch(
                f"articles cannot be searched: SQLite {sqlite3.sqlite_version} of this Python has no FTS5 "
                f"({error}); use another Python, or set HANDOFF_KNOWLEDGE__ENABLED=false"
            ) from error
        self._db.execute(_RANKING)
        self._db.executemany(_ADD, [(number, row.title, row.passage) for number, row in enumerate(rows)])
        self._db.execute("INSERT INTO passages (passages) VALUES ('optimize')")
        self._db.commit()
        self._articles = [row.article for row in rows]
        self._common = max(int(len(rows) * _COMMON), _FEW)
        self._known: tuple[dict[str, Word | None], dict[str, Word | None]] = ({}, {})
        """Word -> where it is, and the same for German ones."""

    def find(self, words: Iterable[str], *, is_german: bool = False) -> list[Word]:
        """Return where these words are, without those that are nowhere, or in too many passages.

        A word consists of letters and digits. Of a German one only the beginning counts, so that `Rechnung`
        finds `Rechnungskorrektur` too.
        """
        known = self._known[is_german]
        if len(known) > _REMEMBERED:
            known.clear()
        found: list[Word] = []
        for word in words:
            try:
                where = known[word]
            except KeyError:
                where = known[word] = self._ask(word, is_german)
            if where is not None:
                found.append(where)
        return found

    def _ask(self, word: str, is_german: bool) -> Word | None:
        beginning = without_ending(word) if is_german else word
        query = f'"{beginning}"*' if is_german and len(beginning) >= _PREFIX else f'"{beginning}"'
        hits = self._db.execute(_ASK, (query, min(_MOST_HITS, self._common + 1))).fetchall()
        if not hits or len(hits) > self._common:
            return None
        passages: dict[int, list[tuple[int, float]]] = {}
        for row, rank in hits:
            passages.setdefault(self._articles[row], []).append((row, -rank))
        articles = tuple((article, rows[0][1]) for article, rows in passages.items())
        return Word(len(articles), word, articles[:_MOST_ARTICLES], passages)
