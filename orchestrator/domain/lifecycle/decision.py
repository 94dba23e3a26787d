"""What a decision gives back."""

from __future__ import annotations

from typing import NamedTuple

from orchestrator.domain.events import Event
from orchestrator.domain.handoff import Handoff


class Decision(NamedTuple):
    """The events, in order, and the state that they give."""

    handoff: Handoff
    events: list[Event]
