"""A log in memory, by case, and what of it could not be read."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from zlib import crc32

from whatif.log_events import Happening

BAD_ROWS_KEPT: Final = 1_000
"""The first ones; all are counted."""


class BadRow(NamedTuple):
    """A row that tells nothing because it is wrong."""

    line: int
    """From 1; the heading of a table is one too."""
    code: str
    message: str
    """What is wrong; never quotes what a customer wrote."""


class Share(NamedTuple):
    """The cases that one process looks after."""

    number: int = 0
    of: int = 1

    def has(self, case: str) -> bool:
        """Whether a case is among them; it is in exactly one share."""
        return self.of == 1 or crc32(case.encode(errors="surrogatepass")) % self.of == self.number

    @property
    def is_first(self) -> bool:
        """Whether it also looks after what belongs to no case."""
        return self.number == 0


class LogFacts(NamedTuple):
    """What there was to read."""

    rows: int = 0
    """Lines of JSON, or rows of a table below its heading; empty lines do not count."""
    events: int = 0
    cases: int = 0
    silent: int = 0
    """Rows that tell of nothing the replay needs."""
    repeated: int = 0
    """Events that came before with the same source and id."""
    late: int = 0
    """Events after the end that was asked for."""
    bad: int = 0
    bad_rows: tuple[BadRow, ...] = ()
    first_at: datetime | None = None
    last_at: datetime | None = None

    def plus(self, other: LogFacts) -> LogFacts:
        """Return the facts of two shares together."""
        firsts = [at for at in (self.first_at, other.first_at) if at is not None]
        lasts = [at for at in (self.last_at, other.last_at) if at is not None]
        return LogFacts(
            rows=self.rows + other.rows,
            events=self.events + other.events,
            cases=self.cases + other.cases,
            silent=self.silent + other.silent,
            repeated=self.repeated + other.repeated,
            late=self.late + other.late,
            bad=self.bad + other.bad,
            bad_rows=tuple(sorted((*self.bad_rows, *other.bad_rows))[:BAD_ROWS_KEPT]),
            first_at=min(firsts, default=None),
            last_at=max(lasts, default=None),
        )


class CaseLog:
    """Collects what happened, case by case."""

    def __init__(self, share: Share, until: datetime | None = None) -> None:
        self.share = share
        self.rows = 0
        self.silent = 0
        self._until = until
        self._cases: dict[str, list[Happening]] = {}
        self._bad: list[BadRow] = []
        self._bad_count = 0

    def add(self, case: str, happening: Happening) -> None:
        """Take in one event of a case."""
        known = self._cases.get(case)
        if known is None:
            self._cases[case] = [happening]
        else:
            known.append(happening)

    def refuse(self, line: int, code: str, message: str) -> None:
        """Count a row that is wrong."""
        self._bad_count += 1
        self._bad.append(BadRow(line, code, message))
        if len(self._bad) > 2 * BAD_ROWS_KEPT:
            self._bad = sorted(self._bad)[:BAD_ROWS_KEPT]

    def close(self) -> tuple[dict[str, list[Happening]], LogFacts]:
        """Return each case with its events in the order of time, each event once, and the facts."""
        events = repeated = late = 0
        first_at: datetime | None = None
        last_at: datetime | None = None
        for case, told in list(self._cases.items()):
            # Stable: what happened in the same instant stays in the order of the log.
            told.sort(key=_by_time)
            if self._until is not None and told[-1].at > self._until:
                late += sum(each.at > self._until for each in told)
                told[:] = [each for each in told if each.at <= self._until]
            if len({each[2:4] for each in told}) < len(told):
                once = list({each[2:4]: each for each in reversed(told)}.values())[::-1]
                repeated += len(told) - len(once)
                told[:] = sorted(once, key=_by_time)
            if not told:
                del self._cases[case]
                continue
            events += len(told)
            first_at = told[0].at if first_at is None else min(first_at, told[0].at)
            last_at = told[-1].at if last_at is None else max(last_at, told[-1].at)
        facts = LogFacts(
            rows=self.rows,
            events=events,
            cases=len(self._cases),
            silent=self.silent,
            repeated=repeated,
            late=late,
            bad=self._bad_count,
            bad_rows=tuple(sorted(self._bad)[:BAD_ROWS_KEPT]),
            first_at=first_at,
            last_at=last_at,
        )
        return self._cases, facts


def _by_time(happening: Happening) -> tuple[datetime, int]:
    return happening.at, happening.line
