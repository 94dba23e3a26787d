"""What a map shows to those who read it, though nothing in it is wrong."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Code = Literal[
    "unowned",
    "unreviewed",
    "undocumented",
    "unprotected",
    "echo",
    "single-point-of-failure",
    "duplicate",
    "by-hand",
    "untied",
    "disagreement",
]
"""
unowned: nobody answers for it, or nobody can be reached.
unreviewed: nobody has read it through within the cadence.
undocumented: it is there, and no flow says so.
unprotected: people depend on it, and nobody wrote down what to do without it.
echo: what a system sends may come back to it at once.
single-point-of-failure: without it, much else stops.
duplicate: two do the same.
by-hand: it moves only as long as somebody remembers to move it.
untied: no workflow says that it stands on it, so its failure seems to hurt nobody.
disagreement: two parts of the map say different things.
"""

Weight = Literal["warning", "remark"]
"""A warning asks for a correction; a remark is a fact that is worth knowing."""

REMARKS: Final[frozenset[Code]] = frozenset(
    {"single-point-of-failure", "duplicate", "by-hand", "untied", "disagreement"}
)


class Finding(NamedTuple):
    """One thing that a reader of the map should know."""

    code: Code
    where: tuple[str, ...]
    """The keys that lead to it in the file: `("flows", "billing-status")`."""
    message: str
    """What it is; what to do."""

    @property
    def weight(self) -> Weight:
        """Whether somebody should act on it."""
        return "remark" if self.code in REMARKS else "warning"


class Sighting(NamedTuple):
    """Something that moves, as it was seen on a broker or in the ledger."""

    topic: str
    system: str | None = None
    """Who sent it; None where only the topic is known."""
