"""Which kind of handoff it is, and which team receives it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.errors import Refused
from orchestrator.domain.policy import Kind, KindMatch, Rules


def choose(request: RequestHandoff, rules: Rules) -> tuple[Kind, str]:
    """Return the kind and the receiving team.

    Raises:
        Refused: `unknown-team`, `unknown-kind`, `no-kind`, `no-receiving-team` or `same-team`.
    """
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


def _require_team(team: str, rules: Rules, field: str) -> None:
    if team not in rules.teams:
        raise Refused("unknown-team", _unknown(field, team, rules.teams))


def _unknown(field: str, value: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = get_close_matches(value, names, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else f"; known: {', '.join(names[:20])}"
    return f"{field} {value!r} is not in handoff_templates{hint}"
