"""Whose reply it is: of a team that may give it, and of a person or a machine."""

from __future__ import annotations

from orchestrator.domain import commands as c
from orchestrator.domain.checklist import Stage
from orchestrator.domain.errors import Refused, TooEarly
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.lifecycle.legality import BACK
from whatif.book import Book


def require_team(handoff: Handoff, reply: c.Reply, book: Book) -> None:
    """Require that a reply is of a team that may give it.

    Raises:
        TooEarly: the handoff has to come back to that team first.
        Refused: it never is theirs, or is about an item that the kind has not.
    """
    sending, receiving = handoff.sending_team, handoff.receiving_team
    allowed: tuple[str, ...] = (receiving,)
    match reply:
        case c.Acknowledge():
            return
        case c.Withdraw() | c.Answer():
            allowed = (sending,)
        case c.Complete() if handoff.status in BACK:
            allowed = (sending,)
        case c.Pause() | c.Resume():
            allowed = (receiving, sending)
        case c.TickItem():
            item = book.item(handoff.kind, reply.item)
            if item is None:
                raise Refused("unknown-item", "the kind has no such item on its checklist")
            of_stage = {Stage.BEFORE: (sending,), Stage.AFTER: (receiving,)}
            allowed = of_stage.get(item.stage, (sending, receiving))
        case _:
            pass
    if reply.actor.team in allowed:
        return
    how = TooEarly if isinstance(reply, c.Complete) and reply.actor.team == sending else Refused
    raise how("wrong-team", "the answer belongs to another team")


def is_automatic(reply: c.Reply, book: Book) -> bool:
    """Whether a machine replied that does not stand for its team."""
    if reply.actor.kind == "bot":
        team = book.rules.teams.get(reply.actor.team or "")
        return team is None or not team.is_automated
    return reply.actor.kind == "system"
