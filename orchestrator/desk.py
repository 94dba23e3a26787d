"""The one door: every message, timer and button enters here, and nothing else writes.

Each call is one transaction: it loads what the batch touches, decides, and stores all that follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from orchestrator.background import load_background
from orchestrator.caseload import Caseload
from orchestrator.domain.clocks import deadlines
from orchestrator.domain.clocks.reprojection import Move
from orchestrator.domain.commands import Reply, RequestHandoff, TickItem
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.identity import event_id, handoff_id
from orchestrator.domain.model import Actor, Cause
from orchestrator.domain.policy import Policy
from orchestrator.inbound import NOWHERE, DeadLetter, Delivery
from orchestrator.ledger.port import Changes, Ledger, Progress, Stored, Transaction
from orchestrator.wall_clock import WallClock

PLANNER: Final = Actor(kind="system", id="plan")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call did, for logs and metrics."""

    new: int = 0
    """Events that had not been seen before."""
    events: int = 0
    """Journal entries written."""
    parked: int = 0
    dead_letters: int = 0

    @property
    def wrote(self) -> bool:
        """Whether there is something to send."""
        return bool(self.events or self.dead_letters)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a reply that somebody waits for."""

    handoff: Handoff
    """As it is now."""
    is_repeat: bool = False
    """Whether it had been done before, so that nothing was done now."""


class Desk:
    """Decides on what arrives and on what falls due."""

    def __init__(
        self, ledger: Ledger, policy: Policy, clock: WallClock, *, park_for: timedelta = timedelta(minutes=10)
    ) -> None:
        self._ledger = ledger
        self._policy = policy
        self._clock = clock
        self._park_for = park_for

    async def open(self) -> None:
        """Store the rules in force, so that handoffs begun under them can be decided for ever."""
        await self._ledger.keep_rules(self._policy.rules, self._clock.now())

    async def handle(
        self, arrivals: Sequence[Delivery | DeadLetter], *, progress: Sequence[Progress] = ()
    ) -> Outcome:
        """Apply arrivals in their order, each event once however often it arrives.

        `progress` is stored in the same transaction.

        Raises:
            LedgerUnavailable: nothing was written; call again.
            Fenced: nothing was written; another worker has these partitions.
        """
        now = self._clock.now()
        async with self._ledger.transaction() as transaction:
            await transaction.advance(progress)
            seen = {a.event_id for a in arrivals if isinstance(a, Delivery)}
            fresh = await transaction.claim_events(sorted(seen), now)
            deliveries = _first_of_each(arrivals, fresh)
            caseload = await self._load(transaction, deliveries, now)
            for delivery in deliveries:
                caseload.apply(delivery)
            for arrival in arrivals:
                if isinstance(arrival, DeadLetter):
                    caseload.bury(arrival)
            return await _save(transaction, caseload.changes(), new=len(deliveries))

    async def act(self, command: Reply, *, cause: Cause) -> Done:
        """Apply a reply of somebody who waits for the outcome, once for each cause.

        Nothing of it is kept when it is refused, so the same cause can be tried again.

        Raises:
            Refused: it cannot be applied, now (`TooEarly`) or ever; `unknown-handoff` when there is none.
            LedgerUnavailable: nothing was written; call again.
        """
        now = self._clock.now()
        delivery = Delivery(NOWHERE, event_id(cause.source, cause.id), cause, command)
        async with self._ledger.transaction() as transaction:
            is_new = bool(await transaction.claim_events([delivery.event_id], now))
            caseload = await self._load(transaction, [delivery], now)
            if is_new:
                caseload.answer(delivery)
                await _save(transaction, caseload.changes())
            return Done(caseload.handoff(command.handoff), is_repeat=not is_new)

    async def fire_due(self, limit: int) -> Outcome:
        """Fire the rungs that are due, of at most `limit` clocks."""
        now = self._clock.now()
        async with self._ledger.transaction() as transaction:
            due = await transaction.load_due(now, limit)
            if not due:
                return Outcome()
            await self._remember_rules(due)
            due = await self._with_requests(transaction, due, now)
            caseload = await self._caseload(transaction, due, now)
            if held := sorted(each.handoff.id for each in due if each.handoff.status is Status.HELD):
                # Who answered a packet before it went out waits for it.
                caseload.park(await transaction.unpark(held))
            caseload.fire_due()
            # All, because an index row that fell behind its handoff would be found due for ever.
            return await _save(transaction, caseload.changes(all_clocks=True))

    async def plan_reprojection(self, ids: Sequence[UUID], *, calendars_only: bool) -> list[Move]:
        """Return which clocks of these handoffs would move if they were measured by the rules in force."""
        _, moves = await self._reproject(ids, calendars_only, "a plan", PLANNER, is_kept=False)
        return moves

    async def reproject(
        self, ids: Sequence[UUID], *, calendars_only: bool, reason: str, actor: Actor
    ) -> list[Move]:
        """Measure the clocks of these handoffs by the rules in force, and return those that moved."""
        _, moves = await self._reproject(ids, calendars_only, reason, actor, is_kept=True)
        return moves

    async def _reproject(
        self, ids: Sequence[UUID], calendars_only: bool, reason: str, actor: Actor, *, is_kept: bool
    ) -> tuple[Outcome, list[Move]]:
        now = self._clock.now()
        async with self._ledger.transaction() as transaction:
            stored = await transaction.load(sorted(ids), with_request=sorted(ids))
            await self._remember_rules(stored)
            caseload = await self._caseload(transaction, stored, now)
            moved = caseload.reproject(calendars_only=calendars_only, reason=reason, actor=actor)
            if not is_kept:
                return Outcome(), moved
            return await _save(transaction, caseload.changes()), moved

    async def settle_parked(self, limit: int) -> Outcome:
        """Apply replies whose handoff has come meanwhile, and give up those that waited too long."""
        now = self._clock.now()
        known = await self._ledger.waiting_for_known(limit)
        async with self._ledger.transaction() as transaction:
            stored = await transaction.load(known, with_request=known)
            await self._remember_rules(stored)
            caseload = await self._caseload(transaction, stored, now)
            caseload.park(await transaction.unpark(known))
            for parked in await transaction.take_expired(now, limit):
                caseload.bury(parked.as_dead_letter())
            return await _save(transaction, caseload.changes())

    async def _load(
        self, transaction: Transaction, deliveries: Sequence[Delivery], now: datetime
    ) -> Caseload:
        handoffs: set[UUID] = set()
        cases: set[str] = set()
        ticked: set[UUID] = set()
        for delivery in deliveries:
            command = delivery.command
            if isinstance(command, RequestHandoff):
                handoffs.add(handoff_id(delivery.cause.source, delivery.cause.id))
                cases.add(command.case_id)
            else:
                handoffs.add(command.handoff)
                if isinstance(command, TickItem):
                    ticked.add(command.handoff)
        stored = await transaction.load(sorted(handoffs), cases=sorted(cases), with_request=sorted(ticked))
        await self._remember_rules(stored)
        requests = [d.command for d in deliveries if isinstance(d.command, RequestHandoff)]
        caseload = await self._caseload(transaction, stored, now, requests)
        caseload.park(await transaction.unpark(sorted(handoffs)))
        return caseload

    async def _caseload(
        self,
        transaction: Transaction,
        stored: Sequence[Stored],
        now: datetime,
        requests: Sequence[RequestHandoff] = (),
    ) -> Caseload:
        """Return a caseload with what stands around `requests`, and around those of the handoffs."""
        asked = [*requests, *(each.request for each in stored if each.request is not None)]
        limited = self._policy.rules.limited_teams if requests else ()
        background = await load_background(transaction, asked, limited)
        return Caseload(stored, self._policy, now=now, wait_for=self._park_for, background=background)

    async def _with_requests(
        self, transaction: Transaction, due: Sequence[Stored], now: datetime
    ) -> list[Stored]:
        """Load also the request of those that may be offered to another team now."""
        again = [
            each.handoff.id
            for each in due
            if deadlines.offers_again(each.handoff, policy=self._policy, now=now)
        ]
        if not again:
            return list(due)
        whole = {s.handoff.id: s for s in await transaction.load(again, with_request=again)}
        return [whole.get(each.handoff.id, each) for each in due]

    async def _remember_rules(self, stored: Sequence[Stored]) -> None:
        for version in set().union(*(each.handoff.versions for each in stored)):
            if not self._policy.knows(version):
                rules = await self._ledger.rules(version)
                if rules is None:
                    raise LookupError(
                        f"policy version {version} is stamped on a handoff, but was never stored"
                    )
                self._policy.remember(rules)


def _first_of_each(arrivals: Sequence[Delivery | DeadLetter], fresh: set[UUID]) -> list[Delivery]:
    first: dict[UUID, Delivery] = {}
    for arrival in arrivals:
        if isinstance(arrival, Delivery) and arrival.event_id in fresh:
            first.setdefault(arrival.event_id, arrival)
    return list(first.values())


async def _save(transaction: Transaction, changes: Changes, new: int = 0) -> Outcome:
    if changes.events or changes.parked or changes.dead_letters or changes.clocks:
        await transaction.save(changes)
    return Outcome(new, len(changes.events), len(changes.parked), len(changes.dead_letters))
