"""Which kind of handoff it is, which team and person receive it, and which clocks it gets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Final, NamedTuple

from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.errors import Refused
from orchestrator.domain.policy import BASE_POLICY, Kind, KindMatch, PolicyMatch, Rules, Team
from orchestrator.domain.routing.entitlement import Entitlement, entitle
from orchestrator.domain.routing.substitutes import people_instead_of, substitute, why_shut
from orchestrator.domain.routing.trail import NO_TRAIL, Trail, bounced, refused_agents

_NOBODY_COUNTED: Final[Mapping[str, int]] = {}


class Route(NamedTuple):
    """Where a request goes, and what has to be said about it."""

    kind: Kind
    team: str
    agent: str | None
    """Whom it is offered to; None: the whole team."""
    clock_policy: str
    entitlement: Entitlement
    bounce: str | None
    """Why the case has bounced, so that nothing is routed by itself any more; None when it has not."""
    notes: tuple[str, ...]
    """What the packet must say of the route. That of the entitlement is not among them."""

    @property
    def is_bounced(self) -> bool:
        """Whether the case goes to and fro."""
        return self.bounce is not None


def choose(
    request: RequestHandoff,
    rules: Rules,
    *,
    now: datetime,
    at: datetime | None = None,
    trail: Trail = NO_TRAIL,
    open_counts: Mapping[str, int] = _NOBODY_COUNTED,
) -> Route:
    """Return the route of a request.

    A named team comes first, then that of the kind. A reason that needs a person never goes to an automated
    team. A team that is closed or full gives its work to its fallback, unless the case has bounced, or would
    bounce by it; never to the sending team.

    Args:
        request: what the sender asks for.
        rules: those in force.
        now: when it is routed: decides who is open, and how old the entitlement is.
        at: when it was requested, `now` when absent: decides whether it comes back too soon.
        trail: the handoffs that the case has had before.
        open_counts: team -> its open handoffs; only teams with `most_open` are looked up, absent means none.

    Raises:
        Refused: `unknown-team`, `unknown-kind`, `no-kind`, `no-receiving-team`, `same-team` or
            `needs-a-person`.
    """
    kind, named = _named(request, rules)
    sender = request.sender.team
    notes: list[str] = []
    needs_person = request.reason.code in rules.routing.person_only_reasons
    team = _with_people(request, kind, named, rules, notes) if needs_person else named

    def bounce_to(receiver: str) -> str | None:
        if not trail.hops or kind.sender_keeps_case:
            return None
        return bounced(trail, sender, receiver, at or now, rules)

    def is_fit(other: Team) -> bool:
        is_person_missing = needs_person and other.is_automated
        return other.id != sender and not is_person_missing and bounce_to(other.id) is None

    bounce = bounce_to(team)
    if bounce is None:
        team, note = substitute(team, rules, now=now, open_counts=open_counts, is_fit=is_fit)
        if note is not None:
            notes.append(note)
    else:
        notes.append(f"bounced: {bounce}; the leads of both teams decide who keeps it")
        if (shut := why_shut(rules.teams[team], rules, now, open_counts)) is not None:
            notes.append(f"{shut}: it waits for {rules.teams[team].name}")
    agent = request.receiver.agent if team == named else None
    if agent is not None and agent in refused_agents(trail):
        notes.append(f"{agent} has turned this case down already: it is offered to the whole team")
        agent = None
    entitlement = entitle(request.customer, rules.routing.entitlements, now)
    policy = clock_policy(kind, request, team, entitlement)
    return Route(kind, team, agent, policy, entitlement, bounce, tuple(notes))


def clock_policy(kind: Kind, request: RequestHandoff, team: str, entitlement: Entitlement) -> str:
    """Return the name of the first clock policy of `kind` that matches, or `BASE_POLICY`.

    `team` is the one that receives the work in the end; the tier is that of the entitlement, never the
    one that the sender states. The channel to which it goes is the one that the sender names.
    """
    for policy in kind.policies:
        if _is_meant(policy.match, request, team, entitlement):
            return policy.name
    return BASE_POLICY


def _is_meant(match: PolicyMatch, request: RequestHandoff, team: str, entitlement: Entitlement) -> bool:
    return (
        (not match.sending_teams or request.sender.team in match.sending_teams)
        and (not match.receiving_teams or team in match.receiving_teams)
        and (not match.from_channels or request.sender.channel in match.from_channels)
        and (not match.to_channels or request.receiver.channel in match.to_channels)
        and (not match.priorities or request.priority in match.priorities)
        and (not match.tiers or entitlement.tier in match.tiers)
        and (not match.severities or request.severity in match.severities)
    )


def _named(request: RequestHandoff, rules: Rules) -> tuple[Kind, str]:
    """Return the kind, and the team that the event names, or else the kind."""
    _require_team(request.sender.team, rules, "sender.team")
    if request.receiver.team is not None:
        _require_team(request.receiver.team, rules, "receiver.team")
    kind = _kind(request, rules)
    team = request.receiver.team or kind.receiving_team
    if team is None:
        raise Refused(
            "no-receiving-team",
            f"the event names no receiver.team and kind {kind.name!r} has no receiving_team: add one of them",
        )
    if team == request.sender.team:
        raise Refused(
            "same-team", f"sender and receiver are both {team!r}: a handoff moves a case between teams"
        )
    return kind, team


def _kind(request: RequestHandoff, rules: Rules) -> Kind:
    if request.kind is not None:
        if request.kind not in rules.kinds:
            raise Refused("unknown-kind", _unknown("kind", request.kind, rules.kinds))
        return rules.kinds[request.kind]
    for kind in rules.kinds.values():
        if _matches(kind.match, request):
            return kind
    raise Refused("no-kind", "no kind of handoff matches this event: name one in `kind`, or add a catch-all")


def _matches(match: KindMatch, request: RequestHandoff) -> bool:
    return (
        (not match.sending_teams or request.sender.team in match.sending_teams)
        and (not match.receiving_teams or request.receiver.team in match.receiving_teams)
        and (not match.from_channels or request.sender.channel in match.from_channels)
        and (not match.to_channels or request.receiver.channel in match.to_channels)
        and (not match.reasons or request.reason.code in match.reasons)
        and match.is_escalation in (None, request.is_escalation)
    )


def _with_people(request: RequestHandoff, kind: Kind, named: str, rules: Rules, notes: list[str]) -> str:
    """Return `named`, or a team of people instead of an automated one."""
    if not rules.teams[named].is_automated:
        return named
    why = f"reason {request.reason.code} needs a person"
    team = people_instead_of(named, request.sender.team, rules, kind.receiving_team)
    if team is None:
        raise Refused(
            "needs-a-person",
            f"{why}, but team {named!r} is automated: name a team of people in receiver.team, "
            f"or give {named!r} one as its fallback",
        )
    notes.append(f"{why}: {rules.teams[named].name} was passed over")
    return team


def _require_team(team: str, rules: Rules, field: str) -> None:
    if team not in rules.teams:
        raise Refused("unknown-team", _unknown(field, team, rules.teams))


def _unknown(field: str, value: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = get_close_matches(value, names, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else f"; known: {', '.join(names[:20])}"
    return f"{field} {value!r} is not in handoff_templates{hint}"
