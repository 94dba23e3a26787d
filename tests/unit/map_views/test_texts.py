"""The map as Mermaid, as DOT, as a page and as a catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from ruamel.yaml import YAML

from orchestrator.domain.integration_map.checks import findings
from orchestrator.map_views.catalog_info import catalog_info_of
from orchestrator.map_views.dot import dot_of
from orchestrator.map_views.mermaid import mermaid_of
from orchestrator.map_views.page import html_of
from orchestrator.map_views.spans import span_in_words
from tests.unit.domain.maps import TODAY, a_flow, a_map, a_stack, a_system

NASTY = 'A "b" <i>&amp; \\ #c;\nd'


class TestMermaid:
    def test_boxes_and_arrows(self) -> None:
        lines = mermaid_of(a_stack()).splitlines()
        assert lines[0] == "flowchart LR"
        assert '    s_crm["Crm<br><small>OPS</small>"]' in lines
        assert '    s_warehouse(["Warehouse"])' in lines
        assert '    s_crm -->|"Crm-to-desk"| s_desk' in lines
        assert '    s_desk <-->|"Desk-to-tracker"| s_tracker' in lines

    def test_by_hand_is_dotted_and_health_coloured(self) -> None:
        map = a_map(a_flow("a", "b", timing="manual"), a_flow("b", "c"))
        drawn = mermaid_of(map, health={"b-to-c": "error"})
        assert 's_a -.->|"A-to-b"| s_b' in drawn
        assert '|"■ B-to-c"|' in drawn
        assert "linkStyle 1 stroke" in drawn

    def test_ids_stay_apart(self) -> None:
        map = a_map(*(a_system(id) for id in ("a-b", "a_b", "a.b", "end")))
        ids = re.findall(r"^    (\w+)\[", mermaid_of(map), flags=re.MULTILINE)
        assert len(set(ids)) == 4
        assert "end" not in ids

    def test_text_cannot_leave_its_quotes(self) -> None:
        line = mermaid_of(a_map(a_system("a", name=NASTY))).splitlines()[1]
        assert line.count('"') == 2
        assert "<i>" not in line


class TestDot:
    def test_boxes_and_arrows(self) -> None:
        drawn = dot_of(a_stack(), health={"crm-to-desk": "warn"})
        assert '"crm" [label="Crm\\nOPS"];' in drawn
        assert '"desk" -> "tracker" [label="Desk-to-tracker"' in drawn
        assert "dir=both" in drawn
        assert re.search(r'"crm" -> "desk" \[label="▲ Crm-to-desk".*color="#c98a1b"', drawn)
        assert drawn.count("{") == drawn.count("}") == 1

    def test_text_cannot_leave_its_quotes(self) -> None:
        (line,) = [each for each in dot_of(a_map(a_system("a", name=NASTY))).splitlines() if "label" in each]
        assert re.fullmatch(r'  "a" \[label="(?:[^"\\]|\\.)*"\];', line)


class _Page(HTMLParser):
    """Collects what a page loads, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.said = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [str(value) for name, value in attrs if name in ("src", "href", "xlink:href")]

    def handle_data(self, data: str) -> None:
        self.said += data


class TestPage:
    def test_it_needs_nothing_else(self) -> None:
        page = _Page(html_of(a_stack()))
        assert page.links == []
        assert not {"script", "link", "img", "iframe"} & set(page.tags)
        assert "@import" not in page.said
        assert not re.search(r"url\((?!#)", page.said)

    def test_all_of_the_map_is_on_it(self) -> None:
        stack = a_stack()
        said = _Page(html_of(stack, health={"crm-to-desk": "error"})).said
        names = [each.name for each in stack.systems.values()]
        names += [each.name for each in stack.flows.values()]
        names += [each.name for each in stack.workflows.values()]
        assert [name for name in names if name not in said] == []
        for field in ("account.name", "contract.tier", "billing.payment_state"):
            assert field in said
        assert "Look into billing." in said
        assert "failed" in said
        assert "ops@example.com" in said

    def test_findings_are_told_warnings_first(self) -> None:
        stack = a_stack()
        found = findings(stack, today=TODAY + timedelta(days=200))
        said = " ".join(_Page(html_of(stack, findings=found)).said.split())
        assert "To look at" in said
        assert said.index("▲ unreviewed") < said.index("single-point-of-failure")
        assert "To look at" not in _Page(html_of(stack)).said

    def test_what_is_written_in_a_map_stays_text(self) -> None:
        bad = "<script>alert(1)</script>"
        map = a_map(a_system("a", name=bad, purpose=bad), a_flow("a", "b", name=bad, fallback=bad))
        page = _Page(html_of(map))
        assert "script" not in page.tags
        assert bad in page.said


class TestCatalogue:
    @pytest.fixture
    def entities(self) -> list[dict[str, Any]]:
        return list(YAML(typ="safe").load_all(catalog_info_of(a_stack())))

    def test_every_entity_has_what_backstage_asks_for(self, entities: list[dict[str, Any]]) -> None:
        asked = {
            "Component": {"type", "lifecycle", "owner"},
            "API": {"type", "lifecycle", "owner", "definition"},
            "Resource": {"type", "owner"},
            "System": {"owner"},
            "Group": {"type", "children"},
        }
        for entity in entities:
            assert entity["apiVersion"] == "backstage.io/v1alpha1"
            assert entity["spec"].keys() >= asked[entity["kind"]], entity
            assert re.fullmatch(r"[a-zA-Z0-9]([-_.a-zA-Z0-9]{0,61}[a-zA-Z0-9])?", entity["metadata"]["name"])

    def test_every_reference_leads_to_an_entity(self, entities: list[dict[str, Any]]) -> None:
        known = {f"{each['kind'].lower()}:{each['metadata']['name']}" for each in entities}
        assert len(known) == len(entities)
        references = set(self._references(entities))
        assert references
        assert references <= known

    def test_who_sends_provides_and_who_receives_consumes(self, entities: list[dict[str, Any]]) -> None:
        specs = {each["metadata"]["name"]: each["spec"] for each in entities if each["kind"] == "Component"}
        assert specs["crm"]["providesApis"] == ["crm-to-desk"]
        assert specs["crm"]["consumesApis"] == ["history"]
        assert "desk-to-tracker" in specs["tracker"]["consumesApis"]
        assert "desk-to-tracker" in specs["tracker"]["providesApis"]
        assert specs["crm"]["owner"] == "group:ops"
        assert specs["workflow-lookup"]["consumesApis"] == ["crm-to-desk"]
        assert specs["workflow-lookup"]["dependsOn"] == ["component:crm", "component:desk"]

    def _references(self, entities: list[dict[str, Any]]) -> Iterator[str]:
        for entity in entities:
            spec = entity["spec"]
            yield from spec.get("dependsOn", ())
            yield from (
                f"api:{name}" for key in ("providesApis", "consumesApis") for name in spec.get(key, ())
            )
            if "owner" in spec:
                yield spec["owner"]
            if "system" in spec:
                yield f"system:{spec['system']}"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "no time"), (1, "1 second"), (5_400, "1 hour 30 minutes"), (176_400, "2 days 1 hour")],
)
def test_a_span_is_said_exactly(seconds: int, words: str) -> None:
    assert span_in_words(timedelta(seconds=seconds)) == words
