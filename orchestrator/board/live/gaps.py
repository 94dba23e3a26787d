"""How far a journal was read without a gap.

Numbers are given out when entries are written, and seen when their transactions are committed: a lower number
may come after a higher one, and those of a transaction that was rolled back never come. A gap is given up
exactly when every transaction that could fill it is over. That relies on what the ledger does: a transaction
writes or locks something before it adds to the journal, so it has its own number before it takes any here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from orchestrator.ledger.floor import ENDLESS


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that were not seen although a higher one was, both ends included."""

    first: int
    last: int
    until: int
    """No transaction with this number or a higher one can fill it."""


@dataclass(frozen=True, slots=True)
class Position:
    """Which entries were seen."""

    highest: int
    """The highest number that was seen."""
    gaps: tuple[Gap, ...] = ()
    """Below it, in order."""

    @property
    def seq(self) -> int:
        """Up to here nothing can come any more."""
        return self.gaps[0].first - 1 if self.gaps else self.highest

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where new entries can be."""
        return [*((gap.first, gap.last) for gap in self.gaps), (self.highest + 1, ENDLESS)]

    def seeing(self, seqs: Iterable[int], *, xmin: int, until: int, is_whole: bool = True) -> Position:
        """Return the position after entries within `spans` were seen, given in order.

        Args:
            seqs: their numbers.
            xmin: every transaction below it was over in the snapshot in which they were seen.
            until: every transaction that had begun by then has a lower number; not used without `seqs`.
            is_whole: whether all entries that can be seen in the spans were given.
        """
        seen = list(seqs)
        new = bisect_right(seen, self.highest)
        left = [part for gap in self.gaps for part in _without(gap, seen)]
        highest = self.highest
        for seq in seen[new:]:
            if seq > highest + 1:
                left.append(Gap(highest + 1, seq - 1, until))
            highest = seq
        if is_whole:
            left = [gap for gap in left if gap.until > xmin]
        return Position(highest, tuple(left))


def _without(gap: Gap, seen: Sequence[int]) -> Iterator[Gap]:
    first = gap.first
    for seq in seen[bisect_left(seen, gap.first) : bisect_right(seen, gap.last)]:
        if first < seq:
            yield replace(gap, first=first, last=seq - 1)
        first = seq + 1
    if first <= gap.last:
        yield replace(gap, first=first)
