"""What teams and channels do: mostly what makes sense where a handoff stands, and at times what does not."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bench.faults.simulation.log import SOURCE, Log, Message
from bench.faults.simulation.rules import BEFORE_ITEMS, CHECKLIST, LUNCH, TEAMS, VENDOR, WAITS
from orchestrator.domain import commands as c
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.identity import handoff_id
from orchestrator.domain.model import Priority, Reason, Receiver
from tests import builders as b

Act = Callable[[], c.Command]
_S, _M, _H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


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
        return self._say(now, asked.case, self._next(asked, known, now))

    def _say(self, now: datetime, case: str, command: c.Command) -> None:
        """Send it: at a time of its own, and perhaps late, twice, or so that nobody can read it."""
        rng = self._rng
        at = now - self._some((60, 0 * _S), (15, 5 * _M), (20, 2 * _H))
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
        sending, receiving, status = asked.sending, asked.receiving, Status.OFFERED
        if known is not None:
            sending, receiving, status = known.sending_team, known.receiving_team, known.status
        rng, id = self._rng, asked.id

        def say(build: Any, team: str, **over: Any) -> Act:
            def words() -> c.Command:
                kind = over.get("kind") or rng.choices(["agent", "bot", "system"], [92, 5, 3])[0]
                details = {name: value for name, value in over.items() if name != "kind"}
                return build(id, actor=b.an_actor(team, kind=kind), **details)

            return words

        def onward(team: str) -> Act:
            return lambda: self._request(asked.case, team, rng.choice([t for t in TEAMS if t != team]))

        def pause() -> c.Command:
            until = now + rng.randint(-30, 240) * _M if rng.random() < 0.25 else None
            reason = Reason(code=rng.choice([WAITS, WAITS, VENDOR, LUNCH]))
            return say(b.a_pause, rng.choice([sending, receiving, receiving]), reason=reason, until=until)()

        def resume() -> c.Command:
            return say(b.a_resume, rng.choice([sending, receiving, receiving]))()

        def tick() -> c.Command:
            if rng.random() < 0.2:
                return say(b.a_tick, rng.choice([sending, receiving]), item=rng.choice(CHECKLIST).id)()
            return say(b.a_tick, sending, item=rng.choice(BEFORE_ITEMS), done=rng.random() < 0.7)()

        def see() -> c.Command:
            return say(
                _acknowledge, receiving, kind="lead", clock=rng.choice([None, None, "accept", "resolve"])
            )()

        take, contact = say(b.an_accept, receiving), say(b.a_contact, receiving)
        done, back = say(b.a_completion, receiving), say(b.a_return, receiving)
        refuse, withdraw = say(b.a_decline, receiving), say(b.a_withdrawal, sending)
        close, reopen = say(b.a_completion, sending), say(_reopen, receiving)
        on, again = onward(receiving), onward(sending)
        at_home = {again: 3, close: 1, pause: 1, resume: 1}
        likely: dict[Status, dict[Act, int]] = {
            Status.OFFERED: {
                take: 7,
                refuse: 2,
                withdraw: 1,
                on: 1,
                contact: 2,
                tick: 4,
                pause: 4,
                resume: 4,
                see: 3,
            },
            Status.ACCEPTED: {contact: 4, done: 3, back: 2, on: 2, tick: 4, pause: 4, resume: 4, see: 3},
            Status.DECLINED: at_home,
            Status.RETURNED: at_home,
            Status.COMPLETED: {reopen: 4, contact: 1, pause: 1, resume: 1},
        }
        acts = likely.get(status, {pause: 1, tick: 1, on: 1})
        if rng.random() < 0.06:
            acts = dict.fromkeys((take, contact, done, back, refuse, withdraw), 1)
        return rng.choices(list(acts), list(acts.values()))[0]()


def _acknowledge(id: UUID, **over: Any) -> c.Acknowledge:
    return c.Acknowledge.model_validate({"handoff_id": id, **over})


def _reopen(id: UUID, **over: Any) -> c.Reopen:
    return c.Reopen.model_validate({"handoff_id": id, **over})
