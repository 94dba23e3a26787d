"""Everything that can be wrong in one handoff.yaml, with its place and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.handoff_templates.sets import a_set, replace, told

H = "to-billing/handoff.yaml"

ONE_CHANGE = {
    "unknown key": (
        "order: 10",
        "recieving_team: billing",
        "2:1: unknown key of handoff.yaml 'recieving_team'; did you mean 'receiving_team'?",
    ),
    "unknown key, nothing near": (
        "  receiving_teams: [billing]",
        "  zzz: [billing]",
        (
            "4:3: unknown key of 'match' 'zzz'; use one of: from_channels, is_escalation, reasons, "
            "receiving_teams, sending_teams, to_channels"
        ),
    ),
    "unknown team in match": (
        "[billing]",
        "[billing, biling]",
        "4:30: unknown team 'biling'; did you mean 'billing'?",
    ),
    "unknown sending team": (
        "receiving_teams: [billing]",
        "sending_teams: [chatt]",
        "4:19: unknown team 'chatt'; did you mean 'chat'?",
    ),
    "unknown receiving team": (
        "receiving_team: billing",
        "receiving_team: Billing",
        "5:17: unknown team 'Billing'; did you mean 'billing'?",
    ),
    "unknown channel": (
        "receiving_teams: [billing]",
        "from_channels: [fax, e-mail]",
        "4:24: unknown channel 'e-mail'; did you mean 'email'?",
    ),
    "not a list": (
        "[billing]",
        "billing",
        "4:20: 'receiving_teams' is not a list; write it in brackets or as lines that begin with '- '",
    ),
    "a number for a text": ("title: To billing", "title: 2024", "1:8: 'title' is not text; put it in quotes"),
    "an empty text": ("title: To billing", "title: ' '", "1:8: 'title' is empty; write something"),
    "no title": ("title: To billing", "title:", "1:1: handoff.yaml has no 'title'; add it"),
    "not a number": (
        "order: 10",
        "order: first",
        "2:8: 'order' is not a whole number from 0 to 1000000; write one",
    ),
    "too many turns": (
        "order: 10",
        "turns_shown: 11",
        "2:14: 'turns_shown' is not a whole number from 0 to 10; write one",
    ),
    "not true or false": (
        "order: 10",
        "sender_keeps_case: yes",
        "2:20: 'sender_keeps_case' is neither true nor false; write one of them",
    ),
    "unknown fact": (
        "filled_by: account_id",
        "filled_by: acount",
        "11:18: unknown fact 'acount'; did you mean 'account_id'?",
    ),
    "unknown stage": (
        "  after:",
        "  afterwards:",
        "12:3: unknown key of 'checklist' 'afterwards'; did you mean 'after'?",
    ),
    "duplicate item": (
        "id: told",
        "id: account-named",
        "13:11: duplicate item 'account-named', first on line 9; give it another id",
    ),
    "item without text": (
        "      text: Tell the customer\n",
        "",
        "13:7: a checklist item has no 'text'; add it",
    ),
    "item with a poor id": (
        "id: told",
        "id: Told it",
        "13:11: item 'Told it' is not a plain name; write small letters and digits, with '-' between words",
    ),
    "item that is no mapping": (
        "    - id: told\n      text: Tell the customer\n      required: false",
        "    - Tell the customer",
        "13:7: a checklist item is not a mapping; write lines of 'key: value'",
    ),
    "clock without owes": ("    owes: sending\n", "", "18:5: clock 'notes' has no 'owes'; add it"),
    "clock without budget": ("    budget: 15m\n", "", "18:5: clock 'notes' has no 'budget'; add it"),
    "clock that owes oddly": (
        "owes: sending",
        "owes: sender",
        "18:11: unknown team that owes 'sender'; did you mean 'sending'?",
    ),
    "unknown calendar": (
        "owes: sending",
        "owes: sending\n    calendar: berlin",
        "19:15: unknown calendar 'berlin'; use one of: elapsed, team",
    ),
    "zero budget": (
        "budget: 15m",
        "budget: 0m",
        "19:13: the budget '0m' is zero; write a duration above zero, such as 15m",
    ),
    "negative budget": (
        "budget: 15m",
        "budget: -15m",
        "19:13: the budget '-15m' is negative; write a duration above zero, such as 15m",
    ),
    "budget without unit": (
        "budget: 15m",
        "budget: 15",
        "19:13: the budget 15 has no unit; write a duration such as 15m",
    ),
    "budget in words": (
        "budget: 15m",
        "budget: a while",
        (
            "19:13: the budget 'a while' is not a duration; write days, hours, minutes and seconds in this "
            "order, such as 90s, 15m, 4h, 1h30m or 2d"
        ),
    ),
    "endless budget": (
        "budget: 15m",
        "budget: 999999999d",
        "19:13: the budget '999999999d' is longer than ten years; write a shorter one",
    ),
    "same rung twice": (
        "[50%, 80%]",
        "[50%, 50.0%]",
        "20:17: the rung '50%' is already on line 20; remove one, or write {name: ..., at: ...}",
    ),
    "same rung twice in other words": (
        "- 10m before",
        "- 10m before\n      - 600s before",
        "26:9: the rung '10m before' is already on line 25; remove one, or write {name: ..., at: ...}",
    ),
    "rung named breach": (
        "name: late",
        "name: breach",
        "26:9: a rung is named 'breach', which every clock has; give it another name",
    ),
    "rung after the due instant": (
        "80%",
        "100%",
        "20:17: the rung '100%' is not within the budget; write more than 0% and less than 100%",
    ),
    "rung before the start": (
        "80%",
        "15m before",
        "20:17: the rung '15m before' is not within the budget of 15m; write a shorter time",
    ),
    "no rung": (
        "80%",
        "soon",
        "20:17: 'soon' is not a rung; write a share such as 80%, or a time such as 10m before",
    ),
    "rung without place": ("{name: late, at: 90%}", "{name: late}", "26:9: a rung has no 'at'; add it"),
    "duplicate key": (
        "order: 10",
        "title: Again",
        "2:1: duplicate key 'title', first on line 1; keep one of the two",
    ),
    "duplicate clock": (
        "  accept:",
        "  notes:",
        "21:3: duplicate key 'notes', first on line 17; keep one of the two",
    ),
    "alias": (
        "order: 10\nmatch:\n  receiving_teams: [billing]\nreceiving_team: billing",
        "match:\n  receiving_teams: [&b billing]\nreceiving_team: *b",
        "3:21: an alias (*name) repeats this value; write the value where it is used",
    ),
    "tag": (
        "order: 10",
        "order: !!python/name:os.system 1",
        "2:8: the tag 'python/name:os.system' is not used here; write the plain value",
    ),
    "bad YAML": (
        "order: 10",
        "order: [10",
        "3:6: not YAML: expected ',' or ']', but got ':'; correct the syntax here",
    ),
}


@pytest.mark.parametrize(("old", "new", "problem"), ONE_CHANGE.values(), ids=ONE_CHANGE.keys())
def test_a_change_of_handoff_yaml(tmp_path: Path, old: str, new: str, problem: str) -> None:
    replace(a_set(tmp_path), H, old, new)
    assert f"{H}:{problem}" in told(tmp_path)
