"""Tables that a spreadsheet opens."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.board.spreadsheet import cell, csv_lines


@pytest.mark.parametrize("text", ["=1+1", "+49 1", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_text_that_would_compute_becomes_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["a=b", "case-1", "", "1=2"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


def test_values_have_one_form_each() -> None:
    at = datetime.fromisoformat("2026-03-02T10:00:00.5+01:00")
    assert [cell(v) for v in (None, True, -3, 0.5, at)] == ["", "true", "-3", "0.5", "2026-03-02T09:00:00Z"]
    assert cell(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00Z"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_no_cell_begins_like_a_formula_and_none_is_lost(rows: list[list[str]]) -> None:
    text = "".join(csv_lines(["a", "b"], rows))
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert [len(row) for row in read] == [2] * (len(rows) + 1)
    for row, said in zip(rows, read[1:], strict=True):
        for value, found in zip(row, said, strict=True):
            assert found in (value, f"'{value}")
            assert not found.lstrip(" ").startswith(("=", "+", "-", "@"))
