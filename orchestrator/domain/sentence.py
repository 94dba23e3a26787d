"""English sentences that can be said in other languages: programs and logs read them as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Self


class Sentence(str):
    """A text of ours that keeps what it was made of: the message of the catalogue, and its facts.

    Args:
        message: as the catalogue has it, with places like {team}. Without facts it stays as it is, to be
            filled in later.
        facts: what stands in the places; one that is a sentence itself is said in the same language.
    """

    message: str
    facts: dict[str, object]

    def __new__(cls, message: str, /, **facts: object) -> Self:
        """Make one; as a text it is English."""
        sentence = super().__new__(cls, message.format(**facts) if facts else message)
        sentence.message, sentence.facts = message, facts
        return sentence

    def filled(self, **facts: object) -> Sentence:
        """Return it with its places filled in."""
        return Sentence(self.message, **facts)


def joined(sentences: Sequence[str]) -> str:
    """Return several as one, which can be said in other languages as far as they can."""
    return reduce(lambda one, other: Sentence("{one}; {other}", one=one, other=other), sentences)


def listed(parts: Sequence[str]) -> str:
    """Return several parts of a sentence as one: a and b."""
    return reduce(lambda one, other: Sentence("{one} and {other}", one=one, other=other), parts)


def say(text: str, _: Callable[[str], str]) -> str:
    """Return a text in the language of `_`; what is no `Sentence` stays as somebody wrote it."""
    if not isinstance(text, Sentence):
        return text
    facts = {name: say(fact, _) if isinstance(fact, str) else fact for name, fact in text.facts.items()}
    return _(text.message).format(**facts) if facts else _(text.message)
