"""Why a handoff got its kind and its clock policy: each condition, and the value it met."""

from __future__ import annotations

from collections.abc import Iterable

from orchestrator.domain import events as e
from orchestrator.domain.explanation.explained import Condition, Matched, PassedOver
from orchestrator.domain.policy import BASE_POLICY, Kind, KindMatch, PolicyMatch


def kind_matched(kind: Kind, first: e.HandoffRequested) -> Matched:
    """Return why `kind` was taken; a condition that does not hold means that the sender named it."""
    return Matched(name=kind.name, conditions=tuple(_of_kind(kind.match, first)))


def policy_matched(kind: Kind, first: e.HandoffRequested) -> Matched:
    """Return why the clock policy that was stamped on a handoff was taken, and not one before it."""
    passed_over: list[PassedOver] = []
    for policy in kind.policies:
        conditions = tuple(_of_policy(policy.match, first))
        if policy.name == first.clock_policy:
            return Matched(name=policy.name, conditions=conditions, passed_over=tuple(passed_over))
        why = next((each for each in conditions if not each.holds), None)
        if why is not None:
            passed_over.append(PassedOver(name=policy.name, why=why))
    return Matched(name=BASE_POLICY, passed_over=tuple(passed_over))


def _of_kind(match: KindMatch, first: e.HandoffRequested) -> Iterable[Condition]:
    yield from _wants("sending team", match.sending_teams, first.sending_team)
    for each in _wants("receiving team", match.receiving_teams, first.receiving_team):
        # What the sender asked for is not kept where the work was routed elsewhere.
        is_rerouted = not each.holds and bool(first.routing_notes)
        met = f"another, and {each.met} in the end"
        yield each.model_copy(update={"met": met, "holds": True}) if is_rerouted else each
    yield from _wants("from channel", match.from_channels, first.sender.channel)
    yield from _wants("to channel", match.to_channels, first.receiver.channel)
    yield from _wants("reason", match.reasons, first.reason.code)
    if match.is_escalation is not None:
        words = ("no escalation", "an escalation")
        yield from _wants("request", (words[match.is_escalation],), words[first.is_escalation])


def _of_policy(match: PolicyMatch, first: e.HandoffRequested) -> Iterable[Condition]:
    yield from _wants("sending team", match.sending_teams, first.sending_team)
    yield from _wants("receiving team", match.receiving_teams, first.receiving_team)
    yield from _wants("from channel", match.from_channels, first.sender.channel)
    yield from _wants("to channel", match.to_channels, first.receiver.channel)
    yield from _wants("priority", match.priorities, first.priority)
    yield from _wants("tier", match.tiers, first.entitlement.tier)
    yield from _wants("severity", match.severities, first.severity)


def _wants(what: str, wanted: Iterable[str], met: str | None) -> Iterable[Condition]:
    names = tuple(str(each) for each in wanted)
    if names:
        value = str(met) if met is not None else None
        yield Condition(what=what, wanted=names, met=value, holds=value in names)
