"""Reads the policies of a kind: the clocks that it has under a condition."""

from __future__ import annotations

from typing import NamedTuple

from handoff_templates.clock_rows import Clocks, read_changed_clocks
from handoff_templates.form import Form, sequence
from handoff_templates.known import Known
from handoff_templates.naming import require_slug
from handoff_templates.problems import Place, Problems
from handoff_templates.teams_file import CHANNELS
from handoff_templates.yaml_source import Value
from orchestrator.domain.model import Channel, Priority, Severity
from orchestrator.domain.policy import BASE_POLICY, ClockPolicy, PolicyMatch

_KEYS = ("name", "match", "clocks")
_MATCH_KEYS = tuple(PolicyMatch.model_fields)
_PRIORITIES = tuple(priority.value for priority in Priority)
_SEVERITIES = tuple(severity.value for severity in Severity)


class _Tried(NamedTuple):
    name: str
    match: PolicyMatch
    place: Place


def read_policies(value: Value, base: Clocks, known: Known, problems: Problems) -> tuple[ClockPolicy, ...]:
    """Return the policies in the order in which they are tried, each with all its clocks."""
    policies: list[ClockPolicy] = []
    tried: list[_Tried] = []
    lines: dict[str, int] = {}
    for item in sequence(value, "policies", problems):
        form = Form.open(item, _KEYS, "a policy", problems)
        name, clocks = _name(form, lines, problems), form.required("clocks", "a policy")
        before = problems.count
        match = _match(form.value("match"), known, problems)
        # One whose condition is in error may only seem to match everything.
        if problems.count == before and name:
            tried.append(_Tried(name, match, form.at("match")))
        if clocks is not None:
            specs = read_changed_clocks(clocks, base, known, problems).specs
            policies.append(ClockPolicy(name=name, match=match, clocks=tuple(specs.values())))
    _check_order(tried, problems)
    return tuple(policies)


def _name(form: Form, lines: dict[str, int], problems: Problems) -> str:
    form.required("name", "a policy")
    name, place = form.text("name"), form.at("name")
    if name is None:
        return ""
    require_slug(name, "policy", place, problems)
    if name == BASE_POLICY:
        problems.add(
            place, f"the policy {name!r} is what a kind has when no other matches; give this one another name"
        )
    elif name in lines:
        problems.add(place, f"duplicate policy {name!r}, first on line {lines[name]}; give it another name")
    lines.setdefault(name, place.line)
    return name


def _match(value: Value | None, known: Known, problems: Problems) -> PolicyMatch:
    if value is None:
        return PolicyMatch()
    form = Form.open(value, _MATCH_KEYS, "'match'", problems)
    return PolicyMatch(
        sending_teams=form.names("sending_teams", "team", known.teams),
        receiving_teams=form.names("receiving_teams", "team", known.teams),
        from_channels=tuple(Channel(c) for c in form.names("from_channels", "channel", CHANNELS)),
        to_channels=tuple(Channel(c) for c in form.names("to_channels", "channel", CHANNELS)),
        priorities=tuple(Priority(p) for p in form.names("priorities", "priority", _PRIORITIES)),
        tiers=form.names("tiers", "tier", None),
        severities=tuple(Severity(s) for s in form.names("severities", "severity", _SEVERITIES)),
    )


def _check_order(tried: list[_Tried], problems: Problems) -> None:
    """Note each policy that is never chosen, because one tried before it matches all that it matches."""
    anything = _conditions(PolicyMatch())
    for index, (name, match, place) in enumerate(tried):
        earlier = next((each for each in tried[:index] if _covers(each.match, match)), None)
        if earlier is None:
            continue
        if _conditions(match) == anything:
            message = f"both {earlier.name!r} and {name!r} match everything; give one of them a 'match'"
        elif _conditions(earlier.match) == anything:
            message = (
                f"{name!r} is never chosen, since {earlier.name!r} before it matches everything; "
                "put that one last"
            )
        elif _conditions(earlier.match) == _conditions(match):
            message = (
                f"{name!r} is never chosen, since {earlier.name!r} has the same 'match'; "
                "change one of the two"
            )
        else:
            message = (
                f"{name!r} is never chosen, since {earlier.name!r} before it matches all that it does; "
                "put that one behind it"
            )
        problems.add(place, message)


def _conditions(match: PolicyMatch) -> list[frozenset[str]]:
    return [frozenset(getattr(match, key)) for key in _MATCH_KEYS]


def _covers(wide: PolicyMatch, narrow: PolicyMatch) -> bool:
    """Whether all that `narrow` matches, `wide` matches too; an empty condition is true."""
    pairs = zip(_conditions(wide), _conditions(narrow), strict=True)
    return all(not one or (other and other <= one) for one, other in pairs)
