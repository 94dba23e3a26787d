"""What teams and channels do: mostly what makes sense where a handoff stands, and at times what does not."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from bench.faults.simulation.log import SOURCE, Log, Message
from bench.faults.simulation.rules import BEFORE_ITEMS, CHECKLIST, LUNCH, TEAMS, VENDOR, WAITS
from orchestrator.domain import commands as c
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.identity import handoff_id
from orchestrator.domain.lifecycle.legality import LATE
from orchestrator.domain.model import Priority, Reason, Receiver
from tests import builders as b

_S, _M, _H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
_AT_HOME: Final = {"again": 3, "close": 1, "pause": 1, "resume": 1}
_LIKELY: Final[dict[Status, dict[str, int]]] = {
    Status.HELD: {
        "tick": 8,
        "withdraw": 1,
        "again": 1,
        "accept": 1,
        "pause": 4,
        "resume": 4,
    },
    Status.OFFERED: {
        "accept": 8,
        "decline": 1,
        "withdraw": 1,
        "on": 1,
        "contact": 1,
        "tick": 4,
        "pause": 5,
        "resume": 5,
        "see": 4,
        "ask": 1,
        "answer": 1,
    },
    Status.ACCEPTED: {
        "contact": 4,
        "complete": 3,
        "return": 2,
        "on": 2,
        "tick": 3,
        "pause": 5,
        "resume": 5,
        "see": 3,
        "ask": 2,
        "answer": 2,
    },
    Status.DECLINED: _AT_HOME,
    Status.RETURNED: _AT_HOME,
    Status.COMPLETED: {"reopen": 5, "contact": 1, "pause": 1, "resume": 1},
}
"""What people do, by where they think that a handoff stands."""
_OVER: Final = {"pause": 1, "tick": 1, "on": 1}
_MISTAKES: Final = dict.fromkeys(("accept", "contact", "complete", "return", "decline", "withdraw"), 1)
_BECOMES: Final = {
    "accept": Status.ACCEPTED,
    "decline": Status.DECLINED,
    "withdraw": Status.WITHDRAWN,
    "return": Status.RETURNED,
    "complete": Status.COMPLETED,
    "reopen": Status.ACCEPTED,
    "on": Status.HANDED_ON,
}


@dataclass(frozen=True)
class Asked:
    """A request that somebody has made, whether or not it has arrived."""

    id: UUID
    case: str
    sending: str
    receiving: str


class People:
    """Everybody who sends events, on one source of chance."""

    def __init__(self, rng: random.Random, log: Log, cases: int) -> None:
        self._rng = rng
        self._log = log
        self._cases = cases
        self._asked: list[Asked] = []
        self._count = 0
        self._believed: dict[UUID, Status] = {}
        self._paused: dict[UUID, str] = {}
        """Handoff -> the team that has paused it and not resumed it."""

    def act(self, now: datetime, handoffs: dict[UUID, Handoff]) -> None:
        """Do one thing, as far as somebody knows how things are."""
        rng = self._rng
        cases = {each.case for each in self._asked}
        if not self._asked or (len(cases) < self._cases and rng.random() < 0.3):
            case = f"case-{len(cases) + 1}"
            sending, receiving = rng.sample(TEAMS, 2)
            return self._say(now, case, self._request(case, sending, receiving))
        asked = rng.choice(self._asked[-6:])
        known = handoffs.get(asked.id)
        is_over = known is not None and not known.status.is_open
        return self._say(now, asked.case, self._next(asked, known, now), is_over=is_over)

    def _say(self, now: datetime, case: str, command: c.Command, *, is_over: bool = False) -> None:
        """Send it: at a time of its own, and perhaps late, twice, or so that nobody can read it."""
        rng = self._rng
        at = now - self._some((60, 0 * _S), (15, 5 * _M), (20, 2 * _H))
        if isinstance(command, LATE) and is_over:
            # Who says something about work that is over speaks of earlier.
            at = now - self._some((1, 5 * _H))
        if rng.random() < 0.06:
            at = now + rng.randint(1, 180) * _S
        if rng.random() < 0.3:
            # On the grid on which budgets lie, so that things happen at the very instant of another.
            at = at.replace(minute=at.minute // 5 * 5, second=0, microsecond=0)
        self._count += 1
        id = f"e-{self._count}"
        if isinstance(command, c.RequestHandoff):
            assert command.receiver.team is not None
            new = Asked(handoff_id(SOURCE, id), case, command.sender.team, command.receiver.team)
            self._asked.append(new)
        message = Message(id, case, at, command)
        while True:
            arrives = now + self._some((60, 0 * _S), (20, _M), (14, 40 * _M), (6, 5 * _H))
            self._log.send(message, arrives)
            if rng.random() > 0.25:
                break
        if rng.random() < 0.03:
            self._log.send(Message(f"{id}-broken", case, at, None), now)

    def _some(self, *choices: tuple[int, timedelta]) -> timedelta:
        weights, limits = zip(*choices, strict=True)
        limit = self._rng.choices(limits, weights)[0]
        return self._rng.randint(0, int(limit.total_seconds())) * _S

    def _request(self, case: str, sending: str, receiving: str) -> c.RequestHandoff:
        rng = self._rng
        kind = c.RaiseEscalation if rng.random() < 0.12 else c.RequestHandoff
        return b.a_request(
            kind,
            case_id=case,
            sender=b.a_sender(sending),
            receiver=Receiver(team=receiving, agent=rng.choice([None, None, f"agent-{receiving}"])),
            priority=rng.choice(list(Priority)),
            checklist={item: rng.random() < 0.7 for item in BEFORE_ITEMS},
        )

    def _next(self, asked: Asked, known: Handoff | None, now: datetime) -> c.Command:
        """Choose what is said next: by what people themselves have said, and at times by what others see."""
        rng = self._rng
        status = self._believed.get(asked.id, Status.OFFERED)
        if known is not None and (not known.status.is_open or rng.random() < 0.15):
            status = known.status
        likely = _MISTAKES if rng.random() < 0.05 else _LIKELY.get(status, _OVER)
        what = rng.choices(list(likely), list(likely.values()))[0]
        sending, receiving = asked.sending, asked.receiving
        if known is not None:
            sending, receiving = known.sending_team, known.receiving_team
        if what == "see" and not (known and any(clock.is_breached for clock in known.open_clocks())):
            what = "tick"
        if what == "resume" and asked.id not in self._paused:
            what = "pause"
        self._believed[asked.id] = _BECOMES.get(what, status)
        return self._words(what, asked, sending, receiving, now)

    def _words(self, what: str, asked: Asked, sending: str, receiving: str, now: datetime) -> c.Command:
        rng, id = self._rng, asked.id

        def say(build: Any, team: str, **over: Any) -> c.Command:
            kind = over.pop("kind", None) or rng.choices(["agent", "bot", "system"], [92, 5, 3])[0]
            return build(id, actor=b.an_actor(team, kind=kind), **over)  # type: ignore[no-any-return]

        match what:
            case "on" | "again":
                team = receiving if what == "on" else sending
                return self._request(asked.case, team, rng.choice([t for t in TEAMS if t != team]))
            case "pause":
                until = now + rng.randint(-30, 240) * _M if rng.random() < 0.25 else None
                reason = Reason(code=rng.choice([WAITS, WAITS, VENDOR, LUNCH]))
                self._paused[id] = rng.choice([sending, receiving, receiving])
                return say(b.a_pause, self._paused[id], reason=reason, until=until)
            case "resume":
                return say(b.a_resume, self._paused.pop(id))
            case "tick" if rng.random() < 0.2:
                return say(b.a_tick, rng.choice([sending, receiving]), item=rng.choice(CHECKLIST).id)
            case "tick":
                return say(b.a_tick, sending, item=rng.choice(BEFORE_ITEMS), done=rng.random() < 0.7)
            case "see":
                clock = rng.choice([None, None, "accept", "resolve"])
                return say(_acknowledge, receiving, kind="lead", clock=clock)
            case "ask":
                return say(b.a_question, receiving)
            case "answer":
                return say(b.an_answer, sending)
            case "close" | "withdraw":
                return say(b.a_completion if what == "close" else b.a_withdrawal, sending)
            case _:
                return say(_BUILD[what], receiving)


def _acknowledge(id: UUID, **over: Any) -> c.Acknowledge:
    return c.Acknowledge.model_validate({"handoff_id": id, **over})


def _reopen(id: UUID, **over: Any) -> c.Reopen:
    return c.Reopen.model_validate({"handoff_id": id, **over})


_BUILD: Final[dict[str, Any]] = {
    "accept": b.an_accept,
    "decline": b.a_decline,
    "return": b.a_return,
    "contact": b.a_contact,
    "complete": b.a_completion,
    "reopen": _reopen,
}
