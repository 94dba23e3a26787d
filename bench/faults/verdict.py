"""What the checker found."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

_EXAMPLES = 5


@dataclass
class Verdict:
    """How many events were lost, doubled or made up, and which invariants are broken, with examples."""

    sent: int = 0
    lost: int = 0
    duplicates: int = 0
    extra: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    _broken: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def is_clean(self) -> bool:
        """Whether every invariant holds."""
        return not self._broken

    @property
    def broken(self) -> dict[str, dict[str, Any]]:
        """Invariant -> how often it is broken, and the first few cases."""
        return {
            name: {"count": len(found), "examples": found[:_EXAMPLES]}
            for name, found in sorted(self._broken.items())
        }

    def blame(self, invariant: str, what: str) -> None:
        """Note that an invariant is broken."""
        self._broken[invariant].append(what)

    def miss(self, invariant: str, what: str) -> None:
        """Note that something is lost."""
        self.lost += 1
        self.blame(invariant, what)

    def double(self, invariant: str, what: str, times: int = 1) -> None:
        """Note that something is there more than once."""
        self.duplicates += times
        self.blame(invariant, what)

    def surplus(self, invariant: str, what: str) -> None:
        """Note that something is there that nothing led to."""
        self.extra += 1
        self.blame(invariant, what)

    def as_json(self) -> dict[str, Any]:
        """Return it for the results."""
        return {
            "ok": self.is_clean,
            "events": self.sent,
            "lost": self.lost,
            "duplicates": self.duplicates,
            "extra": self.extra,
            **self.facts,
            "broken": self.broken,
        }
