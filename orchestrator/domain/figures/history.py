"""The figures about handoffs: of those that were requested in a window, what became of them up to now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from orchestrator.domain.clocks.custody import Hold, holds
from orchestrator.domain.figures.asked import Asked
from orchestrator.domain.figures.bounces import Bounce, bounce
from orchestrator.domain.figures.past import Past
from orchestrator.domain.figures.time_held import TimeHeld, time_held
from orchestrator.domain.figures.waits import Acceptance, acceptance

HoldsOf = Callable[[Sequence[Past]], Sequence[Hold]]
"""Tells who held a case, of all its handoffs."""


class History:
    """What became of the handoffs that are asked for.

    Each of its answers is a list of the very things that a number counts.
    """

    def __init__(self, pasts: Iterable[Past], asked: Asked, holds_of: HoldsOf = holds) -> None:
        """Take every handoff of the cases of which one is asked for; `holds_of` may remember its answers."""
        self._asked = asked
        self._holds_of = holds_of
        self._cases: defaultdict[str, list[Past]] = defaultdict(list)
        for past in pasts:
            self._cases[past.case_id].append(past)

    def count(self) -> None:
        """Find all of it now, so that it takes no time later."""
        _ = self.requested, self.accepted, self.bounced, self.held

    @cached_property
    def requested(self) -> list[Past]:
        """Handoffs that are asked for."""
        return [past for past in self._in_window if self._is_meant(past, past.receiving_team)]

    @cached_property
    def accepted(self) -> list[tuple[Past, Acceptance]]:
        """Those that were accepted, by the team that is asked for."""
        found = ((past, acceptance(past)) for past in self._in_window)
        return [
            (past, taken)
            for past, taken in found
            if taken is not None and self._asked.is_of(taken.team) and self._is_pair(past, taken.team)
        ]

    @cached_property
    def bounced(self) -> list[tuple[Past, Bounce]]:
        """Those that were declined or returned."""
        found = ((past, bounce(past)) for past in self._in_window)
        return [(p, back) for p, back in found if back is not None and self._is_meant(p, back.team)]

    @cached_property
    def held(self) -> list[tuple[Past, str, TimeHeld]]:
        """(newest handoff that is asked for, team, time within the window) of each team that held a case."""
        since, until = self._asked.since, self._asked.until
        return [
            (newest, team, time)
            for newest, case in self._newest()
            for team, time in time_held(self._holds_of(case), since=since, until=until).items()
            if self._asked.may_see(team) and self._asked.is_of(team)
        ]

    def longer_than(self, limit: int) -> list[tuple[Past, int]]:
        """Return (newest handoff that is asked for, how many it has) of each case with more than `limit`."""
        return [(newest, len(case)) for newest, case in self._newest() if len(case) > limit]

    @cached_property
    def _in_window(self) -> list[Past]:
        return [past for case in self._cases.values() for past in case if past.is_asked(self._asked)]

    def _newest(self) -> Iterator[tuple[Past, list[Past]]]:
        newest: dict[str, Past] = {}
        for past in sorted(self.requested, key=lambda each: (each.requested_at, each.id)):
            newest[past.case_id] = past
        return ((past, self._cases[case]) for case, past in newest.items())

    def _is_meant(self, past: Past, receiving: str) -> bool:
        return self._is_pair(past, receiving) and self._asked.is_of(past.sending_team, receiving)

    def _is_pair(self, past: Past, receiving: str) -> bool:
        return self._asked.is_pair(past.sending_team, receiving)
