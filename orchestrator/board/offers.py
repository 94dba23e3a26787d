"""What somebody can do with a handoff now: legal where it stands, and theirs to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.belonging import teams_of
from orchestrator.board.doing import ACTIONS
from orchestrator.domain import checklist
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.errors import Refused
from orchestrator.domain.handoff import BACK, Handoff
from orchestrator.domain.lifecycle.legality import require_legal
from orchestrator.domain.policy import Kind

ORDER: Final = (
    "accept",
    "contact",
    "complete",
    "ask",
    "answer",
    "decline",
    "return",
    "pause",
    "resume",
    "reopen",
    "withdraw",
    "acknowledge",
)
"""In which they are shown; ticks stand with their items."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that the desk would take from this person now."""

    action: str
    """A key of `doing.ACTIONS`."""
    team: str
    """For which of their teams they would do it."""
    unfinished: tuple[str, ...] = ()
    """Ids of items that are to be done first, or that stay undone, of a completion."""
    is_blocked: bool = False
    """Whether those have to be done first."""
    codes: tuple[str, ...] = ()
    """The only reasons that are taken; empty: any."""


def offers(handoff: Handoff, kind: Kind, viewer: Viewer, *, now: datetime) -> tuple[Offer, ...]:
    """Return what `viewer` can do with a handoff, in the order in which it is shown."""
    found = (_offer(action, handoff, kind, viewer, now) for action in ORDER)
    return tuple(each for each in found if each is not None)


def can_tick(handoff: Handoff, kind: Kind, viewer: Viewer, item: str, *, now: datetime) -> bool:
    """Whether `viewer` can tick a checklist item, or take its tick back."""
    return any(
        _is_legal("tick", handoff, viewer, team, now) for team in teams_of("tick", handoff, kind, item)
    )


def _offer(action: str, handoff: Handoff, kind: Kind, viewer: Viewer, now: datetime) -> Offer | None:
    # Who belongs to both means first of all the one that they work for.
    teams = sorted(teams_of(action, handoff, kind), key=lambda team: team != viewer.home)
    legal = (team for team in teams if _is_legal(action, handoff, viewer, team, now))
    match action:
        case "pause":
            return next(filter(None, (_pause(handoff, kind, team) for team in legal)), None)
        case "resume":
            paused = (team for team in legal if any(clock.is_paused for clock in _owed(handoff, team)))
            return next((Offer(action, team) for team in paused), None)
        case _ if not _makes_sense(action, handoff, kind, now):
            return None
    team = next(legal, None)
    if team is None:
        return None
    if action == "complete" and handoff.status not in BACK:
        unfinished = checklist.unfinished(kind.checklist, handoff.done)
        return Offer(action, team, unfinished, bool(unfinished) and kind.when_unfinished == "refuse")
    return Offer(action, team)


def _is_legal(action: str, handoff: Handoff, viewer: Viewer, team: str, now: datetime) -> bool:
    try:
        if not viewer.is_of(team) or (action == "acknowledge" and not viewer.may_acknowledge(handoff)):
            return False
        command = ACTIONS[action].model_construct(handoff_id=handoff.id, actor=viewer.acting_for(team))
        require_legal(handoff, command, now)
    except Refused:
        return False
    return True


def _makes_sense(action: str, handoff: Handoff, kind: Kind, now: datetime) -> bool:
    match action:
        case "contact":
            resets = any(Occasion.CONTACTED in spec.resets for spec in kind.clocks_of(handoff.clock_policy))
            spoken = (m.what == Occasion.CONTACTED and not m.is_automatic for m in handoff.marks)
            return resets or not any(spoken)
        case "answer":
            return bool(handoff.open_questions)
        case "acknowledge":
            return any(
                clock.is_breached and (clock.acknowledged_until is None or clock.acknowledged_until <= now)
                for clock in handoff.open_clocks()
            )
        case _:
            return True


def _pause(handoff: Handoff, kind: Kind, team: str) -> Offer | None:
    """Return an offer where some clock of the team runs that may stand still."""
    allowed = {spec.kind: spec.pauses for spec in kind.clocks_of(handoff.clock_policy)}
    running = [allowed.get(clock.kind) for clock in _owed(handoff, team) if not clock.is_paused]
    if any(codes is None for codes in running):
        return Offer("pause", team)
    codes = tuple(dict.fromkeys(code for each in running for code in each or ()))
    return Offer("pause", team, codes=codes) if codes else None


def _owed(handoff: Handoff, team: str) -> Iterator[Clock]:
    return (clock for clock in handoff.open_clocks() if clock.team == team or clock.is_shared)
