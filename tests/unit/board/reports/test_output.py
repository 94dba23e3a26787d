"""Tables as they leave: nothing that a spreadsheet would compute, values and not words."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta, timezone
from io import StringIO

import pytest

from orchestrator.board.reports.formulas import formula_of
from orchestrator.board.reports.output import as_json, csv_answer, long_rows
from orchestrator.board.reports.table import Cell, Column, Form, Table, Value
from orchestrator.board.reports.words import Numbers
from orchestrator.domain.figures.in_time import IN_TIME_FORMULA

TABLE = Table(
    "held",
    "Time by team",
    "what it means",
    [
        Column("from", "From", Form.TEAM),
        Column("to", "To", Form.TEAM),
        Column("whole", "In all", Form.LENGTH),
        Column("share", "Share", Form.SHARE),
    ],
    [[Cell("tier-1"), Cell("tier-2"), Cell(timedelta(minutes=2), "/cases?x=1"), Cell(0.25)]],
    total=[Cell("All"), Cell(None), Cell(timedelta(minutes=8)), Cell(None)],
)


def written(*values: Value) -> list[str]:
    body = csv_answer(["value"], [[value] for value in values], "x").body
    return [row[0] for row in csv.reader(StringIO(bytes(body).decode()))][1:]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0"])
def test_text_that_a_spreadsheet_would_compute_is_quoted(text: str) -> None:
    assert written(text) == ["'" + text]


def test_numbers_stay_numbers_and_commas_and_quotes_come_back() -> None:
    assert written(-1, 0.5, 'a, "b"\nc', "") == ["-1", "0.5", 'a, "b"\nc', ""]


def test_instants_are_in_utc_and_lengths_in_seconds() -> None:
    at = datetime(2026, 3, 2, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    assert written(at, timedelta(minutes=1, microseconds=500_000)) == ["2026-03-02T09:00:00Z", "60.5"]


def test_every_number_is_a_row_with_what_it_is_measured_in() -> None:
    assert list(long_rows([TABLE])) == [
        ["held", "tier-1 / tier-2", "whole", timedelta(minutes=2), "seconds"],
        ["held", "tier-1 / tier-2", "share", 0.25, "share"],
        ["held", "All", "whole", timedelta(minutes=8), "seconds"],
        ["held", "All", "share", None, "share"],
    ]


def test_json_has_values_and_where_they_lead() -> None:
    told = as_json(TABLE)
    links = {"whole": "/cases?x=1"}
    assert told["rows"] == [{"from": "tier-1", "to": "tier-2", "whole": 120.0, "share": 0.25, "links": links}]
    assert told["total"]["whole"] == 480.0


def test_the_page_and_the_board_mean_the_same_by_in_time() -> None:
    assert formula_of("clocks", str) == IN_TIME_FORMULA


def test_a_share_is_written_as_readers_write_and_never_rounded_up_to_all() -> None:
    assert Numbers("en").share(0.9312) == "93.1\N{NO-BREAK SPACE}%"
    assert Numbers("de").share(0.9312) == "93,1\N{NO-BREAK SPACE}%"
    assert Numbers("en").share(0.99996) == "99.9\N{NO-BREAK SPACE}%"
    assert Numbers("en").share(0.99996, 0) == "99\N{NO-BREAK SPACE}%"
    assert Numbers("en").share(1.0, 0) == "100\N{NO-BREAK SPACE}%"
    assert (Numbers("en").count(1300), Numbers("de").count(1300)) == ("1,300", "1.300")
