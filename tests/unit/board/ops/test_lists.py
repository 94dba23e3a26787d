"""Findings of the map in the lists that ops works through, each with its place in the file."""

from __future__ import annotations

from orchestrator.board.ops.lists import lists
from orchestrator.board.ops.source import OnDisk
from orchestrator.domain.integration_map.findings import Finding
from tests.unit.domain.maps import a_stack

PLACES = {
    ("systems", "crm"): "integration_map.yaml:12",
    ("flows",): "integration_map.yaml:40",
}
ON_DISK = OnDisk(a_stack(), "rules-1", (), PLACES)


def test_each_finding_stands_in_the_list_that_it_asks_for() -> None:
    found = lists(
        [
            Finding("unowned", ("systems", "crm"), "nobody owns it"),
            Finding("unreviewed", ("connections", "crm+desk"), "nobody read it"),
            Finding("single-point-of-failure", ("systems", "desk"), "all stands on it"),
            Finding("duplicate", ("flows", "history"), "two do the same"),
            Finding("echo", ("flows", "desk-to-tracker"), "it may come back"),
        ],
        ON_DISK,
    )
    assert [line.finding.code for line in found.unowned] == ["unowned"]
    assert [line.finding.code for line in found.unreviewed] == ["unreviewed"]
    assert [line.finding.code for line in found.single_points] == ["single-point-of-failure"]
    assert [line.finding.code for line in found.others] == ["duplicate", "echo"]


def test_a_finding_has_its_own_place_else_that_of_its_section_else_none() -> None:
    codes = [("systems", "crm"), ("flows", "history"), ("owners", "it")]
    found = lists([Finding("unowned", where, "x") for where in codes], ON_DISK)
    places = [line.place for line in found.unowned]
    assert places == ["integration_map.yaml:12", "integration_map.yaml:40", ""]


def test_a_finding_leads_to_its_system_or_flow() -> None:
    found = lists(
        [Finding("unowned", where, "x") for where in (("systems", "crm"), ("owners", "it"), ("flows", "f"))],
        ON_DISK,
    )
    assert [line.about for line in found.unowned] == ["crm", None, "f"]
