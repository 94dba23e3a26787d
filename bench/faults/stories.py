"""Stories of cases: what channels and teams send, in the proportions of a busy day."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bench.faults.message import Fate, Message, Step, Story
from bench.faults.rules import LONG, SHORT
from orchestrator.domain import commands as c
from orchestrator.domain.identity import handoff_id
from orchestrator.domain.model import Receiver
from streams.topics.table import in_topic_of
from tests import builders as b

SOURCE = "//faults.example/channel"


class Case:
    """Makes the messages about one case."""

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self.kind = kind
        self.team = "tier-2" if kind == SHORT else "billing"
        self._counts: Counter[str] = Counter()

    def requests(self, *, complete: bool = True, **over: object) -> Step:
        """Ask for a handoff; without `complete` an item that the sender owes is missing."""
        id = self._next("request")
        fields: dict[str, Any] = {
            "case_id": self.name,
            "kind": self.kind,
            "receiver": Receiver(team=self.team),
        }
        if self.kind == SHORT and complete:
            fields["done_so_far"] = ("Restarted the app",)
        elif self.kind == LONG and not complete:
            fields["summary"] = None
        command = b.a_request(**(fields | over))
        return self._step(id, command, Fate.PACKET, "", handoff_id(SOURCE, id))

    def escalates(self) -> Step:
        """Raise an escalation, on the topic of its own."""
        id = self._next("escalation")
        command = b.an_escalation(case_id=self.name, receiver=Receiver(team="engineering"))
        return self._step(id, command, Fate.PACKET, "", handoff_id(SOURCE, id))

    def replies(
        self,
        make: Callable[..., c.Reply],
        *,
        to: int = 1,
        team: str | None = None,
        fate: Fate = Fate.APPLIED,
        code: str = "",
        late: float = 0,
        **over: object,
    ) -> Step:
        """Answer the request with the number `to`; it is told so many seconds `late`."""
        id = self._next("reply")
        handoff = handoff_id(SOURCE, f"{self.name}-request-{to}")
        command = make(handoff, actor=b.an_actor(team or self.team), **over)
        step = self._step(id, command, fate, code, handoff)
        return lambda at: step(at - timedelta(seconds=late))

    def pauses(self, *, seconds: float, late: float = 0) -> Step:
        """Let the clocks of the receiving team stand still; they go on by themselves.

        Refused where nobody offered the work to the team before the pause was over.
        """
        id = self._next("reply")
        handoff = handoff_id(SOURCE, f"{self.name}-request-1")

        def make(at: datetime) -> Message:
            since = at - timedelta(seconds=late)
            until = since + timedelta(seconds=seconds)
            command = b.a_pause(handoff, actor=b.an_actor(self.team), until=until)
            return self._step(id, command, Fate.EITHER, "pause-ends-before-it-starts", handoff)(since)

        return make

    def _next(self, what: str) -> str:
        self._counts[what] += 1
        return f"{self.name}-{what}-{self._counts[what]}"

    def _step(
        self, id: str, command: c.RequestHandoff | c.Reply, fate: Fate, code: str, handoff: UUID
    ) -> Step:
        def make(at: datetime) -> Message:
            key, headers, value = b.a_record(command, id=id, at=at, source=SOURCE, key=self.name)
            topic = in_topic_of(command.type)
            return Message(id, topic, key, value, list(headers), fate, handoff, code or None)

        return make


def _ignored(k: Case) -> Story:
    return [k.requests()]


def _incomplete(k: Case) -> Story:
    return [k.requests(complete=False)]


def _solved(k: Case) -> Story:
    done = k.replies(b.a_completion)
    return [k.requests(), k.replies(b.an_accept), k.replies(b.a_contact), done]


def _waits(k: Case) -> Story:
    return [
        k.requests(),
        k.replies(b.an_accept),
        k.replies(b.a_pause),
        k.replies(b.a_resume),
        k.replies(b.a_completion),
    ]


def _waits_before(k: Case) -> Story:
    """Whoever accepts goes on with the work."""
    return [k.requests(), k.replies(b.a_pause), k.replies(b.an_accept), k.replies(b.a_contact)]


def _waits_for_a_while(k: Case) -> Story:
    return [k.requests(), k.replies(b.an_accept), k.pauses(seconds=1, late=0.6), k.replies(b.a_completion)]


def _returned_while_waiting(k: Case) -> Story:
    return [k.requests(), k.replies(b.an_accept), k.replies(b.a_pause), k.replies(b.a_return)]


def _reopened(k: Case) -> Story:
    done, done_again = k.replies(b.a_completion), k.replies(b.a_completion)
    return [k.requests(), k.replies(b.an_accept), done, k.replies(b.a_reopening), done_again]


def _told_late(k: Case) -> Story:
    return [k.requests(), k.replies(b.an_accept, late=0.5), k.replies(b.a_contact, late=1.5)]


def _declined(k: Case) -> Story:
    late = k.replies(b.an_accept, fate=Fate.DEAD, code="illegal-transition")
    return [k.requests(), k.replies(b.a_decline), late]


def _accepted_twice(k: Case) -> Story:
    again = k.replies(b.an_accept, fate=Fate.DEAD, code="illegal-transition")
    return [k.requests(), k.replies(b.an_accept), again]


def _completed_later(k: Case) -> Story:
    item = "steps-listed" if k.kind == SHORT else "issue-summarised"
    tick = k.replies(b.a_tick, team="tier-1", item=item)
    return [k.requests(complete=False), tick, k.replies(b.an_accept)]


def _withdrawn(k: Case) -> Story:
    return [k.requests(), k.replies(b.a_withdrawal, team="tier-1")]


def _returned(k: Case) -> Story:
    return [k.requests(), k.replies(b.an_accept), k.replies(b.a_return)]


def _handed_on(k: Case) -> Story:
    on = k.requests(sender=b.a_sender(k.team), receiver=Receiver(team="retention"), kind=LONG)
    return [k.requests(), on]


def _escalated(k: Case) -> Story:
    return [k.escalates()]


def _only_solved(k: Case) -> Story:
    return [k.requests(), k.replies(b.an_accept), k.replies(b.a_completion)]


def _contacted_perhaps(k: Case) -> Story:
    contact = k.replies(b.a_contact, fate=Fate.EITHER, code="illegal-transition")
    return [k.requests(), k.replies(b.an_accept), contact, k.replies(b.a_completion)]


Kinds = tuple[tuple[Callable[[Case], Story], int], ...]
MIXED: Kinds = (
    (_ignored, 18),
    (_incomplete, 8),
    (_solved, 8),
    (_waits, 6),
    (_waits_before, 4),
    (_waits_for_a_while, 5),
    (_returned_while_waiting, 3),
    (_reopened, 6),
    (_told_late, 6),
    (_declined, 8),
    (_accepted_twice, 6),
    (_completed_later, 8),
    (_withdrawn, 5),
    (_returned, 5),
    (_handed_on, 6),
    (_escalated, 6),
)
ANY_ORDER: Kinds = (
    (_ignored, 20),
    (_incomplete, 10),
    (_only_solved, 40),
    (_contacted_perhaps, 20),
    (_escalated, 10),
)
"""Stories that may arrive in any order."""
UNANSWERED: Kinds = ((_ignored, 80), (_escalated, 20))
"""Stories without replies."""


def tell(
    rng: random.Random, events: int, *, prefix: str, kinds: Kinds = MIXED, short: float = 0.3
) -> list[Story]:
    """Return stories with at least `events` messages; the share `short` has clocks that run out."""
    choices, weights = zip(*kinds, strict=True)
    stories: list[Story] = []
    total = 0
    while total < events:
        kind = SHORT if rng.random() < short else LONG
        case = Case(f"{prefix}-{len(stories)}", kind)
        story = rng.choices(choices, weights)[0](case)
        stories.append(story)
        total += len(story)
    return stories


def interleave(rng: random.Random, stories: list[Story], *, at_once: int = 50) -> list[Step]:
    """Return all steps, each story's in its order, with about `at_once` cases open at a time."""
    waiting = [iter(story) for story in reversed(stories)]
    under_way: list[Iterator[Step]] = []
    steps: list[Step] = []
    while waiting or under_way:
        while waiting and len(under_way) < at_once:
            under_way.append(waiting.pop())
        index = rng.randrange(len(under_way))
        step = next(under_way[index], None)
        if step is None:
            under_way.pop(index)
        else:
            steps.append(step)
    return steps
