"""Why something was not done, in words that say who has the work now and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from orchestrator.board.agent.shown import Shown
from orchestrator.board.look.refused import REASONS
from orchestrator.board.problems import HttpProblem
from orchestrator.domain.errors import Refused
from orchestrator.domain.handoff import Status
from orchestrator.domain.sentence import say

Words = Callable[[str], str]
_REFUSED: Final = 409


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a page says of an action that was not done."""

    action: str
    code: str
    """Stable, for programs."""
    status: int
    """Of HTTP."""
    message: str
    """What is so."""
    todo: str
    """What to do now."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Field -> what is wrong with it."""
    filled: Mapping[str, str] = field(default_factory=dict)
    """What was filled in, to fill it in again."""


def refusal_of(
    error: HttpProblem | Refused,
    action: str,
    shown: Shown,
    _: Words,
    *,
    at: Callable[[datetime], str],
    filled: Mapping[str, str],
) -> Refusal:
    """Return why `action` was not done.

    Args:
        error: what the desk, or the way to it, said.
        action: a key of `doing.ACTIONS`.
        shown: the handoff as it is now, after somebody else may have changed it.
        _: says a message in the reader's language.
        at: a time as the reader's clock shows it.
        filled: the fields of the form.
    """
    fields = {each.field.split(".")[0]: say(each.message, _) for each in getattr(error, "problems", ())}
    message, todo = _words(error, shown, _, at)
    status = error.status if isinstance(error, HttpProblem) else _REFUSED
    return Refusal(action, error.code, status, message, todo, fields, filled)


def _words(
    error: HttpProblem | Refused, shown: Shown, _: Words, at: Callable[[datetime], str]
) -> tuple[str, str]:
    match error.code:
        case "unclear":
            return _("Something is missing or wrong: {what}.").format(what=say(error.message, _)), _(
                "Mend it and press again."
            )
        case "illegal-transition" | "packet-held":
            return _where_it_stands(shown, _, at)
        case "items-unfinished":
            items = {line.id: line.text for line in shown.lines}
            offer = shown.offers.get("complete")
            open_items = "; ".join(items.get(id, id) for id in (offer.unfinished if offer else ()))
            return _("It cannot be completed yet: {items}.").format(items=open_items), _("Tick these first.")
        case "already-contacted":
            return _("The customer was contacted already."), _("Go on with the case.")
        case "nothing-asked" | "already-answered":
            return _("This question has an answer by now."), _("Read it below; nothing is left to answer.")
        case "already-paused":
            return _("It is paused already."), _("Resume it when the wait is over.")
        case "not-paused":
            return _("It is not paused any more."), _("Its clocks run; go on with the case.")
        case "nothing-breached":
            return _("Nothing is breached any more."), _("There is nothing to acknowledge.")
        case _:
            said = say(REASONS.get(error.code, error.message), _)
            return said[:1].upper() + said[1:], ""


def _where_it_stands(shown: Shown, _: Words, at: Callable[[datetime], str]) -> tuple[str, str]:
    """Return who has the work, since when, and what is left to do for who came late."""
    handoff, queue = shown.handoff, _("Take the next one from the queue.")
    ended = handoff.outcome
    match handoff.status:
        case Status.ACCEPTED if shown.holder is not None:
            name, since = shown.holder.name, at(shown.holder.since)
            return _("{name} has it since {time}.").format(name=name, time=since), queue
        case Status.OFFERED:
            return _("Nobody has accepted it yet."), _("Accept it first.")
        case Status.HELD:
            owed = _("Its packet is held: {team} still owes items.").format(team=handoff.sending_team)
            return owed, _("Wait until it is offered.")
        case Status.HANDED_ON:
            return _("The case was handed on to another team."), queue
        case _ if ended is not None:
            facts = {"name": ended.by or ended.team or "?", "time": at(ended.at)}
            return _ended(handoff.status, _).format(**facts), queue
        case _:
            return _("It is not open any more."), queue


def _ended(status: Status, _: Words) -> str:
    return {
        Status.DECLINED: _("{name} declined it at {time}."),
        Status.RETURNED: _("{name} returned it at {time}."),
        Status.COMPLETED: _("{name} completed it at {time}."),
        Status.WITHDRAWN: _("{name} withdrew it at {time}."),
    }.get(status, _("{name} ended it at {time}."))
