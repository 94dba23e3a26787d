"""A flow as it is watched: what the map says of it that an alert has to know or to tell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from hashlib import sha256

from orchestrator.domain.model import Frozen


class Party(Frozen):
    """A system at one end of a flow."""

    id: str
    name: str


class WorkflowHit(Frozen):
    """A workflow of support that needs the flow."""

    id: str
    name: str
    impact: str
    """What goes wrong without it."""
    workaround: str | None = None
    priority: str | None = None


class Call(Frozen):
    """Somebody to call."""

    name: str
    contact: str | None = None
    """Where they are reached."""
    reasons: tuple[str, ...] = ()
    """Why them."""


class WatchedFlow(Frozen):
    """A flow that feeds fields of the context."""

    id: str
    source: Party
    destination: Party
    is_two_way: bool = False
    """Whether its destination sends too."""
    feeds: tuple[str, ...]
    """Full names of the fields that stop with it."""
    declared: Mapping[str, str] = {}
    """Full name of a field -> type word; empty: no schema is declared, and nothing drifts."""
    codes: Mapping[str, frozenset[str]] = {}
    """Full name of a field -> the codes that have words; absent: its values are not codes."""
    warn_after: timedelta | None = None
    """An observation older than this is late; None: never."""
    error_after: timedelta | None = None
    fallback: str | None = None
    workflows: tuple[WorkflowHit, ...] = ()
    teams: tuple[str, ...] = ()
    """The teams whose work it hits."""
    calls: tuple[Call, ...] = ()
    """Whom to call, who mends it first."""

    @cached_property
    def digest(self) -> str:
        """A hash of all that is said here: two workers with the same digest judge alike."""
        codes = {field: sorted(known) for field, known in self.codes.items()}
        said = json.dumps(self.model_dump(mode="json") | {"codes": codes}, sort_keys=True)
        return sha256(said.encode()).hexdigest()

    @property
    def senders(self) -> tuple[str, ...]:
        """The ids of the systems that send by it."""
        return (self.source.id, self.destination.id) if self.is_two_way else (self.source.id,)

    @property
    def subjects(self) -> frozenset[str]:
        """What it speaks of."""
        return frozenset(field.partition(".")[0] for field in self.feeds)
