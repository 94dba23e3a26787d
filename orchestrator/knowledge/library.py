"""The search: which articles help with a handoff, and which passage of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from heapq import nsmallest
from itertools import chain
from typing import Final, NamedTuple

from orchestrator.domain.knowledge import REVIEW_EVERY, SHOWN, Article, Because, Enquiry, Found, is_old
from orchestrator.knowledge.passage_index import PassageIndex, Row, Word
from orchestrator.knowledge.passages import passages
from orchestrator.knowledge.words import all_words, words_of

_MOST_TERMS: Final = 8
"""Words of a question that are looked at: the rarest, since they say most."""
_REMEMBERED: Final = 10_000
"""Answers."""
_MOST_AIMS: Final = 1_000
_MOST_NAMED: Final = 100
"""Articles without a fitting word that one answer can have."""
_HALF: Final = 4.0
"""The score of its words at which an article is half as good as one can be by its words."""
_WEIGHTS: Final[dict[Because, float]] = {"reason": 0.6, "kind": 0.35, "team": 0.25}
"""What it adds that an article names the reason, the kind or the receiving team."""
_LANGUAGE: Final = 0.15
"""What it adds that an article is in the customer's language."""
_FOREIGN: Final = -0.3
"""What it adds that an article is neither in the customer's language nor in English."""

_Names = tuple[str | None, str | None, str | None]
"""Reason, kind and team."""
_Question = tuple[_Names, str | None, tuple[str, ...], date, int]


class _Aim(NamedTuple):
    """What is asked for beside words."""

    worth: list[float]
    """Article -> what it adds that it names the reason, the kind or the team, and is in the language."""
    named: list[int]
    """Articles that name one of them, the best first."""
    because: dict[int, tuple[Because, ...]]
    """Article -> which of them it names."""


class Library:
    """Articles that can be searched; it never changes.

    Raises:
        NoFullTextSearch: the SQLite of this Python cannot search texts.
        ValueError: two articles have the same id.
    """

    def __init__(self, articles: Sequence[Article], *, review_every: timedelta = REVIEW_EVERY) -> None:
        self._articles = sorted(articles, key=lambda article: article.id)
        self._review_every = review_every
        if len({article.id for article in self._articles}) < len(self._articles):
            raise ValueError("two articles have the same id")
        rows = [
            Row(number, " ".join((article.title, *article.products)), text)
            for number, article in enumerate(self._articles)
            for text in passages(article.body) or [article.title]
        ]
        self._passages = [row.passage for row in rows]
        self._first = {row.article: number for number, row in reversed(list(enumerate(rows)))}
        """Article -> its first passage."""
        self._index = PassageIndex(rows)
        # Now rather than while a customer waits.
        self._index.find(chain.from_iterable(all_words(f"{row.title} {row.passage}") for row in rows))
        self._answers: dict[_Question, tuple[Found, ...]] = {}
        self._aims: dict[tuple[_Names, str | None], _Aim] = {}
        self._shows: dict[tuple[int, tuple[Because, ...], bool], Found] = {}

    def __len__(self) -> int:
        """Return how many articles there are."""
        return len(self._articles)

    def search(self, enquiry: Enquiry, *, now: datetime, limit: int = SHOWN) -> tuple[Found, ...]:
        """Return at most `limit` articles, and never more than 100, the best first; see `Knowledge`."""
        if not self._articles:
            return ()
        language = enquiry.language
        spoken = language.lower().replace("_", "-").partition("-")[0] if language else None
        found = self._index.find(words_of(enquiry.text), is_german=spoken == "de")
        terms = sorted(found)[:_MOST_TERMS]
        names = (enquiry.reason_code, enquiry.kind, enquiry.team)
        asked: _Question = (names, spoken, tuple(term.word for term in terms), now.date(), limit)
        answer = self._answers.get(asked)
        if answer is None:
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            aim = self._aim(names, spoken)
            best = self._best(aim, terms, limit)
            answer = self._answers[asked] = tuple(
                self._shown(number, aim.because.get(number, ()), terms, now) for number in best
            )
        return answer

    def _best(self, aim: _Aim, terms: list[Word], limit: int) -> list[int]:
        """Return the numbers of the best articles."""
        said = dict.fromkeys(aim.named[:limit], 0.0)
        for word in terms:
            for number, score in word.articles:
                said[number] = said.get(number, 0.0) + score
        worth = aim.worth
        ranked = [(-score / (score + _HALF) - worth[number], number) for number, score in said.items()]
        return [number for _, number in nsmallest(limit, ranked)]

    def _aim(self, names: _Names, spoken: str | None) -> _Aim:
        known = self._aims.get((names, spoken))
        if known is not None:
            return known
        if len(self._aims) >= _MOST_AIMS:
            self._aims.clear()
        because = {
            number: why for number, article in enumerate(self._articles) if (why := _why(article, names))
        }
        named = [sum(_WEIGHTS[why] for why in because.get(n, ())) for n in range(len(self._articles))]
        language = [_understood(article.language, spoken) for article in self._articles]
        worth = [sum(pair) for pair in zip(named, language, strict=True)]
        best = sorted(because, key=lambda number: (-worth[number], number))[:_MOST_NAMED]
        aim = self._aims[names, spoken] = _Aim(worth, best, because)
        return aim

    def _shown(self, number: int, because: tuple[Because, ...], terms: list[Word], now: datetime) -> Found:
        scores: dict[int, float] = {}
        for word in terms:
            for passage, score in word.passages.get(number, ()):
                scores[passage] = scores.get(passage, 0.0) + score
        if scores:
            because = ("words", *because)
            passage = max(scores, key=lambda each: (scores[each], -each))
        else:
            passage = self._first[number]
        article = self._articles[number]
        key = (passage, because, is_old(article.reviewed_on, now, self._review_every))
        found = self._shows.get(key)
        if found is None:
            if len(self._shows) >= _REMEMBERED:
                self._shows.clear()
            found = self._shows[key] = Found(
                id=article.id,
                title=article.title,
                url=article.url,
                passage=self._passages[passage],
                language=article.language,
                reviewed_on=article.reviewed_on,
                is_old=key[2],
                because=because,
            )
        return found


def _understood(language: str, spoken: str | None) -> float:
    if language == spoken:
        return _LANGUAGE
    return 0.0 if spoken is None or language == "en" else _FOREIGN


def _why(article: Article, names: _Names) -> tuple[Because, ...]:
    reason, kind, team = names
    said: tuple[tuple[Because, bool], ...] = (
        ("reason", reason in article.reasons),
        ("kind", kind in article.kinds),
        ("team", team in article.teams),
    )
    return tuple(why for why, is_so in said if is_so)
