"""Which promises would be broken, or kept, under one policy and not under the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from whatif.counting import Key
from whatif.tally import WORST_KEPT, Late, worst


@dataclass(slots=True)
class Changes:
    """Breaches that come and go; those of both policies are in neither list."""

    more: Counter[str] = field(default_factory=Counter)
    """Kind of clock -> breaches that there would be anew."""
    fewer: Counter[str] = field(default_factory=Counter)
    """Kind of clock -> breaches that there would be no longer."""
    worst_more: list[Late] = field(default_factory=list)
    worst_fewer: list[Late] = field(default_factory=list)

    def add(self, before: Mapping[Key, Late], after: Mapping[Key, Late]) -> None:
        """Compare the breaches of one case."""
        if before.keys() == after.keys():
            return
        more = [late for key, late in after.items() if key not in before]
        fewer = [late for key, late in before.items() if key not in after]
        self.more.update(late.clock for late in more)
        self.fewer.update(late.clock for late in fewer)
        self.worst_more = _kept(self.worst_more + more)
        self.worst_fewer = _kept(self.worst_fewer + fewer)

    def close(self) -> None:
        """Put the lists in order."""
        self.worst_more, self.worst_fewer = worst(self.worst_more), worst(self.worst_fewer)

    def merge(self, other: Changes) -> None:
        """Add the changes of another share."""
        self.more.update(other.more)
        self.fewer.update(other.fewer)
        self.worst_more = worst(self.worst_more + other.worst_more)
        self.worst_fewer = worst(self.worst_fewer + other.worst_fewer)


def _kept(late: list[Late]) -> list[Late]:
    return late if len(late) <= 2 * WORST_KEPT else worst(late)
