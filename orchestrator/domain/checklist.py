"""What must be known or done before, during and after a handoff, and what of it is missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Final, Literal, get_args

from pydantic import JsonValue, field_validator

from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.field_condition import FieldCondition, condition_of
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
FACTS: Final = frozenset[str](get_args(Fact))
NOTHING_KNOWN: Final[Mapping[str, JsonValue]] = MappingProxyType({})


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
    filled_by: str | None = None
    """Done without a tick when the request carries this `Fact`, or the customer's context meets this
    condition on one of its fields (`field_condition`)."""

    @field_validator("filled_by")
    @classmethod
    def _can_be_asked(cls, filled_by: str | None) -> str | None:
        if filled_by is not None and filled_by not in FACTS:
            condition_of(filled_by)
        return filled_by

    @cached_property
    def condition(self) -> FieldCondition | None:
        """What it asks of the customer's context; None when a fact of the request fills it in, or nothing."""
        return None if self.filled_by is None or self.filled_by in FACTS else condition_of(self.filled_by)

    @cached_property
    def lines(self) -> tuple[ChecklistLine, ChecklistLine]:
        """Its line while it is open, and once it is done; every packet of the kind shares the two."""
        facts = {"id": self.id, "stage": self.stage, "text": self.text, "required": self.required}
        return ChecklistLine(**facts, done=False), ChecklistLine(**facts, done=True)


def _is_present(fact: str, request: RequestHandoff) -> bool:
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


def fill(
    items: tuple[ChecklistItem, ...],
    request: RequestHandoff,
    known: Mapping[str, JsonValue] = NOTHING_KNOWN,
) -> frozenset[str]:
    """Return the ids of the items that the request ticks, or that it or the customer's context fills in.

    A tick that the sender set to false wins over what is known; the receiver's own items are not the
    sender's to tick, and nothing fills them in: the receiver has to see to them.

    Args:
        items: the checklist of the kind.
        request: what the sender says.
        known: field of the customer's context, such as `billing.payment_state` -> its value, the fresh ones.
    """
    return frozenset(
        item.id for item in items if item.stage is not Stage.AFTER and _is_done(item, request, known)
    )


def _is_done(item: ChecklistItem, request: RequestHandoff, known: Mapping[str, JsonValue]) -> bool:
    tick = request.checklist.get(item.id)
    if tick is not None or item.filled_by is None:
        return bool(tick)
    condition = item.condition
    return condition.is_met(known) if condition is not None else _is_present(item.filled_by, request)


def missing(items: tuple[ChecklistItem, ...], done: Collection[str]) -> tuple[str, ...]:
    """Return the ids of required items of the sender's stage that are not done, in their order."""
    return _open(items, Stage.BEFORE, done)


def unfinished(items: tuple[ChecklistItem, ...], done: Collection[str]) -> tuple[str, ...]:
    """Return the ids of required items of the receiver's stage that are not done, in their order."""
    return _open(items, Stage.AFTER, done)


def _open(items: tuple[ChecklistItem, ...], stage: Stage, done: Collection[str]) -> tuple[str, ...]:
    return tuple(item.id for item in items if item.stage is stage and item.required and item.id not in done)
