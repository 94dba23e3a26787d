"""Internal knowledge: guides, escalation paths and articles, and what of them goes with a packet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, Final, Literal, Protocol

from pydantic import Field, StringConstraints

from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.model import Frozen, Id

SHOWN: Final = 3
"""Articles that go with a packet, at most."""
REVIEW_EVERY: Final = timedelta(days=180)
"""What nobody has reviewed for longer is shown with the date of its review."""
_SENTENCES: Final = 3
_CHARS: Final = 600
_END_OF_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\n+")

Because = Literal["words", "reason", "kind", "team"]
"""Why an article was found: its words fit, or it names the reason, the kind or the receiving team."""


class Article(Frozen):
    """Something that people wrote down for people who take over a case."""

    id: str
    title: str
    body: str
    """Markdown."""
    url: str | None = None
    language: str = "en"
    """The primary subtag of BCP 47: `en`, `de`."""
    kinds: tuple[str, ...] = ()
    """The kinds of handoff that it is about."""
    reasons: tuple[str, ...] = ()
    """Codes of the reasons that it is about."""
    products: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    """The receiving teams that it is for."""
    reviewed_on: date | None = None


_Names = Annotated[tuple[Id, ...], Field(max_length=100)]


class PublishedArticle(Article):
    """An article as a knowledge base publishes it, under its id as the key."""

    type: ClassVar[str] = "support.knowledge.article.published.v1"

    id: Id
    title: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    body: Annotated[str, StringConstraints(min_length=1, max_length=256 * 1024)]
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s\"<>]{1,1000}$")] | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")] = "en"
    kinds: _Names = ()
    reasons: _Names = ()
    products: _Names = ()
    teams: _Names = ()


class Found(Frozen):
    """An article as a packet shows it: where it is, and the one passage that fits."""

    id: str
    title: str
    url: str | None
    passage: str
    """Plain text of at most 400 characters."""
    language: str
    reviewed_on: date | None
    is_old: bool
    """Whether its last review is too long ago, or was never noted: then the packet shows its date."""
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """What articles are looked for."""

    text: str
    """What it is about, in any language; see `question`."""
    kind: str | None = None
    """Of handoff."""
    team: str | None = None
    """That receives it."""
    reason_code: str | None = None
    language: str | None = None
    """The customer's, as BCP 47 has it; an article in it comes before an equally good one."""


class Knowledge(Protocol):
    """Finds what helps with a case; the same question on the same day has the same answer."""

    def search(self, enquiry: Enquiry, *, now: datetime, limit: int = SHOWN) -> tuple[Found, ...]:
        """Return at most `limit` articles, the best first; `now` decides what is due for a review."""
        ...


class NoKnowledge:
    """Knows nothing."""

    def search(self, enquiry: Enquiry, *, now: datetime, limit: int = SHOWN) -> tuple[Found, ...]:
        """Return nothing."""
        return ()


NO_KNOWLEDGE: Final = NoKnowledge()


def question(request: RequestHandoff) -> str:
    """Return what a request is about: the words of its reason, and how its summary begins."""
    beginning = (request.summary or "")[:_CHARS]
    sentences = _END_OF_SENTENCE.split(beginning, maxsplit=_SENTENCES)[:_SENTENCES]
    return "\n".join(filter(None, ((request.reason.text or "")[:_CHARS], *sentences)))


def is_old(reviewed_on: date | None, now: datetime, review_every: timedelta = REVIEW_EVERY) -> bool:
    """Whether a review is too long ago, or was never noted."""
    return reviewed_on is None or now.date() - reviewed_on > review_every
