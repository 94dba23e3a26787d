"""The same events give the same clocks, attribution and standing breaches, in whatever order they come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.caseload import Caseload
from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.calendars.calendar import BusinessCalendar
from orchestrator.domain.checklist import ChecklistItem, Stage
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.custody import holds
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.clocks.spec import BREACH, BREACH_RUNG, TEAM_CALENDAR, ClockSpec
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.identity import event_id, handoff_id
from orchestrator.domain.model import Reason
from orchestrator.domain.policy import Policy, Team
from orchestrator.inbound import Delivery, Origin
from orchestrator.ledger.port import Parked, Stored
from tests.builders import (
    ACCEPT,
    CLOCKS,
    FIRST_CONTACT,
    HOUR,
    MINUTE,
    NOTES,
    RESOLVE,
    SOURCE,
    T0,
    PlainWords,
    a_cause,
    a_completion,
    a_contact,
    a_decline,
    a_kind,
    a_pause,
    a_policy,
    a_question,
    a_reopening,
    a_request,
    a_resume,
    a_return,
    a_tick,
    a_withdrawal,
    an_accept,
    an_actor,
    an_answer,
    some_rules,
)
from tests.unit.domain.properties import PROPERTY

END = T0 + timedelta(days=30)
ID = handoff_id(SOURCE, "request-1")

WEEK = {day: ["09:00-12:00", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE = BusinessCalendar.model_validate({"name": "office", "zone": "Europe/Berlin", "week": WEEK})
ITEMS = (
    ChecklistItem(id="identity-verified", stage=Stage.BEFORE, text="Identity"),
    ChecklistItem(id="logs-attached", stage=Stage.BEFORE, text="Logs"),
)
CUSTOMER = ClockSpec(
    kind="customer",
    owes="all",
    budget=6 * HOUR,
    starts=(Occasion.CASE_OPENED, Occasion.REOPENED),
    stops=(Occasion.COMPLETED,),
    cancels=(Occasion.WITHDRAWN, Occasion.HANDED_ON),
    pauses=("waits-for-customer",),
    longest_pause=2 * HOUR,
    reopening="total",
)
NEXT_REPLY = ClockSpec(
    kind="next_reply",
    owes="receiving",
    budget=HOUR,
    starts=(Occasion.ACCEPTED, Occasion.REOPENED),
    stops=(Occasion.COMPLETED,),
    resets=(Occasion.CONTACTED,),
    cancels=(Occasion.RETURNED, Occasion.HANDED_ON),
    rungs=(BREACH_RUNG,),
)
LIMITED = (
    NOTES.model_copy(update={"longest_pause": 30 * MINUTE}),
    ACCEPT.model_copy(update={"pauses": ()}),
    FIRST_CONTACT.model_copy(update={"pauses": ("waits-for-customer",), "longest_pause": HOUR}),
    RESOLVE.model_copy(update={"longest_pause": 2 * HOUR}),
    CUSTOMER,
    NEXT_REPLY,
)


def in_working_time(*specs: ClockSpec) -> tuple[ClockSpec, ...]:
    return tuple(spec.model_copy(update={"calendar": TEAM_CALENDAR}) for spec in specs)


def policy_with(*specs: ClockSpec, **over: Any) -> Policy:
    rules = some_rules(a_kind(clocks=specs, checklist=ITEMS, **over))
    teams = {name: Team(id=name, name=name, calendar="office") for name in rules.teams}
    return Policy(rules.model_copy(update={"teams": teams, "calendars": {"office": OFFICE}}), PlainWords())


POLICIES = (
    a_policy(a_kind(clocks=CLOCKS, checklist=ITEMS)),
    policy_with(*LIMITED),
    policy_with(*in_working_time(*LIMITED)),
)
PATIENT = (NOTES.model_copy(update={"budget": 90 * MINUTE, "longest_pause": HOUR}), *LIMITED[1:])
HOLDING = (
    policy_with(*LIMITED, when_incomplete="hold"),
    policy_with(*PATIENT, when_incomplete="hold"),
    policy_with(*in_working_time(*PATIENT), when_incomplete="hold"),
)
"""Packets that wait: for less time, and for more, than what usually happens takes."""


def delivered(command: c.Command, at: datetime, id: str) -> Delivery:
    origin = Origin("replies", 0, 0, None, None, ())
    return Delivery(origin, event_id(SOURCE, id), a_cause(at, id), command)


class Office:
    """Takes deliveries one by one, as the desk does, each at a time of its own."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.handoff: Handoff | None = None
        self.request: c.RequestHandoff | None = None
        self.parked: list[Parked] = []
        self.refused: list[str] = []
        self.journal: list[e.Event] = []

    def take(self, delivery: Delivery | None, now: datetime) -> None:
        stored = [] if self.handoff is None else [Stored(self.handoff, b"", self.request)]
        caseload = Caseload(stored, self.policy, now=now, wait_for=timedelta(days=1))
        caseload.park(self.parked)
        if delivery is None:
            caseload.fire_due()
        else:
            caseload.apply(delivery)
            if isinstance(delivery.command, c.RequestHandoff):
                self.request = delivery.command
        changes = caseload.changes()
        self.parked = list(changes.parked)
        self.refused += [letter.message for letter in changes.dead_letters]
        self.journal += changes.events
        for handoff in [*changes.changed, *(new for new, _ in changes.requested)]:
            self.handoff = handoff

    def would_take(self, delivery: Delivery) -> bool:
        """Whether it is legal now, and needs nothing that is still to come."""
        other = Office(self.policy)
        other.handoff, other.request = self.handoff, self.request
        other.take(delivery, delivery.cause.at)
        return not other.parked and not other.refused


def standing(handoff: Handoff) -> list[tuple[object, ...]]:
    """Everything about the clocks but the warnings, which are told once and never taken back."""
    return [
        (
            clock.kind,
            clock.generation,
            clock.team,
            clock.started_at,
            clock.ended_at,
            clock.outcome,
            clock.suspensions,
            clock.carried,
            clock.due_at,
            clock.is_breached,
        )
        for clock in sorted(handoff.clocks, key=lambda each: (each.kind, each.generation))
        if not is_nothing(clock)
    ]


def asked(handoff: Handoff) -> tuple[list[datetime], int]:
    """When it was asked, and how many questions are open: answers that name none may change places."""
    return [each.asked_at for each in handoff.questions], sum(each.is_open for each in handoff.questions)


def is_nothing(clock: Clock) -> bool:
    """Whether it was taken back to its very start, since a late fact left nothing of it."""
    return clock.outcome == "cancelled" and clock.ended_at == clock.started_at


def breaches(journal: Sequence[e.Event], clock: Clock) -> list[UUID]:
    """Return the breaches of a clock that were told and stand."""
    told: list[UUID] = []
    for event in journal:
        if isinstance(event, e.ClockEvent) and event.clock_id == clock.id:
            if isinstance(event, e.ClockBreached):
                told.append(event.rung_id)
            elif isinstance(event, e.BreachUndone):
                told.remove(event.rung_id)
    return told


SENDER, RECEIVER = an_actor("tier-1"), an_actor("tier-2")
BOT = an_actor("tier-2", kind="bot", id="assistant")
TICKS = tuple(a_tick(ID, item.id, done=done) for item in ITEMS for done in (True, False))
PAUSES = tuple(
    a_pause(ID, actor=actor, reason=Reason(code=code))
    for actor in (SENDER, RECEIVER)
    for code in ("waits-for-customer", "waits-for-vendor")
)
RESUMES = (a_resume(ID, actor=SENDER), a_resume(ID, actor=RECEIVER))
REPLIES: tuple[c.Reply, ...] = (
    *(an_accept(ID), a_contact(ID), *PAUSES),
    *(a_completion(ID), a_reopening(ID), *TICKS, a_question(ID), an_answer(ID)),
    *(a_contact(ID, actor=BOT), *RESUMES, *PAUSES),
    *(a_withdrawal(ID), a_completion(ID), a_reopening(ID), *RESUMES),
    *(a_decline(ID), a_contact(ID), *TICKS),
    *(a_return(ID), a_completion(ID, actor=SENDER), *RESUMES),
)
"""One is drawn, and the first that is legal from there on is taken; so those that end it are far between."""


@st.composite
def stories(draw: st.DrawFn, policy: Policy) -> list[Delivery]:
    """Events of one handoff, each at its own time: legal when told in the order in which they happened.

    A case is not given back once it was reopened: until both the completion and the reopening are here, that
    cannot be told from two answers that contradict each other, of which the first to come wins.
    """
    is_whole = draw(st.booleans())
    ticks = {item.id: is_whole for item in ITEMS}
    found = [delivered(a_request(checklist=ticks), T0, "request-1")]
    office = Office(policy)
    office.take(found[0], T0)
    minute = 0
    for n in range(draw(st.integers(3, 12))):
        minute += draw(st.integers(1, 30) | st.integers(31, 600))
        at = T0 + minute * MINUTE
        office.take(None, at)
        first = draw(st.integers(0, len(REPLIES) - 1))
        until = at + draw(st.integers(1, 90)) * MINUTE if draw(st.booleans()) else None
        for reply in (*REPLIES[first:], *REPLIES[:first]):
            if isinstance(reply, c.Return) and any(isinstance(each.command, c.Reopen) for each in found):
                continue
            command = reply.model_copy(update={"until": until}) if isinstance(reply, c.Pause) else reply
            event = delivered(command, at, f"event-{n}")
            if office.would_take(event):
                office.take(event, at)
                found.append(event)
                break
    return found


def in_order(events: Sequence[Delivery], policy: Policy) -> Office:
    office = Office(policy)
    for event in events:
        office.take(None, event.cause.at) if office.handoff else None
        office.take(event, event.cause.at)
    office.take(None, END)
    return office


@PROPERTY
@given(st.sampled_from(POLICIES), st.data(), st.randoms(use_true_random=False), st.booleans())
def test_any_order_of_delivery_gives_the_same_clocks(
    policy: Policy, data: st.DataObject, random: Any, is_swept: bool
) -> None:
    events = data.draw(stories(policy))
    expected = in_order(events, policy)
    assert expected.handoff is not None
    assert not expected.refused
    assert not expected.parked
    office = Office(policy)
    office.take(events[0], T0)
    shuffled(office, events, events[1:], random, is_swept=is_swept)
    assert_the_same(office, expected)


@PROPERTY
@given(st.sampled_from(HOLDING), st.data(), st.randoms(use_true_random=False), st.booleans())
def test_from_the_offer_on_any_order_of_delivery_gives_the_same_clocks(
    policy: Policy, data: st.DataObject, random: Any, is_swept: bool
) -> None:
    """What lets a held packet go comes as it happens: a packet that went out stays out."""
    events = data.draw(stories(policy))
    expected = in_order(events, policy)
    office = Office(policy)
    replies = list(events)
    while replies and (office.handoff is None or office.handoff.status is Status.HELD):
        at = replies[0].cause.at
        office.take(None, at)
        if office.handoff is None or office.handoff.status is Status.HELD:
            office.take(replies.pop(0), at)
    shuffled(office, events, replies, random, is_swept=is_swept)
    assert_the_same(office, expected)


@PROPERTY
@given(st.sampled_from(HOLDING), st.data(), st.randoms(use_true_random=False), st.booleans())
def test_in_any_order_a_held_packet_goes_out_once_and_whose_time_begins_with_it(
    policy: Policy, data: st.DataObject, random: Any, is_swept: bool
) -> None:
    events = data.draw(stories(policy))
    office = Office(policy)
    office.take(events[0], T0)
    shuffled(office, events, events[1:], random, is_swept=is_swept)
    handoff, expected = office.handoff, in_order(events, policy).handoff
    assert handoff is not None
    assert expected is not None
    assert set(handoff.done) == set(expected.done)
    offers = [mark.at for mark in handoff.marks if mark.what == Occasion.OFFERED]
    released = [event for event in office.journal if isinstance(event, e.Released)]
    assert len(released) == (handoff.began_held and bool(offers))
    assert len(offers) <= 1
    assert bool(offers) == (handoff.packet_version > 0)
    for clock in handoff.clocks:
        assert clock.kind in ("notes", "customer") or clock.started_at >= offers[0]
    assert_breaches_are_told(office)


def shuffled(
    office: Office, events: Sequence[Delivery], replies: list[Delivery], random: Any, *, is_swept: bool
) -> None:
    """Deliver replies in any order, after all that is told of has happened."""
    random.shuffle(replies)
    now = max(event.cause.at for event in events)
    for reply in replies:
        if is_swept:
            office.take(None, now)
        office.take(reply, now)
    office.take(None, END)


def assert_the_same(office: Office, expected: Office) -> None:
    assert office.handoff is not None
    assert expected.handoff is not None
    assert [p.message for p in office.parked] == []
    assert office.refused == []
    assert standing(office.handoff) == standing(expected.handoff)
    assert office.handoff.status is expected.handoff.status
    assert set(office.handoff.done) == set(expected.handoff.done)
    assert asked(office.handoff) == asked(expected.handoff)
    assert holds([office.handoff]) == holds([expected.handoff])
    for each in (office, expected):
        assert_breaches_are_told(each)


def assert_breaches_are_told(office: Office) -> None:
    assert office.handoff is not None
    for clock in office.handoff.clocks:
        stands = BREACH in clock.fired and BREACH not in clock.inherited
        assert len(breaches(office.journal, clock)) == stands
