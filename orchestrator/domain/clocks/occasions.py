"""What can happen to a handoff that its clocks care about.

A mark is one occurrence at its own time. Clocks follow from the marks in the order of their times, never
from the order in which they came to us.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple


class Occasion(StrEnum):
    """What a clock can start, stop, reset or be cancelled on; the names are those of `handoff.yaml`."""

    CASE_OPENED = "case-opened"
    REQUESTED = "requested"
    ITEMS_MISSING = "items-missing"
    """A required item of the sending team is not done any more."""
    ITEMS_COMPLETE = "items-complete"
    OFFERED = "offered"
    """The packet is in the receiving team's queue."""
    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    DECLINED = "declined"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    HANDED_ON = "handed-on"
    COMPLETED = "completed"
    REOPENED = "reopened"


TICKED: Final = "ticked"
UNTICKED: Final = "unticked"
PAUSED: Final = "paused"
RESUMED: Final = "resumed"
ACKNOWLEDGED: Final = "acknowledged"
RULES_CHANGED: Final = "rules-changed"

_RANK: Final = {
    name: rank
    for rank, name in enumerate((RULES_CHANGED, *Occasion, TICKED, UNTICKED, PAUSED, RESUMED, ACKNOWLEDGED))
}
"""Decides between marks of the same instant, so that their order of arrival does not."""


class Mark(NamedTuple):
    """Something that happened at `at`."""

    at: datetime
    what: str
    """An `Occasion`, or one of the other words of this module."""
    team: str | None = None
    """Who paused, resumed or was offered it."""
    detail: str | None = None
    """The item ticked, the code or words of a pause's reason, or the version of the rules."""
    actor: str | None = None
    until: datetime | None = None
    """When a pause or an acknowledgement ends by itself."""
    is_automatic: bool = False
    """Whether the system did it, which never counts as the team's action."""
    policy: str | None = None
    """The clock policy, when with the rules more than the calendars changed."""
    happened_at: datetime | None = None
    """When a pause or a resume happened, where that was before we had offered the work: it took no time then,
    but they keep their order."""

    @property
    def place(self) -> tuple[datetime, bool, datetime, int, str, str]:
        """Its place in the order of time."""
        is_pause = self.what in (PAUSED, RESUMED)
        since = self.happened_at or self.at
        return self.at, is_pause, since, _RANK[self.what], self.team or "", self.detail or ""


def insert(marks: tuple[Mark, ...], mark: Mark) -> tuple[Mark, ...]:
    """Return `marks`, which are in order, with one more in its place."""
    if not marks or marks[-1].place <= mark.place:
        return (*marks, mark)
    return tuple(sorted((*marks, mark), key=lambda each: each.place))
