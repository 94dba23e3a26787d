"""What is open for each account and customer while a batch is decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from orchestrator.domain.handoff import Handoff
from orchestrator.domain.open_work import (
    COUNTED,
    LOADED,
    NOTHING_OPEN,
    OpenHandoff,
    OpenHandoffs,
    Whose,
    newest_first,
    open_handoff,
    whose,
)

NOTHING_LOADED: Final[Mapping[Whose, OpenHandoffs]] = MappingProxyType({})


class OpenCounts(Counter[str]):
    """Team -> how many handoffs are with it: as they were loaded, and as the batch changes them."""

    def move(self, before: Handoff | None, after: Handoff) -> None:
        """Take in what became of a handoff."""
        if before is not None and before.status.is_with_receiver:
            self[before.receiving_team] -= 1
        if after.status.is_with_receiver:
            self[after.receiving_team] += 1


class OpenBook:
    """Open handoffs by whose they are: as they were loaded, and as the batch changes them."""

    def __init__(self, loaded: Mapping[Whose, OpenHandoffs] = NOTHING_LOADED) -> None:
        self._loaded = loaded
        self._was_open: set[UUID] = set()
        self._current: dict[UUID, Handoff] = {}
        self._of_account: dict[str, list[UUID]] = defaultdict(list)
        self._of_customer: dict[str, list[UUID]] = defaultdict(list)

    def enter(self, handoff: Handoff) -> None:
        """Take in a handoff as it is stored."""
        if handoff.status.is_open:
            self._was_open.add(handoff.id)
        self.note(handoff)

    def note(self, handoff: Handoff) -> None:
        """Take in a handoff as it is now."""
        if handoff.id not in self._current:
            if handoff.account_id is not None:
                self._of_account[handoff.account_id].append(handoff.id)
            self._of_customer[handoff.customer_id].append(handoff.id)
        self._current[handoff.id] = handoff

    def of(self, owner: Whose, *, but: Collection[UUID] = ()) -> OpenHandoffs:
        """Return what is open for somebody now, without the handoffs `but`."""
        loaded = self._loaded.get(owner, NOTHING_OPEN)
        touched = self._touched(owner)
        if not touched and not but:
            return loaded
        found: list[OpenHandoff] = [
            each
            for each in loaded.newest
            if each.handoff_id not in self._current and each.handoff_id not in but
        ]
        total = loaded.total
        for handoff in touched:
            is_open = handoff.status.is_open and handoff.id not in but
            if is_open:
                found.append(open_handoff(handoff))
            total += is_open - (handoff.id in self._was_open)
        if not found:
            return NOTHING_OPEN
        return OpenHandoffs(newest_first(found)[:LOADED], min(max(total, len(found)), COUNTED))

    def _touched(self, owner: Whose) -> list[Handoff]:
        ids = dict.fromkeys(self._of_customer.get(owner.customer_id, ()))
        if owner.account_id is not None:
            ids |= dict.fromkeys(self._of_account.get(owner.account_id, ()))
        return [each for id in ids if owner.owns(whose(each := self._current[id]))]
