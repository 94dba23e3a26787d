"""Why the domain says no.

    Refused            the command can never be applied: dead letter, with its reason code
    └── TooEarly       not yet: another command has to come first; kept until it does, or until it expires

The code is stable and part of the interface; the message says what was wrong and what to do.
"""

from __future__ import annotations


class Refused(Exception):
    """The command cannot be applied to the handoff as it is, and never will be."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class TooEarly(Refused):
    """The command is legal only after another one that has not arrived."""


class WordingError(Exception):
    """A template failed on the facts of one handoff."""
