"""What agents say to the customer before, during and after a handoff, word for word."""

from __future__ import annotations

from typing import Literal

from orchestrator.domain.checklist import Stage
from orchestrator.domain.model import Frozen


class Script(Frozen):
    """One thing to say: before = by the sending agent, during = by either, after = by the receiving agent."""

    stage: Stage
    name: Literal["reason", "next-step", "introduction", "opening"]
    text: str
    language: str | None = None
    """Which variant was taken, such as `de`; None: that of the template without a language."""
