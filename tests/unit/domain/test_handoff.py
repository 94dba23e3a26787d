from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.clocks.clockwork import Clockwork
from orchestrator.domain.clocks.deadlines import fire
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.clocks.spec import BREACH
from orchestrator.domain.errors import Refused, TooEarly
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.identity import clock_id, handoff_id, packet_id, rung_id
from orchestrator.domain.lifecycle.decision import Decision
from orchestrator.domain.lifecycle.evolution import evolve, fold
from orchestrator.domain.lifecycle.replies import LATE, LEGAL, reply
from orchestrator.domain.lifecycle.requests import hand_on, request
from orchestrator.domain.model import Actor, Receiver
from tests.builders import (
    CHECKLIST,
    SECOND,
    SOURCE,
    T0,
    a_cause,
    a_completion,
    a_contact,
    a_decision,
    a_decline,
    a_handoff,
    a_holding_policy,
    a_pause,
    a_policy,
    a_question,
    a_reopening,
    a_request,
    a_resume,
    a_return,
    a_sender,
    a_tick,
    a_withdrawal,
    an_accept,
    an_acknowledgement,
    an_actor,
    an_answer,
)
from tests.unit.domain.properties import MACHINE

POLICY = a_policy()
NEXT: dict[Status, set[Status]] = {
    Status.HELD: {Status.OFFERED, Status.WITHDRAWN},
    Status.OFFERED: {Status.ACCEPTED, Status.DECLINED, Status.WITHDRAWN, Status.HANDED_ON},
    Status.ACCEPTED: {Status.RETURNED, Status.COMPLETED, Status.HANDED_ON},
    Status.COMPLETED: {Status.ACCEPTED},
    Status.DECLINED: {Status.COMPLETED},
    Status.RETURNED: {Status.COMPLETED},
}
"""Where a handoff can go from where it stands; from everywhere else, nowhere."""

waits = st.integers(0, 40 * 60)
lags = st.just(0) | st.integers(0, 20 * 60)
teams = st.none() | st.sampled_from(["tier-1", "tier-2", "billing"])
"""None for the team whose answer it is."""
items = st.sampled_from([item.id for item in CHECKLIST])

BUILD: dict[type[c.Reply], Callable[..., c.Reply]] = {
    c.Accept: an_accept,
    c.Decline: a_decline,
    c.Return: a_return,
    c.Pause: a_pause,
    c.Resume: a_resume,
    c.TickItem: a_tick,
    c.Contact: a_contact,
    c.Complete: a_completion,
    c.Withdraw: a_withdrawal,
    c.Reopen: a_reopening,
    c.Acknowledge: an_acknowledgement,
    c.Ask: a_question,
    c.Answer: an_answer,
}
# What keeps a handoff alive comes more often, or most would end at once.
replies = st.sampled_from([c.Accept, c.Pause, c.Resume, c.TickItem, c.Contact]) | st.sampled_from(list(BUILD))


class HandoffMachine(RuleBasedStateMachine):
    """One handoff, whatever happens to it: replies that arrive late, sweeps that come when they come."""

    policy = POLICY

    def __init__(self) -> None:
        super().__init__()
        self.now = T0
        self.journal: list[e.Event] = []
        self.steps: list[Callable[[Handoff], Decision]] = []

    @initialize(has_summary=st.booleans(), is_verified=st.booleans(), lag=lags)
    def ask(self, has_summary: bool, is_verified: bool, lag: int) -> None:
        summary = "It broke" if has_summary else None
        self.request = a_request(summary=summary, checklist={"identity-verified": is_verified})
        self.cause = a_cause(T0 - lag * SECOND)
        self.handoff, self.journal = self.begin()

    def begin(self) -> Decision:
        return request(self.request, cause=self.cause, policy=self.policy, now=T0)

    def step(self, decide: Callable[[Handoff], Decision]) -> None:
        before = self.handoff
        self.handoff, events = decide(before)
        self.journal = [*self.journal, *events]
        self.steps.append(decide)
        if self.handoff.status is not before.status:
            assert self.handoff.status in NEXT.get(before.status, set())

    @rule(wait=waits)
    def sweep(self, wait: int) -> None:
        self.now += wait * SECOND
        now = self.now
        self.step(lambda handoff: fire(handoff, policy=self.policy, now=now, request=self.request))
        assert self.step_changes_nothing_again(now)

    def step_changes_nothing_again(self, now: datetime) -> bool:
        again = fire(self.handoff, policy=self.policy, now=now, request=self.request)
        return again == Decision(self.handoff, [])

    @rule(command=replies, wait=waits, lag=lags, team=teams, item=items, done=st.booleans())
    def answer(
        self, command: type[c.Reply], wait: int, lag: int, team: str | None, item: str, done: bool
    ) -> None:
        self.now += wait * SECOND
        before, now, cause = self.handoff, self.now, a_cause(self.now - lag * SECOND, f"r-{len(self.steps)}")
        over: dict[str, object] = {"actor": an_actor(team)} if team else {}
        if command is c.TickItem:
            over |= {"item": item, "done": done}
        reply_, asked = BUILD[command](before, **over), self.request
        refusal = self.try_to(
            lambda handoff: reply(handoff, reply_, cause=cause, policy=self.policy, now=now, request=asked)
        )
        ended_at = before.ended_at
        is_late = command in LATE and ended_at is not None and cause.at < ended_at
        if before.status not in LEGAL[command] and not is_late:
            assert refusal is not None
            assert refusal.code == ("packet-held" if before.status is Status.HELD else "illegal-transition")
            assert isinstance(refusal, TooEarly) or before.status is not Status.OFFERED
        assert refusal is None or self.handoff is before

    def try_to(self, decide: Callable[[Handoff], Decision]) -> Refused | None:
        try:
            self.step(decide)
        except Refused as refusal:
            return refusal
        return None

    @precondition(lambda self: self.handoff.status.is_open)
    @rule(wait=waits, lag=lags)
    def move_on(self, wait: int, lag: int) -> None:
        self.now += wait * SECOND
        now, cause = self.now, a_cause(self.now - lag * SECOND, "on")
        asked = a_request(sender=a_sender("tier-2"), receiver=Receiver(team="billing"))
        to = a_decision(asked, cause=cause, now=now).handoff
        self.step(lambda handoff: hand_on(handoff, to=to, cause=cause, policy=self.policy, now=now))

    @invariant()
    def the_journal_gives_the_state(self) -> None:
        assert fold(self.journal) == self.handoff

    @invariant()
    def versions_have_no_gap(self) -> None:
        assert [event.version for event in self.journal] == list(range(1, self.handoff.version + 1))

    @invariant()
    def the_state_survives_the_ledger(self) -> None:
        assert Handoff.model_validate_json(self.handoff.model_dump_json()) == self.handoff

    @invariant()
    def a_closed_handoff_owes_nothing(self) -> None:
        assert self.handoff.status.is_open or not self.handoff.open_clocks()
        for clock in self.handoff.clocks:
            # A rung that was reached before the end, and is not told yet, still is.
            assert clock.is_open or clock.next_at is None or clock.next_at < (clock.ended_at or T0)

    @invariant()
    def each_rung_fires_at_most_once(self) -> None:
        fired = [event for event in self.journal if isinstance(event, e.RungFired)]
        counts = Counter((event.clock_id, event.generation, event.rung) for event in fired)
        undone = Counter(
            (event.clock_id, event.generation) for event in self.journal if isinstance(event, e.BreachUndone)
        )
        for (id_, generation, rung), count in counts.items():
            assert count <= 1 + (undone[id_, generation] if rung == BREACH else 0)
        assert len({event.rung_id for event in fired}) == len(fired)

    @invariant()
    def each_clock_runs_once_for_its_team(self) -> None:
        clocks = self.handoff.clocks
        assert len({clock.id for clock in clocks}) == len(clocks)
        owes = {"notes": "tier-1"}
        assert all(clock.team == owes.get(clock.kind, "tier-2") for clock in clocks)

    @invariant()
    def every_id_follows_from_what_it_names(self) -> None:
        id_ = handoff_id(SOURCE, "request-1")
        assert {event.handoff_id for event in self.journal} == {id_} == {self.handoff.id}
        for clock in self.handoff.clocks:
            assert clock.id == clock_id(id_, clock.kind, clock.generation)
        undone = sum(isinstance(event, e.BreachUndone) for event in self.journal)
        for event in self.journal:
            if isinstance(event, e.RungFired):
                # One that fires again, since its breach was taken back, has the number of its attempt.
                again = [f"{event.rung}\n{n}" for n in range(2, 2 + undone)]
                ids = [rung_id(id_, event.kind, event.generation, name) for name in (event.rung, *again)]
                assert event.rung_id in ids
            if isinstance(event, e.PacketPrepared):
                assert event.packet.packet_id == packet_id(id_, event.packet.packet_version)

    @invariant()
    def nothing_happens_before_the_request_or_in_the_future(self) -> None:
        assert all(self.handoff.requested_at <= event.at <= self.now for event in self.journal)

    @invariant()
    def time_used_is_never_negative_nor_more_than_what_passed(self) -> None:
        works = Clockwork(self.handoff, self.policy, self.now)
        for clock in self.handoff.clocks:
            run = works.run_of(clock)
            assert run is not None or clock.ended_at == clock.started_at
            if run is not None:
                timing, still = works.timing(run), clock.paused_for(self.now)
                used = timing.consumed_at(self.now) - timing.carried
                assert min(used, still) >= timedelta()
                assert used + still == (clock.ended_at or self.now) - clock.started_at

    @invariant()
    def packets_are_numbered_without_a_gap(self) -> None:
        packets = [event.packet for event in self.journal if isinstance(event, e.PacketPrepared)]
        assert [packet.packet_version for packet in packets] == list(range(1, len(packets) + 1))
        assert self.handoff.packet_version == len(packets)

    @invariant()
    def nobody_has_what_was_not_offered(self) -> None:
        is_offered = any(mark.what == Occasion.OFFERED for mark in self.handoff.marks)
        assert is_offered == (self.handoff.packet_version > 0)
        assert is_offered or {clock.team for clock in self.handoff.clocks} <= {"tier-1"}
        assert is_offered or self.handoff.status in (Status.HELD, Status.WITHDRAWN)

    def teardown(self) -> None:
        """Decide everything again: the same journal, to the last id."""
        if not self.journal:
            return
        handoff, journal = self.begin()
        for decide in self.steps:
            handoff, events = decide(handoff)
            journal = [*journal, *events]
        assert journal == self.journal


class HoldingMachine(HandoffMachine):
    """One of a kind whose packets wait for what the sender owes."""

    policy = a_holding_policy()

    @invariant()
    def a_packet_waits_only_for_a_reason(self) -> None:
        if self.handoff.status is Status.HELD:
            assert set(self.handoff.required) - set(self.handoff.done)
            notes = self.handoff.clock("notes")
            assert notes is not None
            assert notes.is_open
            assert not notes.is_breached


TestAnyHandoff = HandoffMachine.TestCase
TestAnyHandoff.settings = MACHINE
TestAnyHoldingHandoff = HoldingMachine.TestCase
TestAnyHoldingHandoff.settings = MACHINE


def test_a_journal_begins_with_a_request() -> None:
    _, (_, second, *_) = a_decision()
    with pytest.raises(ValueError, match=r"begins with support\.handoff\.lifecycle\.requested\.v1"):
        fold([second])


def test_an_empty_journal_has_no_state() -> None:
    with pytest.raises(ValueError, match="empty journal"):
        fold([])


def test_a_journal_survives_the_ledger() -> None:
    handoff, journal = a_decision(a_request(summary=None))
    stored = [
        (event.type, event.model_dump_json())
        for event in [*journal, *fire(handoff, policy=POLICY, now=T0).events]
    ]
    assert [e.EVENTS[type_].model_validate_json(body) for type_, body in stored] == journal


def test_every_event_has_a_name_of_its_own() -> None:
    assert len(e.EVENTS) == 35
    assert all(type_.startswith("support.handoff.") and type_.endswith(".v1") for type_ in e.EVENTS)


def test_an_event_never_changes_the_state_before_it() -> None:
    before = a_handoff()
    copy = before.model_copy(deep=True)
    for event in reply(before, an_accept(before), cause=a_cause(T0, "a"), policy=POLICY, now=T0).events:
        evolve(before, event)
    assert before == copy


def test_the_newest_run_of_a_clock_is_the_one_that_is_meant() -> None:
    handoff = a_handoff()
    (notes, accept) = handoff.clocks
    again = accept.model_copy(update={"generation": 2, "id": clock_id(handoff.id, "accept", 2)})
    handoff = handoff.model_copy(update={"clocks": (notes, accept, again)})
    assert handoff.clock("accept") == again
    assert handoff.clock("resolve") is None


@pytest.mark.parametrize("status", list(Status))
def test_a_handoff_is_open_while_somebody_has_to_act(status: Status) -> None:
    following = NEXT.get(status, set())
    assert status.is_with_receiver == (Status.HANDED_ON in following)
    assert status.is_open == (status.is_with_receiver or Status.OFFERED in following)


def test_the_system_is_never_the_one_who_accepted() -> None:
    accepted = a_handoff(Status.ACCEPTED)
    swept = fire(accepted, policy=POLICY, now=T0 + timedelta(days=1))
    assert {event.actor for event in swept.events} == {Actor(kind="system", id="handoff-orchestrator")}
    assert swept.handoff.receiving_agent == accepted.receiving_agent
