"""teams.yaml and routing.yaml: what they say, and what can be wrong in them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from handoff_templates import check, load
from orchestrator.domain.policy import Entitlements, Routing, Team
from tests.unit.handoff_templates.sets import a_set, told, write

CALENDARS = "site: {zone: UTC, week: {mon: [09:00-17:00]}}\n"


def a_set_with_calendar(folder: Path, teams: str) -> Path:
    """Write a set with these teams beside that of its kind, and the calendar `site`."""
    write(a_set(folder), "calendars.yaml", CALENDARS)
    write(folder, "teams.yaml", f"{teams}billing: {{name: Billing}}\n")
    return folder


def test_a_team_says_what_its_file_says(tmp_path: Path) -> None:
    text = """\
chat:
  name: Chat Support
  channels: [chat]
  lead: lea
  manager: max
  calendar: site
  fallback: billing
  most_open: 3
  automated: true
"""
    assert load(a_set_with_calendar(tmp_path, text)).rules.teams["chat"] == Team.model_validate(
        {
            "id": "chat",
            "name": "Chat Support",
            "channels": ["chat"],
            "lead": "lea",
            "manager": "max",
            "calendar": "site",
            "fallback": "billing",
            "most_open": 3,
            "is_automated": True,
        }
    )


def test_a_team_works_around_the_clock_and_is_never_full_unless_it_says_so(tmp_path: Path) -> None:
    teams = load(a_set_with_calendar(tmp_path, "chat: {name: Chat, calendar: elapsed}\n")).rules.teams
    for team in teams.values():
        assert (team.calendar, team.fallback, team.most_open, team.is_automated) == (
            "elapsed",
            None,
            None,
            False,
        )


@pytest.mark.parametrize(
    ("team", "problem"),
    [
        ("calendar: sit", "1:30: unknown calendar 'sit'; did you mean 'site'?"),
        ("calendar: team", "1:30: unknown calendar 'team'; use one of: elapsed, site"),
        ("fallback: biling", "1:30: unknown team 'biling'; did you mean 'billing'?"),
        ("fallback: chat", "1:30: team 'chat' is its own fallback; name another team, or none"),
        ("most_open: 0", "1:31: 'most_open' is not a whole number from 1 to 1000000; write one"),
        ("most_open: 1.5", "1:31: 'most_open' is not a whole number from 1 to 1000000; write one"),
        ("automated: yes", "1:31: 'automated' is neither true nor false; write one of them"),
        ("is_automated: true", "1:20: unknown key of team 'chat' 'is_automated'; did you mean 'automated'?"),
        ("manager: 7", "1:29: 'manager' is not text; put it in quotes"),
    ],
)
def test_a_wrong_key_of_a_team(tmp_path: Path, team: str, problem: str) -> None:
    assert told(a_set_with_calendar(tmp_path, f"chat: {{name: Chat, {team}}}\n")) == [f"teams.yaml:{problem}"]


def test_each_ring_of_fallbacks_is_told_once(tmp_path: Path) -> None:
    text = """\
into: {name: I, fallback: b}
a: {name: A, fallback: b}
b: {name: B, fallback: c}
c: {name: C, fallback: a}
d: {name: D, fallback: e}
e: {name: E, fallback: d}
last: {name: L, fallback: billing}
"""
    assert told(a_set_with_calendar(tmp_path, text)) == [
        "teams.yaml:3:24: the fallbacks go in a ring: b -> c -> a -> b; take one of them away",
        "teams.yaml:5:24: the fallbacks go in a ring: d -> e -> d; take one of them away",
    ]


def test_routing_says_what_its_file_says(tmp_path: Path) -> None:
    text = """\
hop_limit: 3
ping_pong_within: 1h30m
person_only_reasons: [legal, fraud]
entitlements:
  stale_after: 2d
  when_unknown: basic
  when_stale: standard
  unpaid_states: [overdue]
  when_unpaid: none
"""
    write(a_set(tmp_path), "routing.yaml", text)
    assert load(tmp_path).rules.routing == Routing(
        hop_limit=3,
        ping_pong_within=timedelta(minutes=90),
        person_only_reasons=("legal", "fraud"),
        entitlements=Entitlements(
            stale_after=timedelta(days=2),
            when_unknown="basic",
            when_stale="standard",
            unpaid_states=("overdue",),
            when_unpaid="none",
        ),
    )


def test_what_routing_leaves_out_is_as_usual(tmp_path: Path) -> None:
    write(a_set(tmp_path), "routing.yaml", "entitlements: {}\n")
    assert load(tmp_path).rules.routing == Routing()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1: the file is empty; copy the one of another kind or folder"),
        ("[5]", "1:1: routing.yaml is not a mapping; write lines of 'key: value'"),
        ("hop_limits: 5", "1:1: unknown key of routing.yaml 'hop_limits'; did you mean 'hop_limit'?"),
        ("hop_limit: 0", "1:12: 'hop_limit' is not a whole number from 1 to 1000; write one"),
        ("ping_pong_within: 4", "1:19: the ping_pong_within 4 has no unit; write a duration such as 15m"),
        (
            "ping_pong_within: 0m",
            "1:19: the ping_pong_within '0m' is zero; write a duration above zero, such as 15m",
        ),
        (
            "person_only_reasons: legal",
            (
                "1:22: 'person_only_reasons' is not a list; "
                "write it in brackets or as lines that begin with '- '"
            ),
        ),
        (
            "entitlements: {stale_for: 1h}",
            "1:16: unknown key of 'entitlements' 'stale_for'; did you mean 'stale_after'?",
        ),
        ("entitlements: {when_unknown: 1}", "1:30: 'when_unknown' is not text; put it in quotes"),
    ],
)
def test_a_wrong_key_of_routing(tmp_path: Path, text: str, problem: str) -> None:
    write(a_set(tmp_path), "routing.yaml", text)
    assert told(tmp_path) == [f"routing.yaml:{problem}"]


def test_all_problems_of_both_files_are_told_at_once(tmp_path: Path) -> None:
    a_set_with_calendar(tmp_path, "chat: {calendar: x, fallback: x, most_open: 0, automated: 1}\n")
    write(tmp_path, "routing.yaml", "hop_limit: 0\nping_pong_within: 0m\nentitlements: {stale_after: 0m}\n")
    assert [(p.file, p.line, p.column) for p in check(tmp_path)] == [
        ("routing.yaml", 1, 12),
        ("routing.yaml", 2, 19),
        ("routing.yaml", 3, 29),
        ("teams.yaml", 1, 7),
        ("teams.yaml", 1, 18),
        ("teams.yaml", 1, 31),
        ("teams.yaml", 1, 45),
        ("teams.yaml", 1, 59),
    ]
