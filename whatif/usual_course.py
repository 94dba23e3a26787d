"""What replies do in the usual course of a handoff."""

from __future__ import annotations

from typing import Final, NamedTuple

from orchestrator.domain import commands as c
from orchestrator.domain.clocks.occasions import PAUSED, RESUMED, Occasion
from orchestrator.domain.handoff import Status


class Usual(NamedTuple):
    """What a reply does in the usual course of events."""

    status: Status
    """Where it finds the handoff."""
    what: str
    after: Status


USUAL: Final[dict[type[c.Reply], Usual]] = {
    c.Accept: Usual(Status.OFFERED, Occasion.ACCEPTED, Status.ACCEPTED),
    c.Decline: Usual(Status.OFFERED, Occasion.DECLINED, Status.DECLINED),
    c.Contact: Usual(Status.ACCEPTED, Occasion.CONTACTED, Status.ACCEPTED),
    c.Pause: Usual(Status.ACCEPTED, PAUSED, Status.ACCEPTED),
    c.Resume: Usual(Status.ACCEPTED, RESUMED, Status.ACCEPTED),
    c.Return: Usual(Status.ACCEPTED, Occasion.RETURNED, Status.RETURNED),
    c.Complete: Usual(Status.ACCEPTED, Occasion.COMPLETED, Status.COMPLETED),
}
"""Replies of the receiving team."""
