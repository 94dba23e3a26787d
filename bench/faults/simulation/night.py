"""One night in which clocks change, lived through by a worker whose own clock cannot be trusted."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from bench.faults.simulation.log import Message, arrival
from bench.faults.simulation.process import run
from bench.faults.simulation.remains import Entry, Remains, Times, clock_row
from bench.faults.simulation.rules import WAITS
from bench.faults.simulation.worker import SkewedClock, Time
from bench.faults.simulation.zones import SENDER, Night, rules_of
from orchestrator.desk import Desk
from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.model import Reason, Receiver
from orchestrator.domain.policy import Policy
from orchestrator.inbound import Origin
from tests import builders as b
from tests.fakes import InMemoryLedger

_S, _M, _H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
_BEFORE, _AFTER, _DAYS = 16 * _H, 12 * _H, 9
_CASES: Final = 5
BEHIND, AHEAD, SUSPENDED = "behind", "ahead", "suspended"
MOODS: Final = (BEHIND, AHEAD, SUSPENDED)
"""How a worker's clock goes wrong: it is set back, it is set forward, or the whole machine stands still."""


class NightShift:
    """A desk on the in-memory ledger, and what happens to it around one night."""

    def __init__(self, night: Night, mood: str, seed: str) -> None:
        self.rng = random.Random(f"{night.zone} {night.at} {mood} {seed}")
        self.night = night
        self.mood = mood
        self.rules = rules_of(night.zone)
        # Off the grid, so that nothing is swept in the very instant in which it falls due.
        self.time = Time(night.at - _BEFORE + timedelta(milliseconds=7))
        self.clock = SkewedClock(self.time)
        self.ledger = InMemoryLedger()
        self.desk = Desk(self.ledger, Policy(self.rules, b.PlainWords()), self.clock)
        run(self.desk.open())
        self.sent: dict[str, Message] = {}
        self.journal: list[Entry] = []
        self.jumps = 0

    def pass_by(self) -> None:
        """Let the night pass, and then some days in which everything falls due."""
        end = self.night.at + _AFTER
        asleep_until = self.time.now
        while self.time.now < end:
            self.time.now += self.rng.choice((40 * _S, 8 * _M, 20 * _M)) * self.rng.random()
            self.time.now = self.time.now.replace(microsecond=7_000)
            if self.rng.random() < 0.03:
                self.jumps += 1
                asleep_until = self._jump()
            self._somebody_acts()
            if self.time.now >= asleep_until:
                entries = len(self.journal)
                self._do(self.desk.fire_due(self.rng.choice((1, 50))))
                self._right_after(self.journal[entries:])
        self.clock.skew = timedelta()
        self.time.now += _H
        self._do(self.desk.settle_parked(1_000))
        for pause in (_H, 12 * _H, timedelta(days=_DAYS - 4)):
            self.time.now += pause
            while self._do(self.desk.fire_due(100)).events:
                pass

    def remains(self) -> Remains:
        """Return what is left."""
        tables = self.ledger.tables
        return Remains(
            sent=self.sent,
            arrivals=dict.fromkeys(self.sent, 1),
            journal=self.journal,
            handoffs={id: row[0] for id, row in tables.handoffs.items()},
            clocks={key: clock_row(clock) for key, clock in tables.clocks.items()},
            parked=frozenset(tables.parked),
            dead=[f"e-{letter.origin.offset}" for letter in tables.dead_letters.values()],
            versions={self.rules.version: self.rules},
            times=Times(self.night.at.replace(hour=0, minute=0) - timedelta(days=2), _DAYS + 4),
            now=self.time.now,
        )

    def _right_after(self, told: Sequence[Entry]) -> None:
        """Set a clock back behind what it has just told of, and let somebody answer that."""
        late = [event.handoff_id for event, _ in told if isinstance(event, e.ClockBreached)]
        if late and self.mood == BEHIND and self.rng.random() < 0.5:
            self.jumps += 1
            self.clock.skew = -self.rng.randint(1, 7200) * _S
            self._say(self._answer(self.ledger.tables.handoffs[self.rng.choice(late)][0]))

    def _jump(self) -> datetime:
        """Let the worker's clock go wrong, or right again, and return until when it does nothing at all."""
        rng = self.rng
        if self.mood == SUSPENDED:
            return self.time.now + rng.randint(60, 3 * 3600) * _S
        reach = rng.choice((1, 120, 3600))
        wrong = rng.randint(1, reach) * _S
        self.clock.skew = rng.choice((timedelta(), -wrong if self.mood == BEHIND else wrong))
        return self.time.now

    def _somebody_acts(self) -> None:
        rng = self.rng
        handoffs = [row[0] for row in self.ledger.tables.handoffs.values()]
        if len(handoffs) < _CASES and rng.random() < 0.06:
            to = rng.choice([team for team in self.rules.teams if team != SENDER])
            items = {"verified": True, "summarised": True}
            request = b.a_request(
                case_id=f"case-{len(handoffs)}",
                sender=b.a_sender(SENDER),
                receiver=Receiver(team=to),
                checklist=items,
            )
            self._say(request)
        elif handoffs and rng.random() < 0.12:
            self._say(self._answer(rng.choice(handoffs)))

    def _answer(self, held: Handoff) -> c.Reply:
        def say(build: Callable[..., Any], **over: Any) -> c.Reply:
            actor = b.an_actor(held.receiving_team, kind=over.pop("kind", "agent"))
            found: c.Reply = build(held.id, actor=actor, **over)
            return found

        pause = say(b.a_pause, reason=Reason(code=WAITS))
        seen = say(_acknowledge, kind="lead")
        if held.status is Status.OFFERED:
            return self.rng.choice((say(b.an_accept), pause, say(b.a_resume), seen))
        return self.rng.choice((say(b.a_contact), say(b.a_completion), pause, say(b.a_resume), seen))

    def _say(self, command: c.Command) -> None:
        """Send it at once; some producers' clocks are ahead of everybody's."""
        id = f"e-{len(self.sent)}"
        ahead = self.rng.randint(1, 900) * _S if self.rng.random() < 0.15 else timedelta()
        message = Message(id, "", self.time.now + ahead, command)
        self.sent[id] = message
        self._do(self.desk.handle([arrival(message, Origin("night", 0, len(self.sent) - 1, None, None, ()))]))

    def _do(self, work: Any) -> Any:
        now = self.clock.now()
        result = run(work)
        self.journal += [Entry(event, now) for event in self.ledger.tables.journal[len(self.journal) :]]
        return result


def _acknowledge(id: UUID, **over: Any) -> c.Acknowledge:
    return c.Acknowledge.model_validate({"handoff_id": id, **over})
