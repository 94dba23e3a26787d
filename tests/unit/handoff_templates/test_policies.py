"""The policies of a kind: which clocks it has under a condition, and what can be wrong with them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from handoff_templates import check, load
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.model import Channel, Priority, Severity
from orchestrator.domain.policy import Kind, PolicyMatch
from tests.unit.handoff_templates.sets import HANDOFF, a_set, replace, told, write

H = "to-billing/handoff.yaml"
MINUTE = timedelta(minutes=1)
POLICIES = """\
policies:
  - name: urgent
    match: {priorities: [urgent], tiers: [gold]}
    clocks:
      accept: {budget: 20m}
  - name: from-chat
    match:
      sending_teams: [chat]
      severities: [sev1]
    clocks:
      notes: null
"""
FIRST = HANDOFF.count("\n") + 1
"""The line on which the policies begin."""


def kind(folder: Path, policies: str) -> Kind:
    """Return the kind of a set with these policies."""
    write(a_set(folder), H, HANDOFF + policies)
    return load(folder).rules.kinds["to-billing"]


def test_a_policy_has_all_clocks_and_changes_what_it_writes(tmp_path: Path) -> None:
    found = kind(tmp_path, POLICIES)
    notes, accept = found.clocks_of("urgent")
    assert (notes, accept.budget) == (found.clock("notes"), 20 * MINUTE)
    assert [rung.name for rung in accept.rungs] == ["10m before", "late", "breach"]
    assert accept.model_copy(update={"budget": 90 * MINUTE}) == found.clock("accept")


def test_a_policy_can_do_without_a_clock(tmp_path: Path) -> None:
    found = kind(tmp_path, POLICIES)
    assert [clock.kind for clock in found.clocks_of("from-chat")] == ["accept"]


def test_a_policy_can_add_a_clock(tmp_path: Path) -> None:
    clocks = "{call: {owes: receiving, budget: 5m, starts: [accepted], stops: [contacted]}}"
    found = kind(tmp_path, f"policies: [{{name: a, clocks: {clocks}}}]\n")
    assert [clock.kind for clock in found.clocks_of("a")] == ["notes", "accept", "call"]


def test_a_policy_writes_any_key_anew(tmp_path: Path) -> None:
    clocks = (
        "{notes: {calendar: team, stops: [accepted], warn: [1m before], "
        "ladder: {steps: [{after: 0m, do: raise-priority}]}}}"
    )
    notes = kind(tmp_path, f"policies: [{{name: a, clocks: {clocks}}}]\n").clock("notes", "a")
    assert notes is not None
    assert (notes.calendar, notes.stops, notes.owes) == ("team", (Occasion.ACCEPTED,), "sending")
    assert [rung.name for rung in notes.rungs] == ["1m before", "breach", "priority"]


def test_what_a_policy_matches(tmp_path: Path) -> None:
    match = (
        "{sending_teams: [chat], receiving_teams: [billing], from_channels: [chat], "
        "to_channels: [in-person], priorities: [low, high], tiers: [gold], severities: [sev1, sev4]}"
    )
    [policy] = kind(tmp_path, f"policies: [{{name: a, match: {match}, clocks: {{}}}}]\n").policies
    assert policy.match == PolicyMatch(
        sending_teams=("chat",),
        receiving_teams=("billing",),
        from_channels=(Channel.CHAT,),
        to_channels=(Channel.IN_PERSON,),
        priorities=(Priority.LOW, Priority.HIGH),
        tiers=("gold",),
        severities=(Severity.SEV1, Severity.SEV4),
    )


def test_a_policy_without_a_match_may_come_last(tmp_path: Path) -> None:
    found = kind(tmp_path, POLICIES + "  - {name: rest, clocks: {notes: {budget: 1h}}}\n")
    assert [policy.name for policy in found.policies] == ["urgent", "from-chat", "rest"]
    assert found.policies[-1].match == PolicyMatch()


def test_narrow_policies_may_come_before_wide_ones(tmp_path: Path) -> None:
    text = """\
policies:
  - {name: a, match: {tiers: [gold], priorities: [urgent]}, clocks: {}}
  - {name: b, match: {tiers: [gold], priorities: [high]}, clocks: {}}
  - {name: c, match: {tiers: [gold, silver], priorities: [high, urgent]}, clocks: {}}
  - {name: d, match: {tiers: [gold]}, clocks: {}}
"""
    assert len(kind(tmp_path, text).policies) == 4


# Refusals

ONE_CHANGE = {
    "no list": ("policies:", "policies: {}\nold:", "0:11: 'policies' is not a list; write it in brackets or"),
    "unknown key": (
        "    match: {priorities",
        "    when: {priorities",
        "2:5: unknown key of a policy 'when'; use one of: clocks, match, name",
    ),
    "no name": ("  - name: urgent\n    match", "  - match", "1:5: a policy has no 'name'; add it"),
    "poor name": (
        "name: urgent",
        "name: Very urgent",
        "1:11: policy 'Very urgent' is not a plain name; write",
    ),
    "reserved name": (
        "name: urgent",
        "name: base",
        "1:11: the policy 'base' is what a kind has when no other matches; give this one another name",
    ),
    "duplicate name": (
        "name: from-chat",
        "name: urgent",
        f"5:11: duplicate policy 'urgent', first on line {FIRST + 1}; give it another name",
    ),
    "no clocks": ("    clocks:\n      notes: null\n", "", "5:5: a policy has no 'clocks'; add it"),
    "unknown condition": (
        "{priorities",
        "{priority",
        "2:13: unknown key of 'match' 'priority'; did you mean 'priorities'?",
    ),
    "unknown priority": ("[urgent]", "[urgnt]", "2:26: unknown priority 'urgnt'; did you mean 'urgent'?"),
    "unknown severity": ("[sev1]", "[sev5]", "8:20: unknown severity 'sev5'; did you mean 'sev"),
    "unknown team": ("[chat]", "[chatt]", "7:23: unknown team 'chatt'; did you mean 'chat'?"),
    "unknown channel": (
        "severities: [sev1]",
        "to_channels: [fax]",
        "8:21: unknown channel 'fax'; use one of: bot, chat, email, in-person, phone, sms, social, ticket",
    ),
    "clock to drop that there is not": (
        "notes: null",
        "note: null",
        "10:7: unknown clock to drop 'note'; did you mean 'notes'?",
    ),
    "new clock that says too little": (
        "notes: null",
        "note: {budget: 5m}",
        "10:13: clock 'note' has no 'owes'; add it",
    ),
    "zero budget": (
        "budget: 20m",
        "budget: 0m",
        "4:24: the budget '0m' is zero; write a duration above zero, such as 15m",
    ),
    "budget too short for the rungs of the kind": (
        "budget: 20m",
        "budget: 10m",
        f"4:24: the budget of 10m has no room for the rung '10m before' on line 25 of {H}; write a 'warn'",
    ),
    "rung outside of the kind's budget": (
        "budget: 20m",
        "warn: [2h before]",
        "4:23: the rung '2h before' is not within the budget of 1h30m; write a shorter time",
    ),
    "the same match in another order": (
        "match:\n      sending_teams: [chat]\n      severities: [sev1]",
        "match: {tiers: [gold], priorities: [urgent]}",
        "6:12: 'from-chat' is never chosen, since 'urgent' has the same 'match'; change one of the two",
    ),
    "behind a wider one": (
        "match:\n      sending_teams: [chat]\n      severities: [sev1]",
        "match: {tiers: [gold], priorities: [urgent], severities: [sev1]}",
        (
            "6:12: 'from-chat' is never chosen, since 'urgent' before it matches all that it does; "
            "put that one behind it"
        ),
    ),
    "behind one that matches everything": (
        "    match: {priorities: [urgent], tiers: [gold]}\n",
        "",
        ("6:7: 'from-chat' is never chosen, since 'urgent' before it matches everything; put that one last"),
    ),
}


@pytest.mark.parametrize(("old", "new", "problem"), ONE_CHANGE.values(), ids=ONE_CHANGE.keys())
def test_a_change_of_a_policy(tmp_path: Path, old: str, new: str, problem: str) -> None:
    write(a_set(tmp_path), H, HANDOFF + POLICIES)
    assert told(tmp_path) == []
    replace(tmp_path, H, old, new)
    line, _, rest = problem.partition(":")
    found = told(tmp_path)
    assert any(each.startswith(f"{H}:{FIRST + int(line)}:{rest}") for each in found), found


def test_two_policies_that_match_everything(tmp_path: Path) -> None:
    write(
        a_set(tmp_path),
        H,
        HANDOFF + "policies:\n  - {name: a, match: {}, clocks: {}}\n  - {name: b, clocks: {}}\n",
    )
    assert told(tmp_path) == [
        f"{H}:{FIRST + 2}:5: both 'a' and 'b' match everything; give one of them a 'match'"
    ]


def test_a_match_in_error_is_not_taken_for_one_of_everything(tmp_path: Path) -> None:
    text = """\
policies:
  - {name: a, match: {priorities: [urgnt]}, clocks: {}}
  - {name: b, match: {tiers: [gold]}, clocks: {}}
"""
    write(a_set(tmp_path), H, HANDOFF + text)
    assert len(told(tmp_path)) == 1


def test_a_problem_of_the_kind_is_not_told_again_for_its_policies(tmp_path: Path) -> None:
    write(a_set(tmp_path), H, HANDOFF + "policies: [{name: a, clocks: {notes: {calendar: team}}}]\n")
    replace(tmp_path, H, "[50%, 80%]", "[20m before]")
    assert told(tmp_path) == [
        f"{H}:20:12: the rung '20m before' is not within the budget of 15m; write a shorter time"
    ]


def test_all_problems_of_policies_are_told_at_once(tmp_path: Path) -> None:
    text = """\
policies:
  - {name: base, match: {priorities: [x]}, clocks: {notes: {budget: 0m}}}
  - {name: a, match: {}, clocks: {notes: {owes: x}}}
  - {name: a, match: {teams: [x]}, clocks: {y: null}}
  - {match: {tiers: [gold]}, clock: {}}
"""
    write(a_set(tmp_path), H, HANDOFF + text)
    assert [(p.line - FIRST, p.column) for p in check(tmp_path)] == [
        (1, 12),
        (1, 39),
        (1, 69),
        (2, 49),
        (3, 12),
        (3, 23),
        (3, 45),
        (4, 5),
        (4, 5),
        (4, 30),
    ]
