"""What must be known or done before, during and after a handoff, and what of it is missing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Literal

from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.model import Frozen


class Stage(StrEnum):
    """Who owes an item: before = the sending team, during = either, after = the receiving team."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


Fact = Literal[
    "account_id",
    "customer_name",
    "done_so_far",
    "incident",
    "logs",
    "reason",
    "sentiment",
    "severity",
    "summary",
    "turns",
]
"""What of a request can fill an item in."""


class ChecklistLine(Frozen):
    """A checklist item as a packet shows it: with whether it is done."""

    id: str
    stage: Stage
    text: str
    required: bool
    done: bool


class ChecklistItem(Frozen):
    """One item of a kind's checklist."""

    id: str
    stage: Stage
    text: str
    required: bool = True
    filled_by: Fact | None = None
    """Done without a tick when the request carries this."""

    @cached_property
    def lines(self) -> tuple[ChecklistLine, ChecklistLine]:
        """Its line while it is open, and once it is done; every packet of the kind shares the two."""
        facts = {"id": self.id, "stage": self.stage, "text": self.text, "required": self.required}
        return ChecklistLine(**facts, done=False), ChecklistLine(**facts, done=True)


def _is_present(fact: Fact, request: RequestHandoff) -> bool:
    match fact:
        case "account_id":
            return request.customer.account_id is not None
        case "customer_name":
            value: object = request.customer.name
        case "reason":
            value = request.reason.code or request.reason.text
        case _:
            value = getattr(request, fact)
    return bool(value.strip() if isinstance(value, str) else value)


def fill(items: tuple[ChecklistItem, ...], request: RequestHandoff) -> frozenset[str]:
    """Return the ids of the items that the request ticks or fills in.

    A tick that the sender set to false wins over what the request carries; the receiver's own items are
    not the sender's to tick.
    """
    return frozenset(item.id for item in items if item.stage is not Stage.AFTER and _is_done(item, request))


def _is_done(item: ChecklistItem, request: RequestHandoff) -> bool:
    tick = request.checklist.get(item.id)
    return tick if tick is not None else item.filled_by is not None and _is_present(item.filled_by, request)


def missing(items: tuple[ChecklistItem, ...], done: Mapping[str, object] | frozenset[str]) -> tuple[str, ...]:
    """Return the ids of required items of the sender's stage that are not done, in their order."""
    return tuple(
        item.id for item in items if item.stage is Stage.BEFORE and item.required and item.id not in done
    )
