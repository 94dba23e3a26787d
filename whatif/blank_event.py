"""Events to copy from."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID

from orchestrator.domain import events as e
from orchestrator.domain.lifecycle.story import SYSTEM
from orchestrator.domain.model import Reason

_Event = TypeVar("_Event", bound=e.LifecycleEvent)


@cache
def blank(event: type[_Event]) -> _Event:
    """Return an event to copy: what comes from a log that was read needs no second validation."""
    facts: dict[str, Any] = {
        "handoff_id": UUID(int=0),
        "case_id": "",
        "version": 1,
        "actor": SYSTEM,
        "sending_team": "",
        "reason": Reason(),
        "disposition": "",
    }
    return cast(_Event, event.model_construct(**facts))
