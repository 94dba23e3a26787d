"""A floor on which anything happens: people answer at random and late, and the sweep comes when it may."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from orchestrator.desk import Desk
from orchestrator.domain import commands as c
from orchestrator.domain.calendars.calendar import BusinessCalendar
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.clocks.spec import BREACH_RUNG, TEAM_CALENDAR, ClockSpec, Rung
from orchestrator.domain.identity import event_id, handoff_id
from orchestrator.domain.model import Reason, Receiver
from orchestrator.domain.policy import KindMatch, Policy
from orchestrator.inbound import NOWHERE, Delivery
from orchestrator.ledger import schema
from orchestrator.ledger.postgres import PostgresLedger
from tests import builders as b
from tests.builders import HOUR, MINUTE, SOURCE, T0
from tests.fakes import ManualClock

TEAMS = ("tier-1", "tier-2", "billing", "engineering")
CODES = ("no-capacity", "wrong-team", "=1+1", None)
NASTY = ("nul \x00 here", "backslash \\u0000 here", "<script>alert(1)</script>", "")
_WEEK = {day: ["09:00-12:00", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
_OFFICE = BusinessCalendar.model_validate({"name": "office", "zone": "Europe/Berlin", "week": _WEEK})
_LATER = (-5 * MINUTE, -20 * MINUTE)
_ACCEPT = b.ACCEPT.model_copy(
    update={
        "budget": 20 * MINUTE,
        "rungs": (
            Rung(name="80%", share=0.8),
            BREACH_RUNG,
            Rung(name="again", effect="reoffer", before=_LATER[0]),
            Rung(name="priority", effect="raise-priority", before=_LATER[1]),
        ),
    }
)
_RESOLVE = b.RESOLVE.model_copy(update={"budget": HOUR, "calendar": TEAM_CALENDAR})
_CUSTOMER = ClockSpec(
    kind="customer",
    owes="all",
    budget=HOUR,
    starts=(Occasion.CASE_OPENED, Occasion.REOPENED),
    stops=(Occasion.COMPLETED,),
    cancels=(Occasion.WITHDRAWN, Occasion.HANDED_ON),
    reopening="total",
)
_CLOCKS = (b.NOTES, _ACCEPT, b.FIRST_CONTACT, _RESOLVE, _CUSTOMER)


def a_policy() -> Policy:
    """Return rules with every sort of clock, a calendar, offers that move on, and packets that are held."""
    away = KindMatch(receiving_teams=("engineering",))
    held = KindMatch(sending_teams=("billing",))
    rules = b.some_rules(
        b.a_kind("to-engineering", match=away, sender_keeps_case=True, clocks=(b.NOTES, _ACCEPT)),
        b.a_kind("held", match=held, clocks=_CLOCKS, when_incomplete="hold"),
        b.a_kind("any-to-any", clocks=_CLOCKS),
    )
    teams = dict(rules.teams)
    teams["tier-2"] = teams["tier-2"].model_copy(update={"calendar": "office", "fallback": "billing"})
    return Policy(rules.model_copy(update={"calendars": {"office": _OFFICE}, "teams": teams}), b.PlainWords())


_REPLIES: tuple[type[c.Reply], ...] = (
    c.Accept,
    c.Accept,
    c.Accept,
    c.Decline,
    c.Return,
    c.Complete,
    c.Complete,
    c.Reopen,
    c.Pause,
    c.Resume,
    c.Contact,
    c.Withdraw,
    c.TickItem,
    c.Ask,
)


class Floor:
    """A day or more of work between teams, on a real ledger."""

    def __init__(self, ledger: PostgresLedger, seed: int, start: datetime = T0) -> None:
        self.random = Random(seed)
        self.clock = ManualClock(start)
        self.desk = Desk(ledger, a_policy(), self.clock)
        self.asked: list[tuple[UUID, str, str]] = []
        self._sent = 0

    async def play(self, steps: int) -> datetime:
        """Let so many things happen, and return the time it is then."""
        await self.desk.open()
        for _ in range(steps):
            self.clock.advance(self.random.choice((0, 0, 0, 1, 1, 5)) * MINUTE)
            match self.random.random():
                case roll if roll < 0.3 or not self.asked:
                    await self._send(self._request())
                case roll if roll < 0.88:
                    await self._send(self._reply())
                case _:
                    await self.desk.fire_due(200)
        return self.clock.now()

    def _request(self) -> c.RequestHandoff:
        random, sender = self.random, self.random.choice(TEAMS)
        case = f"case-{len(self.asked)}"
        if self.asked and random.random() < 0.4:
            _, case, sender = random.choice(self.asked[-20:])
        return b.a_request(
            case_id=case,
            sender=b.a_sender(sender),
            receiver=Receiver(team=random.choice([team for team in TEAMS if team != sender])),
            reason=Reason(code=random.choice(CODES), text=random.choice(NASTY)),
            checklist={"identity-verified": random.random() < 0.6},
        )

    def _reply(self) -> c.Reply:
        random = self.random
        id, _, receiver = random.choice(self.asked[-12:])
        command = random.choice(_REPLIES)
        team = "tier-1" if command in (c.Withdraw, c.TickItem) else receiver
        said: dict[str, Any] = {"handoff_id": id, "actor": b.an_actor(team, name=random.choice(NASTY))}
        if command in (c.Decline, c.Return, c.Pause):
            said["reason"] = Reason(code=random.choice(CODES), text=random.choice(NASTY))
        said |= {c.Complete: {"disposition": "solved"}, c.TickItem: {"item": "identity-verified"}}.get(
            command, {}
        )
        if command is c.Ask:
            said["question"] = random.choice(NASTY[:3])
        return command.model_validate(said)

    async def _send(self, command: c.Command) -> None:
        self._sent += 1
        late = self.random.choice((0, 0, 0, 2, 30)) * MINUTE
        cause = b.a_cause(max(T0, self.clock.now() - late), f"event-{self._sent}")
        delivery = Delivery(NOWHERE, event_id(cause.source, cause.id), cause, command)
        await self.desk.handle([delivery])
        if isinstance(command, c.RequestHandoff):
            team = command.receiver.team or ""
            self.asked.append((handoff_id(SOURCE, cause.id), command.case_id, team))


async def a_floor(dsn: str, *, steps: int, seed: int) -> datetime:
    """Fill a fresh database, and return the time it is then."""
    await schema.upgrade(dsn)
    ledger = PostgresLedger(dsn, cluster="cluster-1", group="group-1")
    await ledger.open()
    try:
        return await Floor(ledger, seed).play(steps)
    finally:
        await ledger.close()
