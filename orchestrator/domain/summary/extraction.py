"""Chooses the sentences of a conversation that say most: the customer's problem, then the best others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from orchestrator.domain.summary.candidates import Candidate
from orchestrator.domain.summary.ranking import rank

_ALIKE: Final = 0.6
"""Share of the shorter sentence's words from which it says the same as another."""
_PROBLEM: Final = 3
"""Words of content from which a customer's sentence can be the problem."""


def extract(found: Sequence[Candidate], count: int, said: Iterable[frozenset[str]] = ()) -> list[Candidate]:
    """Return up to `count` of the sentences `found`, in order of the conversation.

    The customer's problem comes before all else. What is alike to one that is taken, or to one of `said`, is
    left out, and so is what is only polite.
    """
    if count <= 0 or not found:
        return []
    ranks = rank([candidate.words for candidate in found])
    scores = [value * candidate.weight for value, candidate in zip(ranks, found, strict=True)]
    # Of equal ones the earlier comes first, in reverse order, too.
    order = sorted(range(len(found)), key=scores.__getitem__, reverse=True)
    problem = problem_of(found)
    if problem is not None:
        order.remove(problem)
        order.insert(0, problem)
    taken: list[int] = []
    known = list(said)
    for index in order:
        words = found[index].words
        if (found[index].is_courtesy and index != problem) or _is_said(words, known):
            continue
        taken.append(index)
        known.append(words)
        if len(taken) == count:
            break
    return [found[index] for index in sorted(taken)]


def problem_of(found: Sequence[Candidate]) -> int | None:
    """Return the index of the first sentence in which the customer says what it is about."""
    statement = polite = None
    for index, each in enumerate(found):
        if each.turn.speaker != "customer":
            continue
        if each.is_courtesy:
            if len(each.words) > (1 if polite is None else len(found[polite].words)):
                polite = index
        elif len(each.words) >= _PROBLEM:
            return index
        elif statement is None:
            statement = index
    # "Hello, login broken": polite, and yet all that there is.
    return polite if statement is None else statement


def _is_said(words: frozenset[str], known: Iterable[frozenset[str]]) -> bool:
    """Return whether one of the `known` sentences says about the same."""
    for other in known:
        if not words.isdisjoint(other) and len(words & other) > _ALIKE * min(len(words), len(other)):
            return True
    return False
