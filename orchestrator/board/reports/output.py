"""What is shown, as CSV and JSON: the same rows, in a form for programs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from orchestrator.board.reports.table import Cell, Form, Table, Value, plain

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula."""


def csv_answer(header: Sequence[str], rows: Iterable[Sequence[Value]], name: str) -> Response:
    """Return rows as RFC 4180 has them, in UTF-8; text that a spreadsheet would compute is quoted by a '."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_safe(plain(value)) for value in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def json_answer(told: dict[str, Any], name: str) -> Response:
    """Return it as JSON."""
    return JSONResponse(told, headers={"Content-Disposition": f'inline; filename="{name}.json"'})


def table_rows(table: Table) -> list[Sequence[Cell]]:
    """Return all that a table shows, its last row too."""
    return [*table.rows, *([table.total] if table.total else [])]


def long_rows(tables: Iterable[Table]) -> Iterable[list[Value]]:
    """Return one row a number: the table, the names of its row, the column, the value and its unit."""
    for table in tables:
        names = [n for n, column in enumerate(table.columns) if not column.form.is_number]
        for row in table_rows(table):
            said = " / ".join(str(plain(row[n].value)) for n in names if row[n].value is not None)
            for column, cell in zip(table.columns, row, strict=True):
                if column.form.is_number:
                    yield [table.id, said, column.id, cell.value, unit_of(column.form)]


LONG_HEADER: Final = ("table", "row", "column", "value", "unit")


def unit_of(form: Form) -> str:
    """Return what a number is measured in."""
    return {Form.LENGTH: "seconds", Form.SHARE: "share"}.get(form, "count")


def as_json(table: Table) -> dict[str, Any]:
    """Return a table with its values and the addresses of what is behind them."""
    return {
        "table": table.id,
        "title": table.title,
        "formula": table.formula,
        "columns": [
            {"id": column.id, "title": column.title, "form": column.form.value} for column in table.columns
        ],
        "rows": [_row(table, row) for row in table.rows],
        "total": _row(table, table.total) if table.total else None,
    }


def _row(table: Table, row: Sequence[Cell]) -> dict[str, Any]:
    named = list(zip(table.columns, row, strict=True))
    links = {column.id: cell.link for column, cell in named if cell.link is not None}
    return {column.id: plain(cell.value) for column, cell in named} | ({"links": links} if links else {})


def _safe(value: str | int | float | None) -> str | int | float | None:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
