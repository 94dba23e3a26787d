"""T14's machine: Hypothesis chooses what teams say, what of it arrives, when somebody sweeps, who dies."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bench.faults.simulation.checks import check
from bench.faults.simulation.log import SOURCE, Message, arrival
from bench.faults.simulation.remains import Entry, Remains, Times
from bench.faults.simulation.rules import BEFORE_ITEMS, NEW, OLD, TEAMS, VENDOR, WAITS, rules
from bench.faults.simulation.sut import Died, Mortal, System
from bench.faults.simulation.worker import SkewedClock, Time
from bench.faults.verdict import Verdict
from orchestrator.desk import Desk
from orchestrator.domain import commands as c
from orchestrator.domain.identity import handoff_id
from orchestrator.domain.model import Actor, Priority, Reason, Receiver
from orchestrator.domain.policy import Policy
from orchestrator.inbound import Origin
from tests import builders as b

START = datetime(2026, 10, 24, 14, 0, tzinfo=UTC)
"""The night after this day has 25 hours in Berlin."""
_MINUTE = timedelta(minutes=1)
_DAYS = 12
minutes = st.sampled_from([0, 1, 5, 20, 60, 300])
teams = st.sampled_from(TEAMS)
deaths = st.none() | st.none() | st.integers(0, 9)
"""After how many calls of the ledger the worker dies, if it does."""

SAY: dict[str, Callable[..., c.Reply]] = {
    "accept": b.an_accept,
    "decline": b.a_decline,
    "return": b.a_return,
    "contact": b.a_contact,
    "complete": b.a_completion,
    "withdraw": b.a_withdrawal,
    "resume": b.a_resume,
    "question": b.a_question,
    "answer": b.an_answer,
}


class DeskMachine(RuleBasedStateMachine):
    """A desk on a ledger, a pool of messages on their way, and an operator."""

    system: ClassVar[System]

    def __init__(self) -> None:
        super().__init__()
        self.time = Time(START)
        self.clock = SkewedClock(self.time)
        self.ledger = Mortal(self.system.ledger)
        self.sent: dict[str, Message] = {}
        self.arrived: dict[str, int] = {}
        self.waiting: list[Message] = []
        self.asked: list[tuple[UUID, str, str]] = []
        self.journal: list[Entry] = []
        self.places: list[str] = []
        self.deploy(OLD)

    @initialize(priority=st.sampled_from(Priority), is_whole=st.booleans(), sender=teams, receiver=teams)
    def begin(self, priority: Priority, is_whole: bool, sender: str, receiver: str) -> None:
        self.ask(1, sender, receiver, priority, is_whole, 0)
        self.handle(self.waiting[:], 0)

    @rule(
        case=st.integers(1, 2),
        sender=teams,
        receiver=teams,
        priority=st.sampled_from(Priority),
        is_whole=st.booleans(),
        late=minutes,
    )
    def ask(
        self, case: int, sender: str, receiver: str, priority: Priority, is_whole: bool, late: int
    ) -> None:
        """Ask for a handoff; a case that somebody has is handed on."""
        if sender == receiver:
            receiver = TEAMS[(TEAMS.index(sender) + 1) % len(TEAMS)]
        request = b.a_request(
            case_id=f"case-{case}",
            sender=b.a_sender(sender),
            receiver=Receiver(team=receiver),
            priority=priority,
            checklist=dict.fromkeys(BEFORE_ITEMS, is_whole),
        )
        self.asked.append((self.say(request, late), sender, receiver))

    @rule(what=st.sampled_from(sorted(SAY)), which=st.integers(0, 5), late=minutes)
    def answer(self, what: str, which: int, late: int) -> None:
        id, sender, receiver = self.one(which)
        team = sender if what in ("withdraw", "answer") else receiver
        self.say(SAY[what](id, actor=b.an_actor(team)), late)

    @rule(
        which=st.integers(0, 5),
        late=minutes,
        code=st.sampled_from([WAITS, VENDOR]),
        lasts=st.none() | minutes,
        is_senders=st.booleans(),
    )
    def pause(self, which: int, late: int, code: str, lasts: int | None, is_senders: bool) -> None:
        """Pause, perhaps long ago."""
        id, sender, receiver = self.one(which)
        until = self.time.now + lasts * _MINUTE if lasts is not None else None
        actor = b.an_actor(sender if is_senders else receiver)
        self.say(b.a_pause(id, actor=actor, reason=Reason(code=code), until=until), late)

    @rule(which=st.integers(0, 5), late=minutes, item=st.sampled_from(BEFORE_ITEMS), done=st.booleans())
    def tick(self, which: int, late: int, item: str, done: bool) -> None:
        id, sender, _ = self.one(which)
        self.say(b.a_tick(id, actor=b.an_actor(sender), item=item, done=done), late)

    @rule(which=st.integers(0, 5), late=minutes, is_reopened=st.booleans())
    def acknowledge_or_reopen(self, which: int, late: int, is_reopened: bool) -> None:
        id, _, receiver = self.one(which)
        actor = b.an_actor(receiver, kind="agent" if is_reopened else "lead")
        kind = c.Reopen if is_reopened else c.Acknowledge
        self.say(kind.model_validate({"handoff_id": id, "actor": actor}), late)

    @precondition(lambda self: self.waiting)
    @rule(order=st.randoms(use_true_random=False), wait=minutes, calls=deaths)
    def deliver(self, order: Any, wait: int, calls: int | None) -> None:
        """Let some of what is on its way arrive, in any order; where the worker dies, it comes again."""
        batch = order.sample(self.waiting, order.randint(1, len(self.waiting)))
        self.ledger.calls_left = calls
        with suppress(Died):
            self.handle(batch, wait)
        self.ledger.calls_left = None

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 30), times=st.integers(1, 3))
    def send_again(self, which: int, times: int) -> None:
        ids = list(self.sent)
        self.waiting += [self.sent[ids[which % len(ids)]]] * times

    @rule(wait=minutes, limit=st.sampled_from([1, 50]), calls=deaths)
    def sweep(self, wait: int, limit: int, calls: int | None) -> None:
        """Fire what is due, and perhaps die."""
        self.time.now += wait * _MINUTE
        self.ledger.calls_left = calls
        with suppress(Died):
            self.do(self.desk.fire_due(limit))
        self.ledger.calls_left = None

    @rule(wait=minutes)
    def settle(self, wait: int) -> None:
        self.time.now += wait * _MINUTE
        self.do(self.desk.settle_parked(50))

    @rule(version=st.sampled_from([OLD, NEW]))
    def deploy(self, version: str) -> None:
        self.version = version
        self.desk = Desk(self.ledger, Policy(rules(version), b.PlainWords()), self.clock)
        self.do(self.desk.open())

    @rule(calendars_only=st.booleans())
    def reproject(self, calendars_only: bool) -> None:
        ids = [id for id, _, _ in self.asked]
        actor = Actor(kind="agent", id="operator")
        self.do(self.desk.reproject(ids, calendars_only=calendars_only, reason="hours", actor=actor))

    @rule(seconds=st.sampled_from([0, 0, -2, -600, 5]))
    def set_clock(self, seconds: int) -> None:
        """Let the worker's clock be wrong by so much from now on."""
        self.clock.skew = timedelta(seconds=seconds)

    @invariant()
    def everything_adds_up(self) -> None:
        self.judge(is_at_rest=False)

    def teardown(self) -> None:
        """Let everything arrive, expire and fall due."""
        self.clock.skew = timedelta()
        if self.waiting:
            self.handle(self.waiting, 60)
        for wait in (60, 600, 4_000, 9_000):
            self.time.now += wait * _MINUTE
            self.do(self.desk.settle_parked(1_000))
            while self.do(self.desk.fire_due(1_000)).events:
                pass
        self.judge(is_at_rest=True)

    def one(self, which: int) -> tuple[UUID, str, str]:
        """Return a handoff, with the teams that have it now."""
        id, sender, receiver = self.asked[-1 - which % len(self.asked)]
        for event, _ in reversed(self.journal):
            if event.handoff_id == id and (team := getattr(event, "receiving_team", None)):
                return id, sender, team
        return id, sender, receiver

    def say(self, command: c.Command, late: int) -> UUID:
        """Send a message about what happened `late` minutes ago."""
        id = f"e-{len(self.sent)}"
        self.sent[id] = Message(id, "", self.time.now - late * _MINUTE, command)
        self.waiting.append(self.sent[id])
        return handoff_id(SOURCE, id)

    def handle(self, batch: list[Message], wait: int) -> None:
        self.time.now += wait * _MINUTE
        deliveries = []
        for message in batch:
            deliveries.append(arrival(message, Origin("pool", 0, len(self.places), None, None, ())))
            self.places.append(message.id)
        self.do(self.desk.handle(deliveries))
        for message in batch:
            self.arrived[message.id] = self.arrived.get(message.id, 0) + 1
            if message in self.waiting:
                self.waiting.remove(message)

    def do(self, work: Any) -> Any:
        """Do it, and read what was written."""
        now = self.clock.now()
        try:
            return self.system.run(work)
        finally:
            self.journal += [Entry(event, now) for event in self.system.journal_from(len(self.journal))]

    def judge(self, *, is_at_rest: bool) -> None:
        """Fail on the first thing that is wrong."""
        rows = self.system.rows()
        remains = Remains(
            sent=self.sent,
            arrivals=self.arrived,
            journal=self.journal,
            handoffs=rows.handoffs,
            clocks=rows.clocks,
            parked=rows.parked,
            dead=[self.places[offset] for _, _, offset in rows.dead],
            versions={version: rules(version) for version in (OLD, NEW)},
            times=Times(START - timedelta(days=2), _DAYS + 4),
            now=self.time.now,
        )
        verdict = Verdict()
        check(verdict, remains, is_at_rest=is_at_rest)
        assert verdict.is_clean, verdict.broken
