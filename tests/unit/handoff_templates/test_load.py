"""What a set of templates says becomes rules."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from handoff_templates import TemplatesInvalid, check, load
from handoff_templates.folder import HOME, read_files, version_of
from handoff_templates.problems import Problems
from orchestrator.domain.checklist import Stage
from orchestrator.domain.clocks.spec import BREACH_RUNG
from orchestrator.domain.policy import KindMatch, Routing
from tests.unit.handoff_templates.sets import HANDOFF, a_set, replace, write


def test_a_kind_says_what_its_file_says(tmp_path: Path) -> None:
    kind = load(a_set(tmp_path)).rules.kinds["to-billing"]
    assert (kind.title, kind.order, kind.receiving_team) == ("To billing", 10, "billing")
    assert kind.match == KindMatch(receiving_teams=("billing",))
    assert [(i.id, i.stage, i.required, i.filled_by) for i in kind.checklist] == [
        ("account-named", Stage.BEFORE, True, "account_id"),
        ("told", Stage.AFTER, False, None),
    ]
    notes, accept = kind.clocks
    assert (notes.kind, notes.owes, notes.budget) == ("notes", "sending", timedelta(minutes=15))
    assert [(r.name, r.share) for r in notes.rungs] == [("50%", 0.5), ("80%", 0.8), ("breach", 1.0)]
    assert accept.budget == timedelta(minutes=90)
    assert [r.name for r in accept.rungs] == ["10m before", "late", "breach"]
    assert [r.offset(accept.budget) for r in accept.rungs] == [timedelta(minutes=m) for m in (80, 81, 90)]
    assert accept.rungs[-1] is BREACH_RUNG


def test_kinds_of_one_order_are_tried_by_name(tmp_path: Path) -> None:
    a_set(tmp_path)
    for name in ("a-kind", "z-kind"):
        shutil.copytree(tmp_path / "to-billing", tmp_path / name)
        replace(tmp_path, f"{name}/handoff.yaml", "[billing]", f"[billing]\n  reasons: [{name}]")
    replace(tmp_path, "z-kind/handoff.yaml", "order: 10", "order: 9")
    assert list(load(tmp_path).rules.kinds) == ["z-kind", "a-kind", "to-billing"]


def test_yaml_is_1_2_so_yes_is_a_word(tmp_path: Path) -> None:
    a_set(tmp_path)
    replace(tmp_path, "to-billing/handoff.yaml", "title: To billing", "title: yes")
    assert load(tmp_path).rules.kinds["to-billing"].title == "yes"


def test_a_minimal_kind_has_defaults(tmp_path: Path) -> None:
    a_set(tmp_path)
    write(tmp_path, "to-billing/handoff.yaml", "title: Anything\n")
    kind = load(tmp_path).rules.kinds["to-billing"]
    assert (kind.order, kind.turns_shown, kind.sender_keeps_case) == (100, 5, False)
    assert (kind.checklist, kind.clocks, kind.receiving_team, kind.policies) == ((), (), None, ())


def test_a_minimal_set_has_no_calendars_and_the_usual_routing(tmp_path: Path) -> None:
    rules = load(a_set(tmp_path)).rules
    assert (rules.calendars, rules.routing) == ({}, Routing())


def test_a_set_without_shared_texts_and_clocks_has_those_of_the_package(tmp_path: Path) -> None:
    a_set(tmp_path, packet='{% extends "_shared/packet.md.j2" %}')
    shutil.rmtree(tmp_path / "_shared")
    replace(tmp_path, "to-billing/handoff.yaml", "  notes:", "  first_contact:")
    assert check(tmp_path) == []
    write(tmp_path, "_shared/own.md.j2", "")
    assert "no 'starts'; add it, or take a clock of _shared/clocks.yaml: none" in str(check(tmp_path)[0])
    assert "unknown template '_shared/packet.md.j2'" in str(check(tmp_path)[-1])


# Version


def test_the_version_is_the_same_on_every_machine(tmp_path: Path) -> None:
    shutil.copytree(HOME, tmp_path / "copy", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    version = load().rules.version
    assert load(tmp_path / "copy").rules.version == version
    assert len(version) == 16


def test_the_version_does_not_depend_on_the_order_of_files_or_the_ends_of_lines(tmp_path: Path) -> None:
    files = read_files(a_set(tmp_path), Problems())
    assert version_of(dict(reversed(files.items()))) == version_of(files)
    for file in tmp_path.rglob("*.yaml"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert version_of(read_files(tmp_path, Problems())) == version_of(files)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("to-billing/packet.md.j2", "Other words"),
        ("to-billing/handoff.yaml", HANDOFF + "# a remark\n"),
        ("_shared/extra.md.j2", ""),
        ("to-billing/more.md.j2", ""),
        ("calendars.yaml", "berlin: {zone: Europe/Berlin, week: {mon: [09:00-17:00]}}\n"),
        ("routing.yaml", "hop_limit: 9\n"),
    ],
)
def test_the_version_changes_with_any_file(tmp_path: Path, path: str, text: str) -> None:
    before = load(a_set(tmp_path)).rules.version
    write(tmp_path, path, text)
    assert load(tmp_path).rules.version != before


def test_other_files_are_no_part_of_a_set(tmp_path: Path) -> None:
    before = load(a_set(tmp_path)).rules.version
    write(tmp_path, "to-billing/README.md", "About this kind")
    write(tmp_path, ".git/config.yaml", "a: 1")
    assert load(tmp_path).rules.version == before


def test_text_moved_from_one_file_to_the_next_is_another_version() -> None:
    assert version_of({"a": "xy", "b": ""}) != version_of({"a": "x", "b": "y"})


# Refusals


def test_all_problems_are_told_at_once_in_order(tmp_path: Path) -> None:
    a_set(tmp_path, packet="{{ custmer.name }}", opening_line="{% if %}")
    replace(tmp_path, "teams.yaml", "[chat]", "[chatt]")
    replace(tmp_path, "to-billing/handoff.yaml", "order: 10", "oder: 10")
    replace(tmp_path, "to-billing/handoff.yaml", "budget: 15m", "budget: 0s")
    with pytest.raises(TemplatesInvalid) as caught:
        load(tmp_path)
    places = [(p.file, p.line, p.column) for p in caught.value.problems]
    assert places == [
        ("teams.yaml", 3, 14),
        ("to-billing/handoff.yaml", 2, 1),
        ("to-billing/handoff.yaml", 19, 13),
        ("to-billing/opening_line.txt.j2", 1, 1),
        ("to-billing/packet.md.j2", 1, 4),
    ]
    lines = str(caught.value).splitlines()
    assert lines[0] == "5 problems in the handoff templates:"
    assert lines[1] == "teams.yaml:3:14: unknown channel 'chatt'; did you mean 'chat'?"


def test_one_problem_is_one(tmp_path: Path) -> None:
    a_set(tmp_path)
    replace(tmp_path, "to-billing/handoff.yaml", "title: To billing\n", "")
    with pytest.raises(TemplatesInvalid, match=r"^1 problem in the handoff templates:\n[^\n]+$"):
        load(tmp_path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    [problem] = check(tmp_path / "nowhere")
    assert problem.message == "there is no such folder; give the path of a set of templates"


def test_an_empty_folder(tmp_path: Path) -> None:
    assert [(p.file, p.message) for p in check(tmp_path)] == [
        (".", "there is no kind of handoff; copy the folder of one"),
        ("teams.yaml", "the file is missing; list the teams in it"),
    ]
