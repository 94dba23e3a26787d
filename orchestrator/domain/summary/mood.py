"""How the customer feels: the channel's own score, else that of the lexicon; always with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.model import Frozen, Sentiment, Turn
from orchestrator.domain.summary.lexicon import Hit, Lexicon

SENDER: Final = "sender"
CHANNEL: Final = "channel"
_MOST_TURNS: Final = 60
_MOST_CHARACTERS: Final = 2_000
"""Of one text."""
_MOST_EVIDENCE: Final = 6
_LABELS: Final = ((-0.6, "angry"), (-0.2, "unhappy"), (0.2, "neutral"), (0.6, "content"))
_HIGHEST: Final = "delighted"


class Evidence(Frozen):
    """What shows a mood: the words, and where they stand."""

    sign: str
    says: str
    words: str
    cites: str
    """A turn's id, "sender" for the sender's summary or reason, "channel" for the channel's own score."""
    is_risk: bool = False


class Mood(Frozen):
    """How the customer feels; without a score where nobody said and no sign was seen."""

    score: float | None = None
    """From -1 (angry) to 1 (delighted)."""
    label: str | None = None
    source: Literal["channel", "lexicon"] | None = None
    evidence: tuple[Evidence, ...] = ()
    risks: tuple[str, ...] = ()
    """What somebody should act on, in words, each once: "Asks for a manager"."""


def read_mood(request: RequestHandoff, lexicon: Lexicon) -> Mood:
    """Return the mood that the channel scored, or that the customer's words show."""
    found = list(_seen(request, lexicon))
    risks = tuple(dict.fromkeys(evidence.says for _, evidence in found if evidence.is_risk))
    evidence = _told([each for _, each in found])
    if request.sentiment is not None:
        score, label = request.sentiment.score, request.sentiment.label or label_of(request.sentiment.score)
        evidence = (_of_channel(request.sentiment, label), *evidence)
        return Mood(score=score, label=label, source="channel", evidence=evidence, risks=risks)
    if not found:
        return Mood()
    score = _score({hit.sign.id: hit.sign.weight for hit, _ in found}.values())
    return Mood(score=score, label=label_of(score), source="lexicon", evidence=evidence, risks=risks)


def label_of(score: float) -> str:
    """Return a score in a word."""
    return next((label for limit, label in _LABELS if score < limit or (score == limit < 0)), _HIGHEST)


def _seen(request: RequestHandoff, lexicon: Lexicon) -> Iterator[tuple[Hit, Evidence]]:
    """Return every sign in the sender's words and in the customer's, in this order."""
    texts = [(SENDER, text[:_MOST_CHARACTERS]) for text in (request.reason.text, request.summary) if text]
    texts += [(turn.id, turn.text[:_MOST_CHARACTERS]) for turn in _own_turns(request.turns)]
    if not lexicon.may_hit("\n".join([text for _, text in texts])):
        return
    for cites, text in texts:
        for hit in lexicon.hits(text):
            sign = hit.sign
            yield (
                hit,
                Evidence(sign=sign.id, says=sign.says, words=hit.words, cites=cites, is_risk=sign.is_risk),
            )


def _own_turns(turns: Sequence[Turn]) -> list[Turn]:
    """Return what the customer said: of a very long conversation, the beginning and the end."""
    own = [turn for turn in turns if turn.speaker == "customer"]
    half = _MOST_TURNS // 2
    return own if len(own) <= _MOST_TURNS else own[:half] + own[-half:]


def _told(evidence: list[Evidence]) -> tuple[Evidence, ...]:
    """Return the latest evidence of each sign, risks first."""
    latest = {each.sign: each for each in evidence}
    ordered = sorted(latest.values(), key=lambda each: not each.is_risk)
    return tuple(ordered[:_MOST_EVIDENCE])


def _of_channel(sentiment: Sentiment, label: str) -> Evidence:
    words = f"{label} ({sentiment.score:+.2f})"
    return Evidence(sign=CHANNEL, says="The channel's own score", words=words, cites=CHANNEL)


def _score(weights: Iterable[float]) -> float:
    """Return one score of several: each bad sign takes its share of what is left, each good one, too."""
    bad = good = 1.0
    for weight in weights:
        if weight < 0:
            bad *= 1 + weight
        else:
            good *= 1 - weight
    return round(bad - good, 2)
