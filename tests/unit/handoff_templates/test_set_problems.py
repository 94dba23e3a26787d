"""What can be wrong in teams.yaml, in a file, and between one kind and the next."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.unit.handoff_templates.sets import a_set, replace, told, write

H = "to-billing/handoff.yaml"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1: the file is empty; copy the one of another kind or folder"),
        ("- chat", "1:1: teams.yaml is not a mapping; write lines of 'key: value'"),
        ("chat: {}", "1:7: team 'chat' has no 'name'; add it"),
        ("chat: {name: Chat, channel: [chat]}", "1:20: unknown key of team 'chat' 'channel'; did you mean"),
        ("chat: {name: Chat}\nchat: {name: Two}", "2:1: duplicate key 'chat', first on line 1; keep one"),
        ("Chat team: {name: Chat}", "1:1: team 'Chat team' is not a plain name; write small letters"),
        ("? [a, b]\n: {name: Chat}", "1:3: a key must be one word; write it without brackets"),
    ],
)
def test_a_teams_file(tmp_path: Path, text: str, problem: str) -> None:
    write(a_set(tmp_path), "teams.yaml", text)
    found = [line for line in told(tmp_path) if line.startswith("teams.yaml")]
    assert any(line.startswith(f"teams.yaml:{problem}") for line in found), found


def test_unreadable_teams_are_told_once_and_not_for_each_name(tmp_path: Path) -> None:
    write(a_set(tmp_path), "teams.yaml", "chat: [")
    assert len(told(tmp_path)) == 1


def test_a_team_that_nobody_knows_among_no_teams(tmp_path: Path) -> None:
    write(a_set(tmp_path), "teams.yaml", "{}")
    assert "teams.yaml:1:1: there are no teams; add at least one" in told(tmp_path)
    assert f"{H}:5:17: unknown team 'billing'; remove it: none are known" in told(tmp_path)


def test_a_clock_of_any_name_is_allowed(tmp_path: Path) -> None:
    replace(a_set(tmp_path), H, "  accept:", "  call_back:\n    starts: [accepted]\n    stops: [contacted]")
    assert told(tmp_path) == []


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    (a_set(tmp_path) / H).write_bytes(b"title: A\norder: 1 # \xff\n")
    assert told(tmp_path) == [f"{H}:2:1: not UTF-8; save the file as UTF-8"]


def test_two_kinds_that_match_everything(tmp_path: Path) -> None:
    a_set(tmp_path)
    replace(tmp_path, H, "match:\n  receiving_teams: [billing]\n", "")
    shutil.copytree(tmp_path / "to-billing", tmp_path / "too")
    assert told(tmp_path) == [
        "too/handoff.yaml:1:1: both 'to-billing' and 'too' match everything; give one of them a 'match'"
    ]


def test_a_kind_behind_one_that_matches_everything(tmp_path: Path) -> None:
    a_set(tmp_path)
    shutil.copytree(tmp_path / "to-billing", tmp_path / "all")
    replace(tmp_path, "all/handoff.yaml", "order: 10\nmatch:\n  receiving_teams: [billing]", "order: 1")
    assert told(tmp_path) == [
        (
            f"{H}:4:3: 'to-billing' is never chosen, since 'all' of order 1 matches everything; "
            "give that one the highest 'order'"
        )
    ]


def test_a_copied_kind_that_was_not_changed(tmp_path: Path) -> None:
    a_set(tmp_path)
    shutil.copytree(tmp_path / "to-billing", tmp_path / "copy")
    assert told(tmp_path) == [
        f"{H}:4:3: 'to-billing' is never chosen, since 'copy' has the same 'match'; change one of the two"
    ]


def test_a_folder_with_a_poor_name(tmp_path: Path) -> None:
    a_set(tmp_path)
    (tmp_path / "to-billing").rename(tmp_path / "To Billing")
    assert "To Billing/handoff.yaml:1:1: kind 'To Billing' is not a plain name" in told(tmp_path)[0]


def test_a_folder_without_its_rules(tmp_path: Path) -> None:
    a_set(tmp_path)
    (tmp_path / "empty").mkdir()
    assert told(tmp_path) == ["empty/handoff.yaml:1:1: the file is missing; copy it from another kind"]
