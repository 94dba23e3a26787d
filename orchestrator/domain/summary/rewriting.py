"""A seam for a language model: it may word a summary better, and may add nothing to it.

No model comes with this package, and nothing calls one. What a `Rewriter` returns is checked here sentence by
sentence; whatever its sources do not bear out is dropped, and the extracted sentences stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.summary.facts import Source
from orchestrator.domain.summary.mood import SENDER
from orchestrator.domain.summary.summary import HISTORY, MOST_SENTENCES, Sentence


class Rewriter(Protocol):
    """Words sentences anew."""

    def rewrite(self, sentences: Sequence[Sentence]) -> Sequence[Sentence]:
        """Return sentences that say the same, each citing what it is taken from; any number of them."""
        ...


def sources_of(request: RequestHandoff, earlier: Iterable[str] = ()) -> dict[str, str]:
    """Return what a sentence may cite, and its text: turns by id, the sender's summary, the history."""
    sources = {turn.id: turn.text for turn in request.turns}
    return sources | {SENDER: request.summary or "", HISTORY: "\n".join(earlier)}


def accept_rewritten(
    offered: Iterable[Sentence], *, extracted: Sequence[Sentence], sources: Mapping[str, str]
) -> tuple[Sentence, ...]:
    """Return the summary with the sentences of `offered` that their sources bear out.

    A sentence is accepted when it cites something, all that it cites is a source that `extracted` cites too,
    and every fact in it stands in these sources. It takes the place of the extracted sentences whose sources
    it cites; those that nothing accepted covers stay as they are.

    Args:
        offered: what a rewriter returned; nothing is assumed of it.
        extracted: the summary that it was given.
        sources: what may be cited -> its text.
    """
    known = {cited for sentence in extracted for cited in sentence.cites if cited in sources}
    accepted = [sentence for sentence in offered if _is_borne_out(sentence, known, sources)]
    result: list[Sentence] = []
    for sentence in extracted:
        better = [each for each in accepted if not set(each.cites).isdisjoint(sentence.cites)]
        covered = {cited for each in better for cited in each.cites}
        if not covered.issuperset(sentence.cites):
            result.append(sentence)
        else:
            result += [each.model_copy(update={"origin": "rewritten"}) for each in better]
    return tuple({sentence.text: sentence for sentence in result}.values())[:MOST_SENTENCES]


def _is_borne_out(sentence: Sentence, known: set[str], sources: Mapping[str, str]) -> bool:
    if not sentence.text.strip() or not sentence.cites or not known.issuperset(sentence.cites):
        return False
    source = Source("\n".join(sources[cited] for cited in sentence.cites))
    return next(source.unsupported(sentence.text), None) is None
