"""What a log tells, as little of it as the replay needs: a year of it has to fit into memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from orchestrator.domain import commands as c
from orchestrator.domain.model import Actor, Customer, Reason, Receiver, Sender, Sentiment, Turn

Ref = tuple[str, str] | UUID
"""How a reply names its handoff: by (source, id) of the request, or by the handoff's own id."""

WHOLE: Final = "*"
"""Ticked in a request's checklist, it says that the sender owes nothing, whatever the checklist is."""
_GIVEN: Final = "given"
"""Stands for a text: only that there is one matters."""
_NO_REASON: Final = Reason()
_NOBODY: Final = UUID(int=0)
_TURNS: Final = (Turn(id=_GIVEN, speaker="customer", text=_GIVEN),)
_MOOD: Final = Sentiment(score=0)


class Asked(NamedTuple):
    """A team asks another one to take a case."""

    at: datetime
    """When it happened, aware UTC."""
    line: int
    """Where it stands in the log, from 1."""
    source: str
    id: str
    request: c.RequestHandoff
    """Slim, and shared with all requests that are like it."""

    @property
    def ref(self) -> tuple[str, str]:
        """How replies may name it."""
        return self.source, self.id


class Answered(NamedTuple):
    """A reply to a handoff."""

    at: datetime
    line: int
    source: str
    id: str
    handoff: Ref
    reply: c.Reply
    """Slim, and shared with all replies that are like it: it does not say which handoff it is about."""


Happening = Asked | Answered


class Slimmer:
    """Makes commands small: what only a packet shows is left out, and equal ones are one object."""

    def __init__(self, teams: Mapping[str, str]) -> None:
        """`teams`: the log's name of a team -> its id in the policy."""
        self._teams = teams
        self._known: dict[tuple[object, ...], c.RequestHandoff] = {}
        self._replies: dict[tuple[object, ...], c.Reply] = {}

    def answered(self, reply: c.Reply, at: datetime, line: int, source: str, id: str) -> Answered:
        """Return a reply as a log tells of it."""
        name = reply.handoff_id or (reply.request_source or "", reply.request_id or "")
        return Answered(at, line, source, id, name, self.slim_reply(reply))

    def slim_reply(self, reply: c.Reply) -> c.Reply:
        """Return what of a reply decides whether it is legal, and what it does to clocks."""
        actor = reply.actor
        change: dict[str, Any] = {"handoff_id": _NOBODY, "request_source": None, "request_id": None}
        rest: tuple[object, ...] = ()
        match reply:
            case c.Pause():
                rest = reply.reason.code or reply.reason.text, reply.until
                change["reason"] = Reason(code=reply.reason.code, text=reply.reason.text)
            case c.TickItem():
                rest = reply.item, reply.done
            case c.Acknowledge():
                rest = (reply.clock,)
                change["note"] = None
            case c.Ask():
                change["question"] = _GIVEN
            case c.Answer():
                change |= {"answer": _GIVEN, "question": None}
            case c.Complete():
                change |= {"disposition": _GIVEN, "note": None}
            case c.Decline() | c.Return() | c.Withdraw() | c.Reopen() | c.Resume():
                change["reason"] = _NO_REASON
            case _:
                pass
        key = type(reply), actor.kind, actor.team, *rest
        known = self._replies.get(key)
        if known is None:
            team = self._teams.get(actor.team, actor.team) if actor.team is not None else None
            change["actor"] = Actor(kind=actor.kind, id=_GIVEN, team=team)
            known = self._replies[key] = reply.model_copy(update=change)
        return known

    def slim(self, request: c.RequestHandoff) -> c.RequestHandoff:
        """Return what routing, checklist and clocks need of a request."""
        customer, sender, receiver = request.customer, request.sender, request.receiver
        reason = request.reason
        key = (
            type(request),
            sender.team,
            sender.channel,
            receiver.team,
            receiver.channel,
            customer.account_id is None,
            not (customer.name and customer.name.strip()),
            customer.tier,
            customer.payment_state,
            customer.entitled_as_of,
            request.kind,
            reason.code,
            not reason.text,
            request.priority,
            request.severity,
            request.incident is None,
            _is_blank(request.logs),
            _is_blank(request.summary),
            request.sentiment is None,
            not request.turns,
            not request.done_so_far,
            tuple(sorted(request.checklist.items())) if request.checklist else (),
        )
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._slim(request)
        return known

    def _slim(self, request: c.RequestHandoff) -> c.RequestHandoff:
        customer, sender, receiver = request.customer, request.sender, request.receiver
        reason = request.reason
        to = receiver.team
        return request.model_copy(
            update={
                "case_id": _GIVEN,
                "customer": Customer(
                    id=_GIVEN,
                    account_id=customer.account_id and _GIVEN,
                    name=customer.name and customer.name.strip() and _GIVEN,
                    tier=customer.tier,
                    payment_state=customer.payment_state,
                    entitled_as_of=customer.entitled_as_of,
                ),
                "sender": Sender(team=self._teams.get(sender.team, sender.team), channel=sender.channel),
                "receiver": Receiver(team=self._teams.get(to, to) if to else None, channel=receiver.channel),
                "reason": Reason(code=reason.code, text=reason.text and _GIVEN),
                "incident": request.incident and _GIVEN,
                "logs": None if _is_blank(request.logs) else _GIVEN,
                "summary": None if _is_blank(request.summary) else _GIVEN,
                "sentiment": request.sentiment and _MOOD,
                "turns": _TURNS if request.turns else (),
                "done_so_far": (_GIVEN,) if request.done_so_far else (),
                "links": {},
            }
        )


def _is_blank(text: str | None) -> bool:
    return text is None or not text.strip()
