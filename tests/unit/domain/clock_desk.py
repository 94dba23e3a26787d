"""One handoff that a test talks to in minutes, and all that was told of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.calendars.calendar import BusinessCalendar
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.deadlines import fire
from orchestrator.domain.clocks.reprojection import reproject
from orchestrator.domain.clocks.spec import ClockSpec
from orchestrator.domain.lifecycle.decision import Decision
from orchestrator.domain.lifecycle.replies import reply
from orchestrator.domain.lifecycle.requests import request
from orchestrator.domain.model import Actor, Reason
from orchestrator.domain.policy import Policy
from tests import builders as b
from tests.builders import MINUTE, T0

OPS = Actor(kind="lead", id="ops")
_Event = TypeVar("_Event", bound=e.Event)
_ALSO: dict[type[c.Reply], dict[str, object]] = {
    c.Pause: {"reason": Reason(code="waits-for-customer")},
    c.Decline: {"reason": Reason(code="no-capacity")},
    c.Return: {"reason": Reason(code="wrong-team")},
    c.Complete: {"disposition": "solved"},
}


def minute(n: float) -> datetime:
    """Return an instant by its minutes since the request."""
    return T0 + n * MINUTE


def rules(
    *clocks: ClockSpec,
    calendars: tuple[BusinessCalendar, ...] = (),
    version: str = "rules-1",
    **teams: dict[str, object],
) -> Policy:
    """Return a policy of one kind with these clocks; `teams` changes teams: tier_2={"fallback": ...}."""
    base = b.some_rules(b.a_kind(clocks=clocks), version=version)
    changed = {name.replace("_", "-"): over for name, over in teams.items()}
    known = {id: team.model_copy(update=changed.get(id, {})) for id, team in base.teams.items()}
    named = {calendar.name: calendar for calendar in calendars}
    return Policy(base.model_copy(update={"teams": known, "calendars": named}), b.PlainWords())


class ClockDesk:
    """One handoff, requested at `at`."""

    def __init__(self, policy: Policy, at: datetime = T0, **over: Any) -> None:
        self.policy = policy
        self.request = b.a_request(**over)
        self.told: list[e.Event] = []
        self._count = 0
        self._take(request(self.request, cause=b.a_cause(at), policy=policy, now=at))

    def say(
        self, command: type[c.Reply], at: datetime, *, now: datetime | None = None, **over: object
    ) -> list[e.Event]:
        """Take a reply of the receiving team, or of `team`, that arrives at `now`; return what is told."""
        self._count += 1
        team = over.pop("team", self.handoff.receiving_team)
        fields = {"handoff_id": self.handoff.id, "actor": b.an_actor(str(team))}
        said = command.model_validate(fields | _ALSO.get(command, {}) | over)
        cause = b.a_cause(at, f"reply-{self._count}")
        return self._take(
            reply(self.handoff, said, cause=cause, policy=self.policy, now=now or at, request=self.request)
        )

    def sweep(self, now: datetime) -> list[str]:
        """Return the names of the rungs that fired."""
        events = self._take(fire(self.handoff, policy=self.policy, now=now, request=self.request))
        return [event.rung for event in events if isinstance(event, e.RungFired)]

    def edit(self, policy: Policy) -> None:
        """Put other rules in force, which changes nothing that runs."""
        for version in self.handoff.versions:
            policy.remember(self.policy.rules_of(version))
        self.policy = policy

    def remeasure(self, now: datetime, *, calendars_only: bool = False) -> list[e.Event]:
        """Measure the handoff by the rules in force, and return what is told."""
        return self._take(
            reproject(
                self.handoff,
                self.request,
                policy=self.policy,
                now=now,
                actor=OPS,
                reason="edited",
                calendars_only=calendars_only,
            )
        )

    def of(self, event: type[_Event]) -> list[_Event]:
        """Return all that was told of this kind."""
        return [each for each in self.told if isinstance(each, event)]

    def clock(self, kind: str, generation: int = 1) -> Clock:
        """Return a run of a clock as it stands."""
        return next(k for k in self.handoff.clocks if (k.kind, k.generation) == (kind, generation))

    def _take(self, decision: Decision) -> list[e.Event]:
        self.handoff, events = decision
        self.told += events
        return events
