"""The summary of a handoff: three to five sentences, each with what it cites, and the customer's mood."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final, Literal

from orchestrator.domain.ages import in_words
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.context.making import make
from orchestrator.domain.model import Frozen
from orchestrator.domain.summary.candidates import candidates
from orchestrator.domain.summary.extraction import extract
from orchestrator.domain.summary.lexicon import NO_LEXICON, Lexicon
from orchestrator.domain.summary.mood import SENDER, Mood, read_mood
from orchestrator.domain.summary.sentences import LONGEST, MARK, each_of, shorten
from orchestrator.domain.summary.stop_words import of_language
from orchestrator.domain.summary.words import words_of

MOST_SENTENCES: Final = 5
HISTORY: Final = "history"
_OF_SENDER: Final = 2
_FEWEST_SPACES: Final = 2
_OF_CONVERSATION: Final = 3
"""One more where the sender gave no summary."""
_LINES_SHOWN: Final = 2
_LINE_LONGEST: Final = 90
_LONG_AGO: Final = timedelta(days=1)

Origin = Literal["sender", "conversation", "history", "rewritten"]
"""Where a sentence comes from."""


class Sentence(Frozen):
    """One sentence of a summary and what bears it out."""

    text: str
    cites: tuple[str, ...]
    """Ids of turns; "sender" for the sender's own summary; "history" for earlier handoffs."""
    origin: Origin


class Summary(Frozen):
    """What the receiver reads first."""

    sentences: tuple[Sentence, ...]
    """At most five; the sender's own first, then those of the conversation in its order, then history."""
    mood: Mood


def summarise(
    request: RequestHandoff,
    *,
    earlier: Sequence[str] = (),
    now: datetime,
    lexicon: Lexicon = NO_LEXICON,
) -> Summary:
    """Summarise a request; the same arguments always give the same summary.

    Args:
        request: the sender's summary, the conversation and the channel's score are read.
        earlier: how each earlier handoff of the case ended, one line each, the oldest first.
        now: against which the age of the conversation is told.
        lexicon: the signs of the customer's mood.
    """
    stop_words = of_language(request.customer.language)
    own = _of_sender(request.summary)
    history = _history(request, earlier, now)
    room = min(MOST_SENTENCES - len(own) - len(history), _OF_CONVERSATION + (not own))
    said = [frozenset(words_of(sentence.text)) - stop_words for sentence in own]
    chosen = extract(candidates(request.turns, stop_words), room, said)
    conversation = [_sentence(each.text, (each.turn.id,), "conversation") for each in chosen]
    sentences = (*own, *conversation, *history)
    return make(Summary, {"sentences": sentences, "mood": read_mood(request, lexicon)})


def _sentence(text: str, cites: tuple[str, ...], origin: Origin) -> Sentence:
    return make(Sentence, {"text": text, "cites": cites, "origin": origin})


def _of_sender(summary: str | None) -> list[Sentence]:
    if not summary:
        return []
    # "Case 4417." says nothing yet.
    telling = (sentence for sentence in each_of(summary) if sentence.count(" ") >= _FEWEST_SPACES)
    told = list(islice(telling, _OF_SENDER)) or islice(each_of(summary), _OF_SENDER)
    shortened = (shorten(sentence) or _cut(sentence, LONGEST) for sentence in told)
    return [_sentence(text, (SENDER,), "sender") for text in shortened]


def _history(request: RequestHandoff, earlier: Sequence[str], now: datetime) -> list[Sentence]:
    """Return one sentence on what was before, if anything was."""
    parts = []
    cites = []
    if earlier:
        parts.append(_compressed(earlier))
        cites.append(HISTORY)
    first = next((turn for turn in request.turns if turn.speaker == "customer" and turn.at), None)
    if first is not None and first.at is not None and now - first.at >= _LONG_AGO:
        parts.append(f"the customer first wrote {in_words(now - first.at)} ago")
        cites.append(first.id)
    if not parts:
        return []
    text = "; ".join(parts)
    return [_sentence(f"{text[0].upper()}{text[1:]}.", tuple(cites), "history")]


def _compressed(earlier: Sequence[str]) -> str:
    lines = [" ".join(line.split()).rstrip(".") for line in earlier[-_LINES_SHOWN:]]
    shown = "; ".join(line if len(line) <= _LINE_LONGEST else _cut(line, _LINE_LONGEST) for line in lines)
    if len(earlier) <= _LINES_SHOWN:
        return f"before this: {shown}"
    return f"before this, {len(earlier)} handoffs, the last {_LINES_SHOWN}: {shown}"


def _cut(text: str, limit: int) -> str:
    """Return the words of `text` up to `limit` characters, marked: what people chose to say stays."""
    return (text[:limit].rpartition(" ")[0] or text[:limit]) + MARK
