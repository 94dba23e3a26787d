"""What people do on the board: one way for pages, the API and leads, through the desk's one door.

    NotFound      there is no such handoff, or none that they may know of
    NotAllowed    it belongs to a team that they do not answer for
    Unclear       a field is missing or wrong
    Refused       the desk's own: it is not legal where the handoff stands

Each has a `code` and a `message`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.belonging import teams_of
from orchestrator.board.parts import Parts
from orchestrator.board.problems import NotAllowed, NotFound
from orchestrator.board.rules import kind_of
from orchestrator.board.said import Problem, Unclear, command_of
from orchestrator.desk import Done
from orchestrator.domain import commands as c
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.model import Actor, Cause
from orchestrator.domain.policy import Kind
from orchestrator.domain.redaction.command import redact
from orchestrator.domain.sentence import Sentence
from orchestrator.ledger import reading

__all__ = ["ACTIONS", "NotAllowed", "NotFound", "Unclear", "acting", "do"]

ACTIONS: Final[Mapping[str, type[c.Reply]]] = MappingProxyType(
    {
        "accept": c.Accept,
        "decline": c.Decline,
        "return": c.Return,
        "contact": c.Contact,
        "tick": c.TickItem,
        "pause": c.Pause,
        "resume": c.Resume,
        "complete": c.Complete,
        "reopen": c.Reopen,
        "acknowledge": c.Acknowledge,
        "withdraw": c.Withdraw,
        "ask": c.Ask,
        "answer": c.Answer,
    }
)
"""Word of the address -> command."""
_LONGEST_PRESS: Final = 200


async def do(
    parts: Parts, viewer: Viewer, handoff_id: UUID, action: str, said: Mapping[str, Any], *, press: str
) -> Done:
    """Do what a person asks, once for each press of theirs on this action of this handoff.

    Args:
        parts: of the application.
        viewer: who asks; only what they may do is done.
        handoff_id: the handoff.
        action: a key of `ACTIONS`.
        said: field -> value, as the command has them; `team` says for which of their teams they answer.
        press: what tells one press of a button from the next; a repeat changes nothing.

    Raises:
        NotFound: no such action, no such handoff, or not for their eyes.
        NotAllowed: it belongs to another team.
        Unclear: a field is missing or wrong.
        Refused: the desk says no: with its code, and words on what to do.
        LedgerUnavailable: nothing was written; ask again with the same press.
    """
    command_type = ACTIONS.get(action)
    if command_type is None:
        raise NotFound(
            Sentence(
                "there is no action {action}; there are: {actions}",
                action=repr(action),
                actions=", ".join(ACTIONS),
            )
        )
    if not press.strip() or len(press) > _LONGEST_PRESS or not press.isprintable():
        wrong = Sentence("is not 1 to {most} printable characters", most=_LONGEST_PRESS)
        raise Unclear((Problem("press", wrong),))
    async with parts.readers.connection() as db:
        handoff = await reading.handoff(db, handoff_id)
        if handoff is None or not viewer.may_see(handoff):
            raise NotFound(Sentence("there is no handoff {id}", id=handoff_id))
        kind = await kind_of(parts.policy, db, handoff)
    fields = {name: value for name, value in said.items() if name != "team"}
    actor = acting(viewer, action, handoff, kind, item=fields.get("item"), team=said.get("team") or None)
    # As on the way in from a topic: no secret is ever stored.
    command, _ = redact(command_of(command_type, handoff_id, actor, fields))
    assert isinstance(command, c.Reply)
    # A press counts for one action of one handoff: used again elsewhere, it must not pass for a repeat.
    cause = Cause(source=f"board/{viewer.id}", id=f"{press}/{action}/{handoff_id}", at=parts.clock.now())
    return await parts.desk.act(command, cause=cause)


def acting(
    viewer: Viewer,
    action: str,
    handoff: Handoff,
    kind: Kind,
    *,
    item: str | None = None,
    team: str | None = None,
) -> Actor:
    """Return the viewer as who does it: for `team`, else for the first of theirs that it belongs to.

    Raises:
        NotAllowed: it belongs to none of theirs.
    """
    belongs_to = teams_of(action, handoff, kind, item)
    if action == "acknowledge":
        if not viewer.may_acknowledge(handoff):
            raise NotAllowed(
                Sentence("a lead of {teams} acknowledges what is breached", teams=" / ".join(belongs_to))
            )
        theirs = [each for each in belongs_to if viewer.is_of(each) and team in (None, each)]
    else:
        theirs = [each for each in belongs_to if viewer.may_act(each) and team in (None, each)]
    if not theirs:
        facts = {"action": repr(action), "teams": " / ".join(belongs_to), "team": team}
        raise NotAllowed(
            Sentence("{action} is for {teams} to do: you cannot do it as {team}", **facts)
            if team
            else Sentence("{action} is for {teams} to do: you cannot do it", **facts)
        )
    # Who belongs to both means the one that they work for.
    actor = viewer.acting_for(viewer.home if viewer.home in theirs else theirs[0])
    return actor.model_copy(update={"kind": "lead"}) if action == "acknowledge" else actor
