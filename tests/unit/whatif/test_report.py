"""A report as people and programs read it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests import builders as b
from tests.unit.whatif.logs import a_week, asked, line, write
from tests.unit.whatif.test_replay import rules
from whatif import replay
from whatif.page import page_of
from whatif.report import Policies, report_of
from whatif.tables import tables
from whatif.words import change, headline, points, remarks, span

GOLDEN = Path(__file__).parent / "golden"


def a_report(tmp_path: Path, *, compared: bool, lines: list[str] | None = None) -> dict[str, Any]:
    file = write(tmp_path / "week.jsonl", lines if lines is not None else [*a_week(), "not an event"])
    found = replay(file, rules(version="new"), against=rules(b.HOUR, "old") if compared else None)
    return report_of(found, log="week.jsonl", policies=Policies("draft", "live" if compared else None))


@pytest.mark.parametrize("name", ["alone", "compared"])
def test_the_report_of_a_small_log_is_as_it_was(name: str, tmp_path: Path) -> None:
    report = a_report(tmp_path, compared=name == "compared")
    golden = (GOLDEN / f"{name}.json").read_text(encoding="utf-8")

    assert report == json.loads(golden)


def test_tables_say_what_changed(tmp_path: Path) -> None:
    shown = {table.title: table for table in tables(a_report(tmp_path, compared=True), top=3)}

    assert shown["clocks"].columns[2:5] == ("breached before", "after", "difference")
    accept = next(row for row in shown["clocks"].rows if row[0] == "accept")
    assert accept[2:5] == ["8", "29", "+21"]
    assert len(shown["would breach anew: 21 (accept 21)"].rows) == 3
    assert [row[:2] for row in shown["bad rows"].rows] == [[str(len(a_week()) + 1), "malformed-json"]]
    assert "biggest breaches" not in shown


def test_tables_of_one_policy_say_how_late(tmp_path: Path) -> None:
    shown = {table.title: table for table in tables(a_report(tmp_path, compared=False), top=3)}

    assert shown["clocks"].columns[-3:] == ("late p50", "p90", "most")
    assert len(shown["biggest breaches"].rows) == 3
    assert all(len(row) == len(table.columns) for table in shown.values() for row in table.rows)


class Page(HTMLParser):
    """What a page asks of its reader's browser."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.svgs: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [
            f"{name}={value}" for name, value in attrs if name in ("src", "href", "data", "action")
        ]
        if tag == "svg":
            self.svgs.append(dict(attrs))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("compared", [True, False])
def test_a_page_needs_nothing_from_outside(compared: bool, tmp_path: Path) -> None:
    text = page_of(a_report(tmp_path, compared=compared), top=5)
    page = Page(text)

    assert not page.open
    assert not page.links
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert not re.search(r"https?:|url\(|@import", text)
    assert "prefers-color-scheme: dark" in text
    assert 'name="viewport"' in text


def test_a_chart_can_be_read_without_seeing_it(tmp_path: Path) -> None:
    page = Page(page_of(a_report(tmp_path, compared=True), top=5))

    hidden = [svg for svg in page.svgs if svg.get("aria-hidden") == "true"]
    shown = [svg for svg in page.svgs if svg not in hidden]
    assert len(shown) > 10
    assert all(svg.get("role") == "img" and svg.get("aria-label") for svg in shown)


def test_what_others_wrote_is_text_on_the_page(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>{{ 7 * 7 }}"
    lines = [line(asked(receiving=evil, case_id=evil), "r-1", b.T0, evil)]
    lines.append(line(asked(case_id="later"), "r-2", b.T0 + b.HOUR, "later"))

    text = page_of(a_report(tmp_path, compared=False, lines=lines), top=5)

    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "{{ 7 * 7 }}" in text


def test_a_report_of_nothing_is_a_page_too(tmp_path: Path) -> None:
    lines = [line(asked(), "r-1", b.T0)]

    text = page_of(a_report(tmp_path, compared=True, lines=lines), top=5)

    assert "Would breach anew: 0" in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0, "0s"),
        (59.9, "59s"),
        (60, "1m"),
        (3_661, "1h 1m"),
        (86_400, "1d"),
        (90_061, "1d 1h"),
        (86_460, "1d"),
    ],
)
def test_a_span_has_its_two_largest_units(seconds: float | None, words: str) -> None:
    assert span(seconds) == words


def test_a_difference_has_a_sign_that_is_no_hyphen() -> None:
    assert [change(n) for n in (3, 0, -1_200)] == ["+3", "0", "−1,200"]
    assert [points(n) for n in (0.012, 0.0, -0.0301)] == ["+1.2", "0", "−3.0"]


def test_the_remarks_say_what_the_numbers_leave_out(tmp_path: Path) -> None:
    lines = [line(asked(receiving="Desk {9}", case_id=f"C-{n}"), f"r-{n}", b.T0, f"C-{n}") for n in range(2)]
    report = a_report(tmp_path, compared=False, lines=[*lines, lines[0], "{"])

    text = "\n".join(remarks(report))

    assert "1 bad rows were passed over" in text
    assert "1 events stood there twice" in text
    assert "(Desk {9})" in text
    assert headline(report).startswith("2 events of 2 cases, 2026-03-02 to 2026-03-02, from 4 rows")
