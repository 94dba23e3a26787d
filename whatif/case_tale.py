"""A case, told under one policy: its handoffs as they end up, and what the log says that cannot be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from orchestrator.domain import commands as c
from orchestrator.domain.errors import Refused, TooEarly
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.identity import handoff_id
from orchestrator.domain.lifecycle.requests import carried_from, goes_on
from orchestrator.domain.routing.trail import NO_TRAIL, Trail
from whatif.book import Book
from whatif.first_state import begin
from whatif.log_events import Answered, Asked, Happening, Ref
from whatif.offers import explained
from whatif.replayed import Early, Replayed
from whatif.verdicts import clock_of, verdicts_of

WAITS_FOR: Final = timedelta(minutes=10)
"""How long a reply that comes too early waits for what has to come first, as the live desk has it."""
_UNANSWERED: Final = (Status.HELD, Status.OFFERED)
_OVER: Final = frozenset({Status.COMPLETED, Status.WITHDRAWN, Status.HANDED_ON})


@dataclass(slots=True)
class Tale:
    """What became of a case."""

    handoffs: list[Replayed] = field(default_factory=list)
    routed_elsewhere: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(Team that the log says was asked, team to which the policy would have sent it) -> times."""
    bounced: int = 0
    """Requests of which the policy says that the case goes to and fro."""
    taken_over: int = 0
    """Offers answered by a team that neither the log nor the policy says was asked."""
    refused: Counter[str] = field(default_factory=Counter)
    """Code -> requests that the policy does not take; their replies are not counted."""
    unanswerable: Counter[str] = field(default_factory=Counter)
    """Code -> replies that could not be applied."""


def tell(book: Book, case: str, happenings: Sequence[Happening]) -> Tale:
    """Return what became of a case whose events are in the order of time."""
    return _Case(book, case, happenings).tell()


class _Case:
    def __init__(self, book: Book, case: str, happenings: Sequence[Happening]) -> None:
        self._book = book
        self._case = case
        self._happenings = happenings
        self._by_ref: dict[Ref, Replayed] = {}
        self._refused: set[Ref] = set()
        self._early: dict[Ref, list[Answered]] = defaultdict(list)
        self._held: list[Replayed] = []
        """Those whose packets wait."""
        self._tale = Tale()

    def tell(self) -> Tale:
        for happening in self._happenings:
            if self._held:
                self._let_go(happening.at - timedelta.resolution)
            if isinstance(happening, Asked):
                self._ask(happening)
            else:
                self._answer(happening)
        counts = self._tale.unanswerable
        for held in self._tale.handoffs:
            counts.update(early.code for early in held.waiting)
        if self._early:
            counts["unknown-handoff"] += sum(map(len, self._early.values()))
        return self._tale

    def _ask(self, asked: Asked) -> None:
        request, at, book, known = asked.request, asked.at, self._book, self._tale.handoffs
        id = handoff_id(asked.source, asked.id)
        refs: tuple[Ref, Ref] = (asked.ref, id)
        for team in (request.sender.team, request.receiver.team):
            if team is not None:
                book.meet(team)
        trail = Trail(tuple(held.hop for held in known)) if known else NO_TRAIL
        try:
            route = book.route(request, at, trail)
        except Refused as refused:
            self._tale.refused[refused.code] += 1
            for ref in refs:
                self._refused.add(ref)
                self._early.pop(ref, None)
            return
        team = request.receiver.team or self._who_answers(refs, request.sender.team) or route.team
        if team != route.team:
            self._tale.routed_elsewhere[team, route.team] += 1
        self._tale.bounced += route.is_bounced
        first = begin(self._case, id, asked, route, team, book)
        if known:
            first = self._go_on(first, request, at)
        needs_person = request.reason.code in book.rules.routing.person_only_reasons
        held = Replayed(first, book, route, needs_person=needs_person)
        known.append(held)
        if held.status is Status.HELD:
            self._held.append(held)
        for ref in refs:
            self._by_ref[ref] = held
            if self._early:
                held.waiting += [Early(each, "unknown-handoff") for each in self._early.pop(ref, ())]
        self._retry(held, at)

    def _who_answers(self, refs: tuple[Ref, Ref], sending: str) -> str | None:
        """Return the team that the log says answered a request which names none."""
        for each in self._happenings:
            if isinstance(each, Answered) and each.handoff in refs:
                team = each.reply.actor.team
                if isinstance(each.reply, c.Accept | c.Decline | c.Ask) and team not in (None, sending):
                    self._book.meet(team)
                    return team
        return None

    def _go_on(self, first: Handoff, request: c.RequestHandoff, at: datetime) -> Handoff:
        """End the handoffs whose case goes on with `first`, and let it carry what they have seen."""
        giver = request.sender.team
        before: list[tuple[Replayed, Handoff]] = []
        for held in self._tale.handoffs:
            if held.status in _OVER:
                continue
            handoff = held.handoff
            if handoff.status is Status.OFFERED and handoff.receiving_team != giver:
                self._explain(held, giver, at)
                handoff = held.handoff
            if giver == (handoff.receiving_team if handoff.status.is_with_receiver else handoff.sending_team):
                before.append((held, self._with_clocks(handoff, at)))
        if first.sender_keeps_case:
            return first
        ending = [(held, handoff) for held, handoff in before if goes_on(handoff, request)]
        for held, _ in ending:
            held.hand_on(at)
        return first.model_copy(update={"carried": carried_from(handoff for _, handoff in ending)})

    def _with_clocks(self, handoff: Handoff, at: datetime) -> Handoff:
        """Return a handoff with its open clocks, where they decide whether its case goes on."""
        if handoff.status.is_open and not self._book.has_shared(handoff.kind, handoff.clock_policy):
            return handoff
        # What is reached at this very instant is told of the handoff that begins with it.
        verdicts = verdicts_of(handoff, self._book, at - timedelta.resolution)
        clocks = (
            clock_of(handoff, each.run, each.fired, each.timing.carried)
            for each in verdicts
            if each.run.ended_at is None
        )
        return handoff.model_copy(update={"clocks": tuple(clocks)})

    def _answer(self, answer: Answered) -> None:
        if answer.handoff in self._refused:
            return
        held = self._by_ref.get(answer.handoff)
        if held is None:
            self._early[answer.handoff].append(answer)
        elif self._apply(held, answer):
            self._retry(held, answer.at)

    def _let_go(self, now: datetime) -> None:
        """Let the packets go whose time for notes was over by `now`, and apply what has waited for them."""
        for held in self._held:
            at = held.let_go(now)
            if at is not None:
                self._retry(held, at)
        self._held = [held for held in self._held if held.status is Status.HELD]

    def _retry(self, held: Replayed, now: datetime) -> None:
        """Apply what waits for a handoff, in the order in which it happened, as long as something can be."""
        is_moved = True
        while is_moved and held.waiting:
            is_moved = False
            waiting, held.waiting = sorted(held.waiting, key=lambda each: each.answer.at), []
            for index, (answer, code) in enumerate(waiting):
                # One from before the request is no earlier than it: whose clock was wrong is not known.
                if now - max(answer.at, held.handoff.requested_at) > WAITS_FOR:
                    self._tale.unanswerable[code] += 1
                elif self._apply(held, answer):
                    held.waiting += waiting[index + 1 :]
                    is_moved = True
                    break

    def _apply(self, held: Replayed, answer: Answered) -> bool:
        if held.status in _UNANSWERED and isinstance(answer.reply, c.Accept | c.Decline | c.Ask):
            self._bring_to(held, answer)
        try:
            held.take(answer)
        except TooEarly as early:
            held.waiting.append(Early(answer, early.code))
            return False
        except Refused as refused:
            self._tale.unanswerable[refused.code] += 1
            return False
        return True

    def _bring_to(self, held: Replayed, answer: Answered) -> None:
        """Have the handoff offered to the team that answers it: the log says that it was, if not how."""
        team, handoff = answer.reply.actor.team, held.handoff
        if team is None or team == handoff.sending_team:
            return
        if held.status is Status.HELD:
            held.release(max(answer.at, handoff.requested_at))
        if team == handoff.receiving_team:
            return
        if not self._explain(held, team, answer.at):
            self._book.meet(team)
            held.offer(team, max(answer.at, handoff.requested_at))
            self._tale.taken_over += 1

    def _explain(self, held: Replayed, team: str, at: datetime) -> bool:
        """Let the policy bring an offer to `team` by `at`, if it would have."""
        if held.offer_at_once(team):
            return True
        offers = explained(held, team, self._book, at)
        for offer in offers:
            held.offer(offer.team or "", offer.at)
        return bool(offers)
