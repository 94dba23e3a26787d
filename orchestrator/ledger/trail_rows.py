"""Rows to the trails of cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from orchestrator.domain.handoff import Handoff, Outcome, Status
from orchestrator.domain.model import Frozen
from orchestrator.domain.routing.trail import Hop, Trail, hop_of


class _Kept(Frozen):
    """What a hop needs of a handoff's state: to read this takes a third of the time of reading all of it.

    PostgreSQL could pick it out, but its JSON functions fail on a state that holds an escaped NUL.
    """

    sender_keeps_case: bool = False
    refused_by: tuple[str, ...] = ()
    receiving_agent: str | None = None
    outcome: Outcome | None = None


def trails(rows: Iterable[Any]) -> dict[str, Trail]:
    """Return the trail of each case that has rows, in whatever order they are."""
    cases: dict[str, list[tuple[Hop, str]]] = defaultdict(list)
    for row in rows:
        cases[row["case_id"]].append((_without_state(row), row["state"]))
    return {case: _trail(found) for case, found in cases.items()}


def _trail(found: list[tuple[Hop, str]]) -> Trail:
    hops: list[Hop] = []
    newest: Handoff | None = None
    for hop, state in sorted(found, key=lambda each: each[0].place, reverse=True):
        if newest is None:
            handoff = Handoff.model_validate_json(state)
            hops.append(hop_of(handoff))
            newest = None if handoff.sender_keeps_case else handoff
        else:
            kept = _Kept.model_validate_json(state)
            hops.append(
                hop._replace(
                    is_side=kept.sender_keeps_case,
                    declined_by=kept.refused_by,
                    agent=kept.receiving_agent,
                    outcome=kept.outcome,
                )
            )
    return Trail(tuple(reversed(hops)), newest)


def _without_state(row: Any) -> Hop:
    return Hop(
        row["id"],
        row["sending_team"],
        row["receiving_team"],
        row["requested_at"],
        Status(row["status"]),
        kind=row["kind"],
        reason=row["reason"],
    )
