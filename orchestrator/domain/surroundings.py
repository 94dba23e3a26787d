"""What is known beside a request: of the customer, of their other work, and of the way of the case."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from orchestrator.domain.context.record import Record
from orchestrator.domain.open_work import NOTHING_OPEN, OpenHandoffs
from orchestrator.domain.routing.trail import NO_TRAIL, Trail


class Surroundings(NamedTuple):
    """What stands around one handoff at the time of a decision."""

    records: Sequence[Record] = ()
    """What other systems said of the customer and the account, in any order."""
    open_work: OpenHandoffs = NOTHING_OPEN
    """What all teams have open for them, without this handoff and those that it goes on from."""
    trail: Trail = NO_TRAIL
    """The handoffs that the case had before."""
    ending: Collection[UUID] = ()
    """Ids of those that end with this one."""


NOTHING_AROUND: Final = Surroundings()
