"""When each reply is legal, and which of those that are not may only have come too early."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from orchestrator.domain import commands as c
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.errors import Refused, TooEarly
from orchestrator.domain.handoff import Handoff, Status

OPEN: Final = frozenset({Status.HELD, Status.OFFERED, Status.ACCEPTED})
BACK: Final = frozenset({Status.DECLINED, Status.RETURNED})
"""The case is with its sending team again."""

LEGAL: Final[dict[type[c.Reply], frozenset[Status]]] = {
    c.Accept: frozenset({Status.OFFERED}),
    c.Decline: frozenset({Status.OFFERED}),
    c.Withdraw: frozenset({Status.HELD, Status.OFFERED}),
    c.Return: frozenset({Status.ACCEPTED}),
    c.Contact: frozenset({Status.ACCEPTED}),
    c.Complete: frozenset({Status.ACCEPTED}) | BACK,
    c.Reopen: frozenset({Status.COMPLETED}),
    c.TickItem: OPEN,
    c.Pause: OPEN,
    c.Resume: OPEN,
    c.Acknowledge: frozenset(Status),
    c.Ask: frozenset({Status.OFFERED, Status.ACCEPTED}),
    c.Answer: frozenset({Status.OFFERED, Status.ACCEPTED}),
}
"""Reply -> the statuses in which it is legal."""

LATE: Final = (c.Contact, c.TickItem, c.Pause, c.Resume, c.Ask, c.Answer)
"""Replies that are taken after the handoff has ended, if they happened before."""


def require_legal(handoff: Handoff, command: c.Reply, at: datetime) -> None:
    """Make sure that a reply that happened at `at` is legal.

    Raises:
        TooEarly: `packet-held`, or `illegal-transition`; what makes it legal may be on its way.
        Refused: `illegal-transition`.
    """
    if handoff.status is Status.HELD:
        _require_no_packet(handoff, command)
        return
    if _is_legal(handoff, command, at):
        return
    by = f" by {handoff.receiving_agent}" if handoff.receiving_agent else ""
    message = f"{word_of(command)!r} is not legal for handoff {handoff.id}: it is {handoff.status.value}{by}"
    if (first := _what_is_missing(handoff, command, at)) is not None:
        raise TooEarly("illegal-transition", f"{message}; it must be {first} first")
    raise Refused("illegal-transition", message)


def _require_no_packet(handoff: Handoff, command: c.Reply) -> None:
    """Make sure that a reply needs no packet: as long as it is held, only its sending team has a say."""
    is_receivers = command.actor.team == handoff.receiving_team and not isinstance(command, c.Acknowledge)
    if handoff.status in LEGAL[type(command)] and not is_receivers:
        return
    owed = ", ".join(item for item in handoff.required if item not in handoff.done)
    raise TooEarly(
        "packet-held",
        f"{word_of(command)!r} is not legal for handoff {handoff.id}: its packet is held, and goes to "
        f"{handoff.receiving_team} when {handoff.sending_team} has done {owed}, or has no time left for it",
    )


def word_of(command: c.Reply) -> str:
    """Return what a reply says, in the word of its type."""
    return command.type.split(".")[3]


def _is_legal(handoff: Handoff, command: c.Reply, at: datetime) -> bool:
    status, legal = handoff.status, LEGAL[type(command)]
    match command:
        case c.Complete() if status in BACK:
            return command.actor.team != handoff.receiving_team and not _has(handoff, Occasion.HANDED_ON)
        case c.Complete() | c.Reopen():
            # Each completion ends what was accepted or reopened before it, whichever came to us first.
            if status not in (Status.ACCEPTED, Status.COMPLETED) or _was_sent_back(handoff):
                return False
            accepted_at = next(mark.at for mark in handoff.marks if mark.what == Occasion.ACCEPTED)
            return handoff.status_at(max(at, accepted_at)) in legal
        case c.Contact() if not _has(handoff, Occasion.ACCEPTED):
            return False
        case _:
            is_late = isinstance(command, LATE) and (ended := handoff.ended_at) is not None and at < ended
            return status in legal or is_late


def _what_is_missing(handoff: Handoff, command: c.Reply, at: datetime) -> str | None:
    """Return what has to happen before the reply, and may be on its way; None when nothing makes it legal."""
    if handoff.status is Status.OFFERED:
        return "accepted"
    if handoff.status not in (Status.ACCEPTED, Status.COMPLETED) or _was_sent_back(handoff):
        return None
    if isinstance(command, c.Reopen):
        return "completed"
    is_after = isinstance(command, c.Complete) or ((ended := handoff.ended_at) is not None and at >= ended)
    return "reopened" if is_after and Status.ACCEPTED in LEGAL[type(command)] else None


def _was_sent_back(handoff: Handoff) -> bool:
    return _has(handoff, Occasion.DECLINED, Occasion.RETURNED)


def _has(handoff: Handoff, *occasions: Occasion) -> bool:
    return any(mark.what in occasions for mark in handoff.marks)
