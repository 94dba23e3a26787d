"""Rows to the open work of accounts and customers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from orchestrator.domain.handoff import Status
from orchestrator.domain.model import Priority
from orchestrator.domain.open_work import COUNTED, OpenHandoff, OpenHandoffs, Whose

_STATUSES: Final = {status.value: status for status in Status}
_PRIORITIES: Final = {priority.value: priority for priority in Priority}


def open_work(asked: Sequence[Whose], rows: Iterable[Any]) -> dict[Whose, OpenHandoffs]:
    """Return the open work of those who have some.

    The first column of a row tells for whom it was found, counting from 1, and the last how many there are.
    """
    found: dict[int, list[OpenHandoff]] = defaultdict(list)
    totals: dict[int, int] = {}
    for n, id, case_id, kind, team, status, requested_at, priority, reason, total in rows:
        found[n].append(
            OpenHandoff(
                id, case_id, kind, team, _STATUSES[status], requested_at, _PRIORITIES[priority], reason
            )
        )
        totals[n] = total
    return {asked[n - 1]: OpenHandoffs(tuple(each), min(totals[n], COUNTED)) for n, each in found.items()}
