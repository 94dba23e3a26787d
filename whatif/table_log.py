"""A log that is a table: rows of text under a heading, read as a mapping says."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from handoff_templates.problems import Problems
from whatif.case_log import CaseLog
from whatif.log_events import Slimmer
from whatif.log_file import LogUnreadable
from whatif.mapping import Mapping
from whatif.mapping_file import MappingInvalid
from whatif.row_story import Line, RowStory
from whatif.row_values import BadValue, Row, text_of, time_of


def read_table(stream: IO[bytes], file: Path, mapping: Mapping, log: CaseLog) -> None:
    """Add what the rows of a table tell of the cases in the log's share.

    Raises:
        LogUnreadable: the table has no heading.
        MappingInvalid: the mapping names a column that the table has not.
    """
    assert mapping.case is not None
    text = io.TextIOWrapper(stream, mapping.encoding, errors="replace", newline="")
    reader = csv.reader(text, delimiter=mapping.delimiter)
    heading = next(reader, None)
    if not heading:
        raise LogUnreadable(f"{file}:1: there is no heading; its first line has to name the columns")
    columns = _columns(heading, file, mapping)
    cases: dict[str, list[Line]] = defaultdict(list)
    for number, cells in _rows(reader, log):
        if len(cells) != len(heading):
            _refuse(log, number, f"{len(cells)} cells, but the heading has {len(heading)}")
            continue
        row = Row(columns, cells, None)
        try:
            case = text_of(mapping.case, row)
            if case is None:
                raise BadValue("the row names no case")
        except BadValue as bad:
            _refuse(log, number, str(bad))
            continue
        if not log.share.has(case):
            continue
        log.rows += 1
        try:
            at = time_of(mapping.time, row) if mapping.time is not None else None
            if at is None and mapping.time is not None:
                raise BadValue("the row has no time")
        except BadValue as bad:
            log.refuse(number, "bad-value", str(bad))
            continue
        cases[case].append(Line(number, at, cells))
    text.detach()
    slimmer = Slimmer(mapping.teams)
    for case, lines in cases.items():
        RowStory(case, mapping, columns, slimmer, log).tell(lines)


def _columns(heading: Sequence[str], file: Path, mapping: Mapping) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, name in enumerate(heading):
        columns.setdefault(name.strip(), index)
    problems = Problems()
    for name, place in mapping.columns():
        if name not in columns:
            problems.unknown(place, f"column of {file.name}", name, columns)
    if problems.count:
        raise MappingInvalid(problems.sorted())
    return columns


def _rows(reader: Iterator[list[str]], log: CaseLog) -> Iterator[tuple[int, list[str]]]:
    """Return each row with the line on which it begins."""
    while True:
        number = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            _refuse(log, number, f"not a row of a table: {error}")
            continue
        if any(cells):
            yield number, cells


def _refuse(log: CaseLog, number: int, message: str) -> None:
    """Refuse a row of which nobody knows the case."""
    if log.share.is_first:
        log.rows += 1
        log.refuse(number, "bad-row", message)
