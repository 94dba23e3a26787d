"""How long each team held a case, and what it did meanwhile: worked, waited or paused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from orchestrator.domain.clocks.clockwork import Clockwork
from orchestrator.domain.clocks.custody import Hold
from orchestrator.domain.clocks.occasions import PAUSED, RESUMED
from orchestrator.domain.explanation.explained import Custody, Held, Share
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.policy import Policy

_NOTHING = timedelta()
_Spans = list[tuple[datetime, datetime]]


def custody_of(handoffs: Sequence[Handoff], held: Sequence[Hold], policy: Policy, now: datetime) -> Custody:
    """Return who held the case that these handoffs moved, and how each span went.

    A team that holds the case waits while it has offered it to another one. It has paused while a clock
    stood still because of it; all the rest is work.
    """
    if not held:
        return Custody()
    paused = {team: _paused(handoffs, team, policy, now) for team in {hold.team for hold in held}}
    spans = tuple(_held(hold, paused[hold.team], now) for hold in held)
    shares = []
    for team in dict.fromkeys(hold.team for hold in held):
        of_team = [span for span in spans if span.team == team]
        shares.append(
            Share(
                team=team,
                working=sum((span.working for span in of_team), _NOTHING),
                waiting=sum((span.waiting for span in of_team), _NOTHING),
                paused=sum((span.paused for span in of_team), _NOTHING),
            )
        )
    whole = (held[-1].until or now) - held[0].since
    nobody = whole - sum((share.whole for share in shares), _NOTHING)
    return Custody(holds=spans, shares=tuple(shares), nobody=nobody, whole=whole)


def _held(hold: Hold, paused: _Spans, now: datetime) -> Held:
    until = hold.until or now
    whole = until - hold.since
    still = sum(
        (min(b, until) - max(a, hold.since) for a, b in paused if a < until and hold.since < b), _NOTHING
    )
    lengths = {"waiting": whole} if hold.is_offered else {"working": whole - still, "paused": still}
    return Held(team=hold.team, since=hold.since, until=hold.until, **lengths)


def _paused(handoffs: Sequence[Handoff], team: str, policy: Policy, now: datetime) -> _Spans:
    """Return when a clock stood still because this team had paused, in order, each instant once."""
    spans: _Spans = []
    for handoff in handoffs:
        marks = tuple(m for m in handoff.marks if m.what not in (PAUSED, RESUMED) or m.team == team)
        if not any(mark.what == PAUSED for mark in marks):
            continue
        carried = handoff.carried.model_copy(update={"suspensions": ()}) if handoff.carried else None
        alone = handoff.model_copy(update={"marks": marks, "carried": carried})
        for run in Clockwork(alone, policy, now).runs():
            spans += [(each.since, each.until or now) for each in run.suspensions]
    joined: _Spans = []
    for since, until in sorted(spans):
        if joined and since <= joined[-1][1]:
            since, until = joined[-1][0], max(until, joined.pop()[1])
        joined.append((since, until))
    return joined
