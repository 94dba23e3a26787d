"""Plays a case as the desk does, and keeps each handoff with its journal."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from orchestrator.caseload import Caseload
from orchestrator.domain.calendars.calendar import BusinessCalendar, Week
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.clocks.spec import BREACH_RUNG, ClockSpec, Rung
from orchestrator.domain.commands import Acknowledge, Command, Reopen, RequestHandoff
from orchestrator.domain.events import Event
from orchestrator.domain.explanation.explanation import History
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.identity import event_id, handoff_id
from orchestrator.domain.model import Actor, Priority, Reason, Severity
from orchestrator.domain.policy import ClockPolicy, KindMatch, Policy, PolicyMatch, Rules, Team
from orchestrator.inbound import Delivery, Origin
from orchestrator.ledger.port import Stored
from tests.builders import (
    ACCEPT,
    FIRST_CONTACT,
    HOUR,
    MINUTE,
    NOTES,
    RESOLVE,
    SOURCE,
    PlainWords,
    a_cause,
    a_completion,
    a_contact,
    a_kind,
    a_pause,
    a_request,
    a_resume,
    an_accept,
    an_actor,
    some_rules,
)

ORIGIN = Origin("commands", 0, 0, None, None, ())
OPERATIONS = Actor(kind="lead", id="ops", name="Olga")
LEAD = Actor(kind="lead", id="lea", name="Lea", team="tier-2")

DAY = ("09:00-12:30", "13:15-17:30")
BERLIN = BusinessCalendar(
    name="berlin",
    zone="Europe/Berlin",
    week=Week.model_validate(dict.fromkeys(("mon", "tue", "wed", "thu"), DAY) | {"fri": DAY[:1]}),
)
STEPS = (
    Rung(name="lead", effect="notify", to="lead", before=timedelta()),
    Rung(name="manager", effect="notify", to="manager", before=-30 * MINUTE),
    Rung(name="priority", effect="raise-priority", before=-HOUR),
)
OFFERED = ACCEPT.model_copy(
    update={
        "budget": 2 * HOUR,
        "calendar": "team",
        "rungs": (Rung(name="80%", share=0.8), BREACH_RUNG, *STEPS),
    }
)
CONTACT = FIRST_CONTACT.model_copy(update={"calendar": "team"})
SOLVE = RESOLVE.model_copy(update={"calendar": "team", "longest_pause": 4 * HOUR})
CUSTOMER = ClockSpec(
    kind="customer",
    owes="all",
    budget=72 * HOUR,
    starts=(Occasion.CASE_OPENED, Occasion.REOPENED),
    stops=(Occasion.COMPLETED,),
    cancels=(Occasion.WITHDRAWN, Occasion.HANDED_ON),
    pauses=("waits-for-customer",),
    reopening="total",
)
CLOCKS = (NOTES, OFFERED, CONTACT, SOLVE, CUSTOMER)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a time in Berlin: the second of March 2026 is a Monday."""
    return datetime(2026, 3, day, hour - 1, minute, tzinfo=UTC)


def office_rules(*clocks: ClockSpec, version: str = "rules-1", **over: Any) -> Rules:
    """Return rules by which tier-2 works in Berlin, with lunch, and has a lead but no manager."""
    clocks = clocks or CLOCKS
    policies = (
        ClockPolicy(name="sev1", match=PolicyMatch(severities=(Severity.SEV1,)), clocks=clocks),
        ClockPolicy(
            name="gold",
            match=PolicyMatch(tiers=("gold",), priorities=(Priority.NORMAL, Priority.HIGH)),
            clocks=clocks,
        ),
    )
    match = KindMatch(sending_teams=("tier-1",), receiving_teams=("tier-2",))
    rules = some_rules(
        a_kind("tier-1-to-tier-2", match=match, clocks=clocks, policies=policies),
        a_kind("any-to-any", clocks=clocks),
        version=version,
    )
    team = Team(id="tier-2", name="Tier 2", lead="lead-tier-2", calendar="berlin", fallback="billing")
    return rules.model_copy(
        update={"calendars": {"berlin": BERLIN}, "teams": rules.teams | {"tier-2": team}} | over
    )


class Case:
    """One case, from its first request on."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._handoffs: dict[UUID, Handoff] = {}
        self._requests: dict[UUID, RequestHandoff] = {}
        self._events: dict[UUID, list[Event]] = defaultdict(list)
        self._rules = [policy.rules]
        self._taken = 0

    def request(self, command: RequestHandoff, at: datetime) -> UUID:
        """Hand the case over, and return the id of the handoff."""
        self._taken += 1
        id = f"request-{self._taken}"
        self._requests[handoff_id(SOURCE, id)] = command
        self._deliver(command, at, id, at)
        return handoff_id(SOURCE, id)

    def take(self, command: Command, at: datetime, *, told: datetime | None = None) -> None:
        """Take a reply that happened `at`, and came when it was `told`."""
        self._taken += 1
        self._deliver(command, at, f"event-{self._taken}", told or at)

    def fire(self, now: datetime) -> None:
        """Fire what is due."""
        caseload = self._caseload(now)
        caseload.fire_due()
        self._keep(caseload)

    def reproject(self, rules: Rules, now: datetime, reason: str, *, calendars_only: bool) -> None:
        """Measure by other rules from now on."""
        self._rules.append(rules)
        self.policy = Policy(rules, self.policy.words)
        for each in self._rules:
            self.policy.remember(each)
        caseload = self._caseload(now)
        caseload.reproject(calendars_only=calendars_only, reason=reason, actor=OPERATIONS)
        self._keep(caseload)

    def handoff(self, id: UUID) -> Handoff:
        """Return a handoff as it is now."""
        return self._handoffs[id]

    @property
    def histories(self) -> list[History]:
        """All handoffs with their journals, the first one first."""
        return [History(handoff, tuple(self._events[id])) for id, handoff in self._handoffs.items()]

    def _deliver(self, command: Command, at: datetime, id: str, now: datetime) -> None:
        caseload = self._caseload(now)
        caseload.apply(Delivery(ORIGIN, event_id(SOURCE, id), a_cause(at, id), command))
        self._keep(caseload)

    def _caseload(self, now: datetime) -> Caseload:
        stored = [Stored(each, b"", self._requests[id]) for id, each in self._handoffs.items()]
        return Caseload(stored, self.policy, now=now, wait_for=timedelta(days=1))

    def _keep(self, caseload: Caseload) -> None:
        changes = caseload.changes()
        assert not changes.dead_letters, changes.dead_letters
        assert not changes.parked, changes.parked
        for handoff in [*changes.changed, *(new for new, _ in changes.requested)]:
            self._handoffs[handoff.id] = handoff
        for event in changes.events:
            self._events[event.handoff_id].append(event)


def office(*clocks: ClockSpec) -> Case:
    """Return a case of that office."""
    return Case(Policy(office_rules(*clocks), PlainWords()))


def a_long_case(*clocks: ClockSpec) -> tuple[Case, UUID]:
    """Return a case that breached, was acknowledged, accepted, paused, completed and reopened."""
    case = office(*clocks)
    handoff = case.request(a_request(), at(2, 16, 50))
    case.fire(at(3, 9, 56))
    case.fire(at(3, 10, 21))
    case.take(Acknowledge(handoff_id=handoff, actor=LEAD, note="on it"), at(3, 10, 25))
    case.take(an_accept(handoff), at(3, 10, 40))
    if case.handoff(handoff).clock("first_contact"):
        case.take(a_contact(handoff), at(3, 10, 50))
    case.take(a_pause(handoff), at(3, 11, 0))
    case.take(a_resume(handoff), at(3, 13, 30))
    case.take(a_completion(handoff), at(3, 15, 30))
    again = Reopen(handoff_id=handoff, actor=an_actor("tier-2"), reason=Reason(text="it came back"))
    case.take(again, at(4, 9, 30))
    case.fire(at(4, 9, 45))
    case.take(a_pause(handoff), at(4, 10, 0))
    return case, handoff
