"""One handoff while its case is replayed: replies are applied to it as the live desk would.

State and legality are the domain's own; left out are clocks, packets and everything that is told.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.clocks.occasions import PAUSED, RESUMED, Mark, Occasion
from orchestrator.domain.clocks.pauses import pause, resume
from orchestrator.domain.errors import Refused
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.lifecycle.evolution import evolve
from orchestrator.domain.lifecycle.legality import require_legal
from orchestrator.domain.lifecycle.story import SYSTEM, Story
from orchestrator.domain.routing.routing import Route
from orchestrator.domain.routing.trail import Hop, hop_of
from whatif.blank_event import blank
from whatif.book import Book
from whatif.holding import released_at
from whatif.log_events import Answered
from whatif.usual_course import USUAL
from whatif.verdicts import clocks_of
from whatif.who_replies import is_automatic, require_team

_TOLD: Final[dict[type[c.Reply], type[e.LifecycleEvent]]] = {
    c.Accept: e.Accepted,
    c.Decline: e.Declined,
    c.Return: e.Returned,
    c.Withdraw: e.Withdrawn,
    c.Contact: e.Contacted,
    c.Complete: e.Completed,
    c.Reopen: e.Reopened,
}


class Early(NamedTuple):
    """A reply that waits for what has to come first."""

    answer: Answered
    code: str
    """Why."""


class Replayed:
    """A handoff, and what of its log could not be applied yet."""

    def __init__(self, first: Handoff, book: Book, route: Route, *, needs_person: bool) -> None:
        self.status = first.status
        self.route = route
        """How the policy would have routed it."""
        self.needs_person = needs_person
        """Whether its reason keeps it from automated teams."""
        self.waiting: list[Early] = []
        self.acknowledgements: list[Answered] = []
        """What they are about depends on what was breached, and so on the policy: decided at the end."""
        self._book = book
        self._handoff = first
        self._later: list[Mark] = []
        """Marks that `_handoff` has not got yet: a copy for each would cost more than all the rest."""
        self._last_at = first.requested_at
        self._is_usual = True
        self._is_paused = False
        self._is_contacted = False

    @property
    def handoff(self) -> Handoff:
        """The handoff as it is now."""
        if self._later:
            update = {"marks": (*self._handoff.marks, *self._later), "status": self.status}
            self._handoff = self._handoff.model_copy(update=update)
            self._later = []
        return self._handoff

    @property
    def hop(self) -> Hop:
        """The handoff as part of its case's way."""
        return hop_of(self.handoff)

    def offer(self, team: str, at: datetime) -> None:
        """Offer it to another team."""
        self._evolve(e.Reoffered, at, receiving_team=team, from_team=self.handoff.receiving_team)

    def offer_at_once(self, team: str) -> bool:
        """Have it offered to `team` from the beginning, if the policy would have sent it there."""
        handoff = self.handoff
        asked = [mark for mark in handoff.marks if mark.what == Occasion.OFFERED]
        if team != self.route.team or len(asked) > 1:
            return False
        marks = tuple(mark._replace(team=team) if mark is asked[0] else mark for mark in handoff.marks)
        policy = self.route.clock_policy
        update = {
            "marks": marks,
            "receiving_team": team,
            "clock_policy": policy,
            "first_clock_policy": policy,
        }
        self._put(handoff.model_copy(update=update))
        return True

    def let_go(self, now: datetime) -> datetime | None:
        """Let a packet that is held go out if the time for its notes was over by `now`; return when."""
        at = released_at(self.handoff, self._book, now) if self.status is Status.HELD else None
        if at is not None:
            self.release(at)
        return at

    def release(self, at: datetime) -> None:
        """Let a packet that is held go out."""
        self._evolve(e.Released, at)

    def hand_on(self, at: datetime) -> None:
        """End it, since its case went on to another team."""
        if self.status is Status.HELD:
            self._evolve(e.Withdrawn, max(at, self.handoff.requested_at), is_automatic=True)
            return
        event = e.HandedOn if self.status.is_open else e.CaseCarried
        self._evolve(event, max(at, self.handoff.requested_at), to_handoff=self.handoff.id)

    def take(self, answer: Answered) -> None:
        """Apply a reply, at the time at which it happened.

        Raises:
            TooEarly: another one has to come first.
            Refused: it never can be applied.
        """
        reply = answer.reply
        if self._is_usual and self._go_on(reply, answer.at):
            return
        handoff = self.handoff
        at = max(answer.at, handoff.requested_at)
        require_legal(handoff, reply, at)
        require_team(handoff, reply, self._book)
        match reply:
            case c.Pause() | c.Resume():
                self._stand_still(reply, at)
            case c.TickItem():
                self._evolve(e.ItemTicked, at, item=reply.item, done=reply.done, missing=())
                if self.status is Status.HELD and set(self.handoff.required) <= set(self.handoff.done):
                    self.release(at)
            case c.Acknowledge():
                if reply.actor.kind != "lead":
                    raise Refused("not-a-lead", "a lead acknowledges a breach")
                self.acknowledgements.append(answer)
            case c.Contact():
                self._contact(reply, at)
            case c.Ask() | c.Answer():
                pass  # it moves no case and stops no clock
            case _:
                self._evolve(_TOLD[type(reply)], at, is_automatic=is_automatic(reply, self._book))

    def _go_on(self, reply: c.Reply, at: datetime) -> bool:
        """Apply a reply that comes in the usual course, and return whether it does.

        It comes after all that is known, and everything so far came so: then no rule of the domain asks for
        more than status and team. All other replies take the domain's own way.
        """
        usual = USUAL.get(type(reply))
        team = self._handoff.receiving_team
        if (
            usual is None
            or self.status is not usual.status
            or at <= self._last_at
            or reply.actor.team != team
        ):
            return False
        if usual.what == PAUSED or usual.what == RESUMED:
            mark = self._still(reply, at, team)
        elif usual.what == Occasion.CONTACTED and self._is_contacted:
            mark = None
        else:
            mark = Mark(at, usual.what, team, is_automatic=is_automatic(reply, self._book))
        if mark is None:
            return False
        self._later.append(mark)
        self._last_at, self.status = at, usual.after
        self._is_paused = usual.what == PAUSED or (self._is_paused and usual.what == Occasion.CONTACTED)
        self._is_contacted = self._is_contacted or usual.what == Occasion.CONTACTED
        return True

    def _still(self, reply: c.Reply, at: datetime, team: str) -> Mark | None:
        """Return the mark of a pause that certainly is legal, or of its end."""
        if isinstance(reply, c.Pause) and not self._is_paused and (reply.until is None or reply.until > at):
            why = reply.reason.code or reply.reason.text
            handoff = self._handoff
            if self._book.can_pause(handoff.kind, handoff.clock_policy, why):
                return Mark(at, PAUSED, team, why, reply.actor.id, reply.until)
        if isinstance(reply, c.Resume) and self._is_paused:
            return Mark(at, RESUMED, team)
        return None

    def _stand_still(self, reply: c.Pause | c.Resume, at: datetime) -> None:
        handoff = self.handoff
        if isinstance(reply, c.Pause):
            handoff = handoff.model_copy(update={"clocks": clocks_of(handoff, self._book, at)})
        story = Story(handoff, policy=self._book.policy, actor=SYSTEM, cause=None, now=at, at=at)
        if isinstance(reply, c.Pause):
            pause(story, reply)
        else:
            resume(story, reply)
        self._put(story.handoff.model_copy(update={"clocks": ()}))

    def _contact(self, reply: c.Contact, at: datetime) -> None:
        handoff, is_by_machine = self.handoff, is_automatic(reply, self._book)
        at = max(at, *(mark.at for mark in handoff.marks if mark.what == Occasion.ACCEPTED))
        is_again = any(
            mark.what == Occasion.CONTACTED and not mark.is_automatic and mark.at <= at
            for mark in handoff.marks
        )
        is_counted = self._book.counts_every_contact(handoff.kind, handoff.clock_policy)
        if is_again and not is_by_machine and not is_counted:
            raise Refused("already-contacted", "the customer was contacted already")
        self._evolve(e.Contacted, at, is_automatic=is_by_machine)

    def _evolve(self, event: type[e.LifecycleEvent], at: datetime, **facts: Any) -> None:
        handoff = self.handoff
        told = {"at": at, "version": handoff.version + 1, "receiving_team": handoff.receiving_team, **facts}
        self._put(evolve(handoff, blank(event).model_copy(update=told)))

    def _put(self, handoff: Handoff) -> None:
        self._handoff, self.status = handoff, handoff.status
        self._last_at = handoff.marks[-1].at
        self._is_usual = False
