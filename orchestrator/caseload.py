"""The handoffs that one batch touches: applies commands in order, and collects what has to be written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from orchestrator.background import NO_BACKGROUND, Background
from orchestrator.domain.clocks import deadlines, reprojection
from orchestrator.domain.clocks.reprojection import Move
from orchestrator.domain.commands import Reply, RequestHandoff
from orchestrator.domain.errors import Refused, TooEarly
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.identity import handoff_id
from orchestrator.domain.lifecycle import replies, requests
from orchestrator.domain.lifecycle.decision import Decision
from orchestrator.domain.model import Actor
from orchestrator.domain.open_work import owner_of
from orchestrator.domain.policy import Policy
from orchestrator.domain.routing.trail import NO_TRAIL
from orchestrator.domain.surroundings import NOTHING_AROUND, Surroundings
from orchestrator.inbound import DeadLetter, Delivery
from orchestrator.ledger.port import Changes, Parked, Stored
from orchestrator.open_book import OpenBook, OpenCounts


class Caseload:
    """Handoffs in memory while a transaction holds their locks."""

    def __init__(
        self,
        stored: Iterable[Stored],
        policy: Policy,
        *,
        now: datetime,
        wait_for: timedelta,
        background: Background = NO_BACKGROUND,
    ) -> None:
        self._background = background
        self._open_counts = OpenCounts(background.open_counts)
        self._open_book = OpenBook(background.open_work)
        self._policy = policy
        self._now = now
        self._expires_at = now + wait_for
        self._before: dict[UUID, Handoff] = {}
        self._handoffs: dict[UUID, Handoff] = {}
        self._of_case: dict[str, list[UUID]] = defaultdict(list)
        self._requests: dict[UUID, RequestHandoff] = {}
        self._new: dict[UUID, Delivery] = {}
        self._waiting: dict[UUID, list[Parked]] = defaultdict(list)
        self._changes = Changes(now=now)
        for each in stored:
            self._handoffs[each.handoff.id] = each.handoff
            self._of_case[each.handoff.case_id].append(each.handoff.id)
            self._open_book.enter(each.handoff)
            self._before[each.handoff.id] = each.handoff
            self._changes.chains[each.handoff.id] = each.chain
            if each.request is not None:
                self._requests[each.handoff.id] = each.request

    def park(self, waiting: Iterable[Parked]) -> None:
        """Take in replies that waited already, and apply those that need wait no longer."""
        touched = set()
        for parked in waiting:
            handoff = _handoff_of(parked.delivery)
            self._waiting[handoff].append(parked)
            touched.add(handoff)
        for handoff in touched:
            self._retry(handoff)

    def apply(self, delivery: Delivery) -> None:
        """Apply a command: to its handoff, to the parking place, or to the dead letters."""
        try:
            if isinstance(delivery.command, RequestHandoff):
                self._open(delivery, delivery.command)
            else:
                self.answer(delivery)
        except TooEarly as early:
            parked = Parked(delivery, early.code, early.message, self._expires_at)
            self._waiting[_handoff_of(delivery)].append(parked)
        except Refused as refused:
            self.bury(DeadLetter(delivery.origin, refused.code, refused.message))

    def bury(self, letter: DeadLetter) -> None:
        """Give a message up."""
        self._changes.dead_letters.append(letter)

    def fire_due(self) -> None:
        """Fire every rung that is due."""
        for handoff in list(self._handoffs.values()):
            request, around = self._known_of(handoff)
            self._accept(
                deadlines.fire(handoff, policy=self._policy, now=self._now, request=request, around=around)
            )

    def reproject(self, *, calendars_only: bool, reason: str, actor: Actor) -> list[Move]:
        """Measure every clock by the rules in force, and return those that moved."""
        moved: list[Move] = []
        for before in list(self._handoffs.values()):
            request, around = self._known_of(before)
            assert request is not None
            decision = reprojection.reproject(
                before,
                request,
                policy=self._policy,
                now=self._now,
                actor=actor,
                reason=reason,
                calendars_only=calendars_only,
                around=around,
            )
            moved += reprojection.moves(before, decision.handoff, self._now)
            self._accept(decision)
        return moved

    def changes(self, *, all_clocks: bool = False) -> Changes:
        """Return all that has to be written; `all_clocks` also writes the clocks that did not change."""
        changes = self._changes
        for handoff in self._handoffs.values():
            before = self._before.get(handoff.id)
            if before is None:
                changes.requested.append((handoff, self._new[handoff.id]))
            elif handoff is not before:
                changes.changed.append(handoff)
            # By identity: evolving a handoff keeps the clocks that it does not change.
            known = {id(clock) for clock in before.clocks} if before and not all_clocks else set()
            changes.clocks += [(handoff.id, clock) for clock in handoff.clocks if id(clock) not in known]
        changes.parked = [parked for each in self._waiting.values() for parked in each]
        return changes

    def _open(self, delivery: Delivery, command: RequestHandoff) -> None:
        cause = delivery.cause
        if handoff_id(cause.source, cause.id) in self._handoffs:
            return  # the inbox no longer remembers this event, but its handoff is here
        before = [self._handoffs[other] for other in self._of_case[command.case_id]]
        policy, now = self._policy, self._now
        ending = [held for held in before if requests.goes_on(held, command)]
        earlier = requests.Earlier(
            self._background.trails.get(command.case_id, NO_TRAIL).including(before),
            self._open_counts,
            requests.carried_from(
                requests.tell_overdue(held, cause=cause, policy=policy, now=now).handoff for held in ending
            ),
            self._open_book.of(owner_of(command), but=[held.id for held in ending]),
            frozenset(held.id for held in ending),
            self._background.records_of(command),
        )
        decision = requests.request(command, cause=cause, policy=policy, now=now, earlier=earlier)
        new = decision.handoff
        for held in [] if new.sender_keeps_case else ending:
            self._accept(requests.hand_on(held, to=new, cause=cause, policy=policy, now=now))
        self._new[new.id] = delivery
        self._requests[new.id] = command
        self._of_case[new.case_id].append(new.id)
        self._accept(decision)

    def handoff(self, id: UUID) -> Handoff:
        """Return a handoff as it is now.

        Raises:
            TooEarly: `unknown-handoff`.
        """
        handoff = self._handoffs.get(id)
        if handoff is None:
            raise TooEarly(
                "unknown-handoff",
                f"nobody has requested handoff {id}: check handoff_id, or request_source and request_id",
            )
        return handoff

    def answer(self, delivery: Delivery) -> None:
        """Apply a reply.

        Raises:
            TooEarly: another command has to come first.
            Refused: it can never be applied.
        """
        command = delivery.command
        assert isinstance(command, Reply)
        handoff = self.handoff(command.handoff)
        request, around = self._known_of(handoff)
        decision = replies.reply(
            handoff,
            command,
            cause=delivery.cause,
            policy=self._policy,
            now=self._now,
            request=request,
            around=around,
        )
        self._accept(decision)

    def _known_of(self, handoff: Handoff) -> tuple[RequestHandoff | None, Surroundings]:
        """Return what a handoff began with, where it was loaded, and what stands around it now."""
        request = self._requests.get(handoff.id)
        if request is None:
            return None, NOTHING_AROUND
        of_case = [self._handoffs[id] for id in self._of_case[handoff.case_id]]
        trail = self._background.trails.get(handoff.case_id, NO_TRAIL).including(of_case)
        return request, Surroundings(
            self._background.records_of(request),
            self._open_book.of(owner_of(request), but=(handoff.id,)),
            trail.before(handoff),
        )

    def _accept(self, decision: Decision) -> None:
        if not decision.events:
            return
        self._open_counts.move(self._handoffs.get(decision.handoff.id), decision.handoff)
        self._open_book.note(decision.handoff)
        self._handoffs[decision.handoff.id] = decision.handoff
        self._changes.events += decision.events
        self._retry(decision.handoff.id)

    def _retry(self, handoff: UUID) -> None:
        """Apply what waits for this handoff, in the order in which it happened."""
        waiting = self._waiting.pop(handoff, None)
        if not waiting:
            return
        waiting.sort(key=lambda each: each.delivery.cause.at)
        for index, parked in enumerate(waiting):
            before = self._handoffs.get(handoff)
            self._apply_parked(parked)
            if self._handoffs.get(handoff) is not before:
                # Something changed, and what was too early before may be in time now.
                self._waiting[handoff] += waiting[index + 1 :]
                self._retry(handoff)
                return

    def _apply_parked(self, parked: Parked) -> None:
        command = parked.delivery.command
        assert isinstance(command, Reply)
        try:
            self.answer(parked.delivery)
        except TooEarly as early:
            still = Parked(parked.delivery, early.code, early.message, parked.expires_at)
            self._waiting[command.handoff].append(still)
        except Refused as refused:
            self.bury(DeadLetter(parked.delivery.origin, refused.code, refused.message))


def _handoff_of(delivery: Delivery) -> UUID:
    assert isinstance(delivery.command, Reply)
    return delivery.command.handoff
