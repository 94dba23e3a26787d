"""How a handoff begins, as the policy in question would have begun it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from orchestrator.domain.clocks.occasions import Mark, Occasion
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.model import Priority
from orchestrator.domain.routing.routing import Route, clock_policy
from whatif.book import Book
from whatif.holding import is_held
from whatif.log_events import Asked

_BLANK: Final = Handoff(
    id=UUID(int=0),
    case_id="",
    customer_id="",
    kind="",
    policy_version="",
    status=Status.OFFERED,
    version=1,
    sending_team="",
    receiving_team="",
    priority=Priority.NORMAL,
    requested_at=datetime.min.replace(tzinfo=UTC),
)


def begin(case: str, id: UUID, asked: Asked, route: Route, team: str, book: Book) -> Handoff:
    """Return the handoff that a request began: offered to `team`, whom the log says it went to, or held."""
    request, kind, version = asked.request, route.kind, book.rules.version
    brought = book.brought(kind, request)
    policy = route.clock_policy
    if team != route.team:
        policy = clock_policy(kind, request, team, route.entitlement)
    is_waiting = is_held(kind, policy, brought, book)
    requested = Mark(asked.at, Occasion.REQUESTED, request.sender.team)
    offered = Mark(asked.at, Occasion.OFFERED, team)
    # Nothing here comes from outside: validating it would only cost time.
    return _BLANK.model_copy(
        update={
            "id": id,
            "case_id": case,
            "kind": kind.name,
            "policy_version": version,
            "first_version": version,
            "clock_policy": policy,
            "first_clock_policy": policy,
            "sending_team": request.sender.team,
            "receiving_team": team,
            "priority": request.priority,
            "requested_at": asked.at,
            "is_bounced": route.is_bounced,
            "sender_keeps_case": kind.sender_keeps_case,
            "brought": brought,
            "done": brought,
            "required": book.required(kind),
            "entitlement": route.entitlement,
            "status": Status.HELD if is_waiting else Status.OFFERED,
            "began_held": is_waiting,
            "marks": (requested,) if is_waiting else (requested, offered),
        }
    )
