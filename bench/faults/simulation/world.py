"""One seed: a few days in the life of a desk, with everything that can go wrong, and then a long rest."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from bench.faults.simulation.ledger import SimulatedLedger
from bench.faults.simulation.log import PLACES, Log
from bench.faults.simulation.people import People
from bench.faults.simulation.remains import Remains, Times, clock_row
from bench.faults.simulation.rules import NEW, OLD, rules
from bench.faults.simulation.worker import PARK_FOR, Time, Worker

STARTS: Final = tuple(
    datetime.fromisoformat(day).replace(tzinfo=UTC)
    # A Friday before each night in which clocks change in one of the zones, and a plain Tuesday.
    for day in (
        "2026-03-06",
        "2026-03-27",
        "2026-04-03",
        "2026-10-02",
        "2026-10-23",
        "2026-10-30",
        "2026-06-09",
    )
)
DAYS: Final = 15
"""After so many days everything has fallen due."""
_S, _M, _H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@dataclass
class World:
    """Everything there is, and one source of chance."""

    seed: int
    turns: int = 75
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rng = self.rng = random.Random(f"simulation {self.seed}")
        self.start = rng.choice(STARTS)
        self.time = Time(self.start + rng.randint(0, 48 * 3600) * _S)
        self.ledger = SimulatedLedger()
        self.log = Log()
        self.people = People(rng, self.log, cases=rng.randint(1, 4))
        self.workers = [
            # In the middle of a roll-out some have the new rules already.
            Worker(f"worker-{n}", self.time, self.ledger, self.log, rng.choice((OLD, OLD, NEW)))
            for n in range(rng.randint(1, 3))
        ]
        # What Kafka remembers is behind what the ledger knows, as offsets are committed now and then.
        self.committed = dict.fromkeys(PLACES, 0)
        self.disorder = rng.choice((0.0, 0.03, 0.1))
        # How often an operator has handoffs measured by the rules of a worker.
        self.reform = rng.choice((0.0, 0.02, 0.2))

    def live(self) -> None:
        """Let it all happen, then come to rest."""
        for place in PLACES:
            self._give(place)
        for _ in range(self.turns):
            self._turn()
        self._rest()

    def trace(self) -> str:
        """Return a hash of every journal entry, in the order in which they were committed."""
        whole = sha256()
        for event, _ in self.ledger.journal:
            whole.update(f"{event.handoff_id} {event.version}\n".encode())
        for id, (_, _, chain) in self.ledger.tables.handoffs.items():
            whole.update(id.bytes + chain)
        return whole.hexdigest()

    def remains(self) -> Remains:
        """Return what is left."""
        tables = self.ledger.tables
        letters = tables.dead_letters.values()
        return Remains(
            sent=self.log.sent,
            arrivals=self.log.arrivals(),
            journal=self.ledger.journal,
            handoffs={id: row[0] for id, row in tables.handoffs.items()},
            clocks={key: clock_row(clock) for key, clock in tables.clocks.items()},
            parked=frozenset(tables.parked),
            dead=[self.log.message_at(letter.origin).id for letter in letters],
            versions={version: rules(version) for version in (OLD, NEW)},
            times=Times(self.start, DAYS + 2),
            now=self.time.now,
        )

    def _turn(self) -> None:
        rng = self.rng
        self.time.now += (
            rng.choices((0 * _S, 15 * _S, 4 * _M, 25 * _M, 3 * _H), (30, 25, 25, 15, 5))[0] * rng.random()
        )
        self.time.now = self.time.now.replace(microsecond=0)
        if rng.random() < 0.4:
            self.people.act(self.time.now, {id: row[0] for id, row in self.ledger.tables.handoffs.items()})
        self.log.let_arrive(self.time.now)
        self._begin_something(rng.choice(self.workers))
        for _ in range(rng.choice((4, 16, 40))):
            if not self._step():
                break
        if rng.random() < self.disorder:
            self._disturb()

    def _begin_something(self, worker: Worker) -> None:
        rng = self.rng
        worker.begin_intake(rng)
        roll = rng.random()
        if roll < 0.5:
            worker.begin_sweep(rng.choice((1, 3, 50)))
        elif roll < 0.6:
            worker.begin_settling(rng.choice((1, 50)))
        elif roll < 0.6 + self.reform:
            ids = list(self.ledger.tables.handoffs)
            chosen = rng.sample(ids, rng.randint(0, len(ids)))
            worker.begin_reprojection(chosen, calendars_only=rng.random() < 0.5)

    def _step(self) -> bool:
        """Let one of those who work go on, and return whether anybody works."""
        busy = [(worker, what) for worker in self.workers for what in worker.under_way]
        if busy:
            worker, what = self.rng.choice(busy)
            worker.step(what)
        return bool(busy)

    def _disturb(self) -> None:
        rng = self.rng
        worker = rng.choice(self.workers)
        self._count(what := rng.choice(("kill", "cut", "jump", "jump", "rebalance", "deploy", "commit")))
        match what:
            case "kill":
                worker.die()
                self._hand_out(worker)
            case "cut" if worker.under_way:
                worker.cut(rng.choice(list(worker.under_way)))
            case "jump":
                reach = rng.choice((2, 90, 3600))
                worker.clock.skew = rng.choice((timedelta(), rng.randint(-reach, reach) * _S))
            case "rebalance":
                for place in rng.sample(PLACES, 3):
                    self._give(place)
            case "deploy":
                worker.deploy(NEW if rng.random() < 0.8 else OLD)
                self._hand_out(worker)
            case _:
                for place in PLACES:
                    self.committed[place] = self.ledger.tables.offsets.get(place, 0)

    def _hand_out(self, _: Worker) -> None:
        for place in PLACES:
            if self.rng.random() < 0.7:
                self._give(place)

    def _give(self, place: tuple[str, int]) -> None:
        self.rng.choice(self.workers).begin_to_claim(place, self.committed[place])

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def _rest(self) -> None:
        """Let everything arrive, be read and fall due; nothing goes wrong any more."""
        while self._step():
            pass
        for worker in self.workers:
            worker.clock.skew = timedelta()
        self.time.now = max(self.log.last_arrival or self.time.now, self.time.now)
        self.log.let_arrive(self.time.now)
        last = self.workers[0]
        for place in PLACES:
            last.begin_to_claim(place, self.committed[place])
        last.finish()
        while any((last.position(place) or 0) < len(self.log.records[place]) for place in PLACES):
            last.begin_intake(self.rng)
            last.finish()
        self.time.now += PARK_FOR + _H
        # Twice, since what is looked at because its handoff has come expires only the next time.
        for _ in range(2):
            last.begin_settling(1_000)
            last.finish()
        for pause in (_H, 8 * _H, timedelta(days=2)):
            self._sweep(last)
            self.time.now += pause
        self.time.now = max(self.time.now, self.start + timedelta(days=DAYS - 1))
        self._sweep(last)

    def _sweep(self, worker: Worker) -> None:
        entries = -1
        while entries != len(self.ledger.journal):
            entries = len(self.ledger.journal)
            worker.begin_sweep(1_000)
            worker.finish()
