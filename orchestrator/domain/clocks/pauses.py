"""Clocks that stand still because a team waits for somebody else, and ladders that a lead has seen."""

from __future__ import annotations

from datetime import datetime

from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.occasions import PAUSED, RESUMED, Mark, Occasion, insert
from orchestrator.domain.clocks.spec import ClockSpec
from orchestrator.domain.clocks.timeline import ends_pause
from orchestrator.domain.errors import Refused, TooEarly
from orchestrator.domain.lifecycle.story import Story


def pause(story: Story, command: c.Pause) -> None:
    """Let the clocks that a team owes stand still from the time at which it paused.

    Raises:
        TooEarly: `already-paused`, `nothing-to-pause` or `pause-not-allowed`, unless what makes it right is
            still to come.
        Refused: `pause-ends-before-it-starts`.
    """
    handoff, team = story.handoff, command.actor.team
    story.at, earlier = _since_offered(story, team)
    at = story.at
    owed = [clock for clock in handoff.clocks if _owes(clock, team, at)]
    if command.until is not None and command.until <= at:
        raise Refused(
            "pause-ends-before-it-starts",
            f"the pause of handoff {handoff.id} starts at {at} and its `until` is {command.until}: "
            "give a later one, or none",
        )
    if not owed:
        raise TooEarly("nothing-to-pause", f"{team} owed no open clock on handoff {handoff.id} at {at}")
    is_still = any(_covers(clock, at) for clock in owed if clock.team == team)
    if is_still and _is_paused(story, Mark(at, PAUSED, team, happened_at=earlier)):
        raise TooEarly("already-paused", f"the clocks of handoff {handoff.id} stood still already at {at}")
    why = command.reason.code or command.reason.text
    codes = {spec.kind: spec.pauses for spec in _specs(story)}
    still = [c.kind for c in owed if (known := codes.get(c.kind, ())) is None or why in known]
    if not still:
        hints = (f"{clock.kind}: {', '.join(codes.get(clock.kind) or ()) or 'never'}" for clock in owed)
        raise TooEarly(
            "pause-not-allowed",
            f"nothing that {team} owed on handoff {handoff.id} at {at} stands still for the reason {why!r}, "
            f"only for these: {'; '.join(hints)}",
        )
    story.tell_lifecycle(
        e.Paused,
        team=team,
        reason=command.reason,
        clocks=tuple(still),
        until=command.until,
        happened_at=earlier,
    )


def resume(story: Story, command: c.Resume) -> None:
    """Let them go on from the time at which the team resumed.

    Raises:
        TooEarly: `not-paused`; the pause may still be on its way.
    """
    handoff, team = story.handoff, command.actor.team
    story.at, earlier = _since_offered(story, team)
    at = story.at
    if not _is_paused(story, Mark(at, RESUMED, team, happened_at=earlier)):
        raise TooEarly(
            "not-paused", f"no clock of handoff {handoff.id} was paused at {at}: nothing to resume"
        )
    owed = tuple(clock.kind for clock in handoff.clocks if _owes(clock, team, at))
    story.tell_lifecycle(e.Resumed, team=team, reason=command.reason, clocks=owed, happened_at=earlier)


def acknowledge(story: Story, command: c.Acknowledge) -> None:
    """Stop the ladder of what is breached for as long as the clock allows.

    Raises:
        Refused: `nothing-breached`, or `not-a-lead`.
    """
    handoff = story.handoff
    if command.actor.kind != "lead":
        raise Refused("not-a-lead", f"actor.kind is {command.actor.kind!r}: a lead acknowledges a breach")
    breached = [
        clock for clock in handoff.open_clocks() if clock.is_breached and command.clock in (None, clock.kind)
    ]
    if not breached:
        what = f"clock {command.clock!r}" if command.clock else "clock"
        raise Refused("nothing-breached", f"no open {what} of handoff {handoff.id} is breached")
    specs = {spec.kind: spec for spec in _specs(story)}
    story.tell_lifecycle(
        e.Acknowledged,
        clocks=tuple(clock.kind for clock in breached),
        note=command.note,
        until=story.at + min(specs[clock.kind].acknowledged_for for clock in breached),
    )


def _specs(story: Story) -> tuple[ClockSpec, ...]:
    handoff = story.handoff
    return story.policy.kind_of(handoff.kind, handoff.policy_version).clocks_of(handoff.clock_policy)


def _since_offered(story: Story, team: str | None) -> tuple[datetime, datetime | None]:
    """Return when it counts from, as a team owes nothing before it was offered the work.

    Also when it happened, where that was earlier.
    """
    offered = [m.at for m in story.handoff.marks if m.what == Occasion.OFFERED and m.team == team]
    at = max([story.at, *offered])
    return at, story.at if story.at < at else None


def _owes(clock: Clock, team: str | None, at: datetime) -> bool:
    is_its = clock.team == team or clock.is_shared
    return is_its and clock.started_at <= at and (clock.ended_at is None or at < clock.ended_at)


def _covers(clock: Clock, at: datetime) -> bool:
    """Whether the clock stands still at `at`; a pause that lasted as long as it may is over."""
    return any(s.since <= at and (s.until is None or at < s.until) for s in clock.suspensions)


def _is_paused(story: Story, new: Mark) -> bool:
    """Whether the team's clocks stand still at the place in time of `new`."""
    paused = False
    for mark in insert(story.handoff.marks, new):
        if mark is new:
            return paused
        if mark.what == PAUSED and mark.team == new.team:
            paused = True
        elif paused:
            paused = not ends_pause(mark, new.team, story.handoff.sending_team)
    return paused
