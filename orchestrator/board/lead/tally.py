"""How many handoffs are open and in danger, of all and from team to team."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from orchestrator.board.filters import NOBODY
from orchestrator.board.live.card import Card, Risk

Pair = tuple[str, str]
"""Sending and receiving team."""


@dataclass(slots=True)
class Tally:
    """How many handoffs are open, and how many of them are in danger."""

    open: int = 0
    at_risk: int = 0
    breached: int = 0

    def count(self, risk: Risk, by: int) -> None:
        """Count a handoff in (1) or out (-1)."""
        self.open += by
        if risk is Risk.AT_RISK:
            self.at_risk += by
        elif risk is Risk.BREACHED:
            self.breached += by


@dataclass(slots=True)
class Counts:
    """What is counted of a selection."""

    all: Tally = field(default_factory=Tally)
    pairs: dict[Pair, Tally] = field(default_factory=dict)
    tiers: Counter[str] = field(default_factory=Counter)
    owners: Counter[str] = field(default_factory=Counter)
    """Agents, and `NOBODY`."""

    def count(self, card: Card, risk: Risk, by: int) -> None:
        """Count a card, of this risk, in (1) or out (-1)."""
        self.all.count(risk, by)
        pair = (card.sending_team, card.receiving_team)
        tally = self.pairs.get(pair)
        if tally is None:
            tally = self.pairs[pair] = Tally()
        tally.count(risk, by)
        if not tally.open:
            del self.pairs[pair]
        for counter, value in ((self.tiers, card.tier), (self.owners, card.agent or NOBODY)):
            if value is not None:
                counter[value] += by
                if not counter[value]:
                    del counter[value]
