"""The log as it is: incidents, and the changes of each in the order of time."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).resolve().parents[3] / "shared" / "data" / "volvo_incidents_2013.csv.gz"


@dataclass(frozen=True, slots=True)
class Change:
    """One row: what an incident became at an instant."""

    at: datetime
    """Aware UTC."""
    status: str
    """Queued, Accepted, Completed, or Unmatched."""
    sub_status: str
    team: str
    """The support team, as the log spells it."""
    line: str
    """The support line: L1, L2, L2/L3 or L3."""
    impact: str
    product: str
    country: str
    """Two letters, or 0 where it is not known."""
    agent: str

    @property
    def is_wait(self) -> bool:
        """Whether the work waits for somebody outside."""
        return self.sub_status.startswith("Wait")


@dataclass(frozen=True, slots=True)
class Incident:
    """All changes of one service request, the first one first."""

    number: str
    changes: tuple[Change, ...]

    @property
    def handoffs(self) -> tuple[tuple[Change, Change], ...]:
        """Each change of the team: the last row of the one and the first row of the other."""
        pairs = zip(self.changes, self.changes[1:], strict=False)
        return tuple((before, after) for before, after in pairs if before.team != after.team)


def read(file: Path = FILE) -> list[Incident]:
    """Return the incidents of a log, in the order in which they first stand in it."""
    rows: dict[str, list[Change]] = defaultdict(list)
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            rows[row["SR Number"]].append(_change(row))
    # Sorting is stable: changes of the same second stay as the log has them.
    return [Incident(number, tuple(sorted(each, key=lambda c: c.at))) for number, each in rows.items()]


def _change(row: dict[str, str]) -> Change:
    return Change(
        at=datetime.fromisoformat(row["Change Date+Time"]).astimezone(UTC),
        status=row["Status"],
        sub_status=row["Sub Status"],
        team=row["Involved ST"],
        line=row["ST Level"],
        impact=row["SR Latest Impact"],
        product=row["Product"],
        country=row["Country"],
        agent=row["Agent"],
    )
