"""A worker as the shell would run it: reads its partitions in batches, sweeps, dies, and comes back."""

from __future__ import annotations

import heapq
import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bench.faults.simulation.ledger import SimulatedLedger
from bench.faults.simulation.log import Log, Place
from bench.faults.simulation.process import Process, run
from bench.faults.simulation.rules import rules
from orchestrator.desk import Desk
from orchestrator.domain.model import Actor
from orchestrator.domain.policy import Policy
from orchestrator.ledger.port import Fenced, LedgerUnavailable, Progress
from tests.builders import PlainWords

PARK_FOR = timedelta(minutes=25)
_OPERATOR = Actor(kind="agent", id="operator")


class Wrong(Exception):
    """Work ended with an error that no worker may see."""


class Time:
    """The true time, and what moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now


class SkewedClock:
    """A machine's clock: it is wrong by so much."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self.skew = timedelta()

    def now(self) -> datetime:
        """Return what it shows."""
        return self._time.now + self.skew


class Worker:
    """One process on one machine."""

    def __init__(self, name: str, time: Time, ledger: SimulatedLedger, log: Log, version: str) -> None:
        self.name = name
        self.clock = SkewedClock(time)
        self._ledger = ledger
        self._log = log
        self._epochs: dict[Place, int] = {}
        self._positions: dict[Place, int] = {}
        self.under_way: dict[str, Process] = {}
        self.deploy(version)

    def deploy(self, version: str) -> None:
        """Die, and come back with these rules."""
        self.die()
        self.version = version
        self.desk = Desk(self._ledger, Policy(rules(version), PlainWords()), self.clock, park_for=PARK_FOR)
        run(self.desk.open())

    def die(self) -> None:
        """Lose everything that is not committed."""
        for process in self.under_way.values():
            process.kill()
        self.under_way.clear()
        self._epochs.clear()

    def begin_to_claim(self, place: Place, committed: int) -> None:
        """Take a partition over; Kafka remembers `committed`, and the lower of both counts."""
        self._epochs.pop(place, None)

        async def claim() -> None:
            claim = (await self._ledger.claim_partitions("group", [place], self.name))[place]
            self._epochs[place] = claim.epoch
            self._positions[place] = min(committed, claim.next_offset or 0)

        self._begin(f"claim {place}", claim())

    def begin_intake(self, rng: random.Random) -> None:
        """Read some records of each partition, and hand them to the desk as one batch."""
        upto, pieces = [], []
        for place, epoch in self._epochs.items():
            at = self._positions[place]
            records = self._log.read(place, at, rng.randint(1, 6))
            if records:
                pieces.append(records)
                upto.append(Progress(*place, at + len(records), epoch))
        if not pieces:
            return
        batch = [arrival for _, arrival in heapq.merge(*pieces, key=lambda each: each[0])]

        async def hand_over() -> None:
            await self.desk.handle(batch, progress=upto)
            for p in upto:
                if self._epochs.get((p.topic, p.partition)) == p.epoch:
                    self._positions[p.topic, p.partition] = p.next_offset

        self._begin("intake", hand_over())

    def begin_sweep(self, limit: int) -> None:
        """Fire what is due."""
        self._begin("sweep", self.desk.fire_due(limit))

    def begin_settling(self, limit: int) -> None:
        """Look after what is parked."""
        self._begin("settle", self.desk.settle_parked(limit))

    def begin_reprojection(self, ids: list[UUID], *, calendars_only: bool) -> None:
        """Measure handoffs by this worker's rules."""
        self._begin(
            "reproject",
            self.desk.reproject(ids, calendars_only=calendars_only, reason="new hours", actor=_OPERATOR),
        )

    def step(self, what: str) -> bool:
        """Move one piece of work on, and return whether it is over.

        Raises:
            Wrong: it failed in a way that is no fault of the ledger's.
        """
        process = self.under_way[what]
        return self._end(what) if process.step() else False

    def cut(self, what: str) -> None:
        """Let the connection to the ledger break under a piece of work."""
        if self.under_way[what].fail(LedgerUnavailable("cut")):
            self._end(what)

    def finish(self) -> None:
        """Do to its end what is under way."""
        while self.under_way:
            for what in list(self.under_way):
                self.step(what)

    def position(self, place: Place) -> int | None:
        """Return how far it has read a partition that it believes to be its own."""
        return self._positions[place] if place in self._epochs else None

    def _begin(self, what: str, work: Any) -> None:
        name = what.partition(" ")[0] if not what.startswith("claim") else what
        if name in self.under_way:
            work.close()
        else:
            self.under_way[name] = Process(what, work)

    def _end(self, what: str) -> bool:
        error = self.under_way.pop(what).error
        if isinstance(error, Fenced):
            self._epochs.clear()
        elif error is not None and not isinstance(error, LedgerUnavailable):
            raise Wrong(f"{self.name}: {what}: {error!r}") from error
        return True
