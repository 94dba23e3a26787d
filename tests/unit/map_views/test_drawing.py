"""The drawing: nothing overlaps, every flow is there, and whatever is written in a map stays text."""

from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.integration_map.model import IntegrationMap
from orchestrator.map_views.layering import Edge, columns_of
from orchestrator.map_views.layout import BOX_WIDTH, laid_out, path_of
from orchestrator.map_views.svg import svg_of
from tests.unit.domain.maps import a_flow, a_map, a_stack, a_system
from tests.unit.domain.properties import PROPERTY

SVG = "{http://www.w3.org/2000/svg}"
BOXES = "abcdefghij"
edges = st.lists(st.tuples(st.sampled_from(BOXES), st.sampled_from(BOXES)), max_size=25).map(
    lambda ends: [Edge(f"e{n}", *each) for n, each in enumerate(ends)]
)


@PROPERTY
@given(edges)
def test_no_box_touches_another_and_all_are_on_the_paper(edges: list[Edge]) -> None:
    layout = laid_out(BOXES, edges)
    assert sorted(box.id for box in layout.boxes) == sorted(BOXES)
    for box in layout.boxes:
        assert 0 <= box.x <= layout.width - BOX_WIDTH
        assert 0 <= box.y <= layout.height - box.height + 0.001
    for one, other in combinations(layout.boxes, 2):
        is_beside = abs(one.x - other.x) >= BOX_WIDTH
        is_above = one.y + one.height <= other.y + 0.001 or other.y + other.height <= one.y + 0.001
        assert is_beside or is_above, (one, other)


@PROPERTY
@given(edges)
def test_every_line_leaves_its_left_box_and_reaches_its_right_one(edges: list[Edge]) -> None:
    layout = laid_out(BOXES, edges)
    boxes = {box.id: box for box in layout.boxes}
    lines = {line.id: line for line in layout.lines}
    assert lines.keys() == {edge.id for edge in edges if edge.source != edge.destination}
    for edge in edges:
        if edge.source == edge.destination:
            continue
        line = lines[edge.id]
        left, right = (edge.destination, edge.source) if line.is_reversed else (edge.source, edge.destination)
        (x, y), (to_x, to_y) = line.points[0], line.points[-1]
        assert x == boxes[left].x + BOX_WIDTH
        assert boxes[left].y <= y <= boxes[left].y + boxes[left].height
        assert to_x == boxes[right].x
        assert boxes[right].y <= to_y <= boxes[right].y + boxes[right].height
        assert all(0 <= y <= layout.height for _, y in line.points)
        assert path_of(line).startswith(f"M{x:.1f}")


@PROPERTY
@given(edges)
def test_no_line_passes_through_a_box(edges: list[Edge]) -> None:
    layout = laid_out(BOXES, edges)
    for line in layout.lines:
        inner = line.points[1:-1]
        for (x, y), (to_x, _) in zip(inner[::2], inner[1::2], strict=True):
            for box in layout.boxes:
                if box.x < to_x and x < box.x + BOX_WIDTH:
                    assert not box.y < y < box.y + box.height, (line, box)


def test_a_chain_points_to_the_right_and_what_comes_back_to_the_left() -> None:
    chain = [Edge("1", "a", "b"), Edge("2", "b", "c"), Edge("3", "a", "c")]
    assert columns_of("abc", chain) == {"a": 0, "b": 1, "c": 2}
    back = [*chain, Edge("4", "c", "a")]
    assert sum(line.is_reversed for line in laid_out("abc", back).lines) == 1


def test_what_feeds_packets_decides_the_direction() -> None:
    heavy = [Edge("1", "a", "b", 1), Edge("2", "b", "a", 2)]
    columns = columns_of("ab", heavy)
    assert columns["b"] < columns["a"]


class TestSvg:
    def test_it_is_xml_with_a_line_and_a_title_for_each_flow(self) -> None:
        stack = a_stack()
        root = ElementTree.fromstring(svg_of(stack))
        flows = [p for p in root.iter(f"{SVG}path") if "map-flow" in (p.get("class") or "")]
        titles = [str(flow.findtext(f"{SVG}title")) for flow in flows]
        assert len(flows) == len(stack.flows)
        assert "Crm-to-desk: Crm to Desk, real-time: data of crm-to-desk" in titles
        texts = [text.text for text in root.iter(f"{SVG}text")]
        assert {"Crm", "Desk", "Billing", "Tracker", "Warehouse"} <= set(texts)

    def test_both_ends_of_a_two_way_flow_have_a_head_and_one_of_the_others(self) -> None:
        root = ElementTree.fromstring(svg_of(a_stack()))
        for path in root.iter(f"{SVG}path"):
            if "map-flow" in (path.get("class") or ""):
                heads = sum(bool(path.get(f"marker-{end}")) for end in ("start", "end"))
                assert heads == (2 if "both ways" in str(path.findtext(f"{SVG}title")) else 1)

    def test_health_is_seen_without_colours(self) -> None:
        drawn = svg_of(a_stack(), health={"crm-to-desk": "warn", "billing-to-desk": "error", "revenue": "ok"})
        assert "▲ Crm-to-desk" in drawn
        assert "■ Billing-to-desk" in drawn
        assert re.search(r'class="map-flow error" [^>]*><title>Billing-to-desk[^<]*; failed<', drawn)
        assert "late" not in svg_of(a_stack()), "the legend speaks of it only where flows are watched"

    def test_a_state_that_nobody_knows_is_no_style(self) -> None:
        assert 'class="map-flow unknown"' in svg_of(a_stack(), health={"crm-to-desk": '"><script>'})

    @pytest.mark.parametrize("text", ["<script>alert(1)</script>", 'a "b" & c', "]]>", "é" * 60])
    def test_what_is_written_in_a_map_stays_text(self, text: str) -> None:
        map = a_map(a_system("crm", name=text), a_flow("crm", "desk", name=text, data=(text,)))
        root = ElementTree.fromstring(svg_of(map))
        assert not [each for each in root.iter() if each.tag.endswith("script")]
        assert any(str(title.text).startswith(f"{text}:") for title in root.iter(f"{SVG}title"))

    def test_it_needs_nothing_else(self) -> None:
        drawn = svg_of(a_stack()).replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert "http" not in drawn
        assert "prefers-color-scheme:dark" in drawn

    def test_systems_without_flows_are_drawn_too(self) -> None:
        map = a_map(*(a_system(f"s{n}") for n in range(9)))
        texts = [each.text for each in ElementTree.fromstring(svg_of(map)).iter(f"{SVG}text")]
        assert {f"S{n}" for n in range(9)} <= set(texts)

    def test_an_empty_map_is_an_empty_drawing(self) -> None:
        assert ElementTree.fromstring(svg_of(IntegrationMap())).tag == f"{SVG}svg"
