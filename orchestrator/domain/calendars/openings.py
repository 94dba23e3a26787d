"""The openings of a calendar as instants: found by bisection, in arrays of microseconds since 1970 in UTC.

The arrays are made when first needed, 13 weeks at a time, and kept. Racing threads may make the same twice,
which does no harm.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from orchestrator.domain.calendars.rules import Closure, ExtraOpening, Week
from orchestrator.domain.calendars.spans import DAY_US, EPOCH, Span, clip, merge, micros, subtract

HORIZON_YEARS: Final = 50
_CHUNK_US: Final = 13 * 7 * DAY_US
_HORIZON: Final = HORIZON_YEARS * 366 * DAY_US // _CHUNK_US + 2
_KEPT: Final = 256
"""How many chunks are in memory at most: more than one question touches. One is about 3 kB."""
_FIRST: Final = micros(datetime(3, 1, 1, tzinfo=UTC) - EPOCH) // _CHUNK_US
_LAST: Final = micros(datetime(9998, 1, 1, tzinfo=UTC) - EPOCH) // _CHUNK_US
_MONDAY: Final = 3
"""Added to a day since 1970, which began on a Thursday, it gives the weekday."""


class BeyondHorizon(ValueError):
    """The answer lies further away than a calendar looks, or nowhere."""


class Chunk(NamedTuple):
    """The openings of 13 weeks; those that go over its ends are cut there."""

    opens: array[int]
    closes: array[int]
    worked: array[int]
    """Working time from the beginning of the chunk to each of `closes`."""
    total: int

    def worked_until(self, at: int) -> int:
        """Return the working time from the beginning of the chunk to `at`, which lies in it."""
        last = bisect_right(self.opens, at) - 1
        return self.worked[last] - max(0, self.closes[last] - at) if last >= 0 else 0


class Openings:
    """Answers for one set of rules; every instant is in microseconds since 1970 in UTC."""

    def __init__(
        self,
        zone: ZoneInfo,
        week: Week,
        holidays: tuple[int, ...],
        closures: tuple[Closure, ...],
        extra: tuple[ExtraOpening, ...],
    ) -> None:
        self._zone = zone
        self._week = [[window.span for window in windows] for windows in week.days]
        self._holidays = merge((day, day + DAY_US) for day in holidays)
        self._closures = merge(closure.span for closure in closures)
        self._extra = merge(span for opening in extra for span in opening.spans)
        self._chunks: dict[int, Chunk] = {}

    def add(self, at: int, working: int) -> int:
        """Return the instant by which `working` has passed since `at`."""
        if working == 0:
            return at if self.is_open(at) or self.is_open(at - 1) else self.next_opening(at)
        first = at // _CHUNK_US
        wanted = working + self._chunk(first).worked_until(at)
        for number in range(first, first + _HORIZON):
            chunk = self._chunk(number)
            if wanted <= chunk.total:
                last = bisect_left(chunk.worked, wanted)
                return chunk.closes[last] - (chunk.worked[last] - wanted)
            wanted -= chunk.total
        raise BeyondHorizon(f"not so much working time within {HORIZON_YEARS} years")

    def between(self, since: int, until: int) -> int:
        """Return the working time from `since` to `until`, which is not before it."""
        first, last = since // _CHUNK_US, until // _CHUNK_US
        if last - first > _HORIZON:
            raise BeyondHorizon(f"the two instants are more than {HORIZON_YEARS} years apart")
        before = sum(self._chunk(number).total for number in range(first, last))
        return before + self._chunk(last).worked_until(until) - self._chunk(first).worked_until(since)

    def is_open(self, at: int) -> bool:
        """Whether `at` lies in an opening."""
        chunk = self._chunk(at // _CHUNK_US)
        last = bisect_right(chunk.opens, at) - 1
        return last >= 0 and at < chunk.closes[last]

    def next_opening(self, at: int) -> int:
        """Return the first instant from `at` on that lies in an opening."""
        first = at // _CHUNK_US
        for number in range(first, first + _HORIZON):
            chunk = self._chunk(number)
            ahead = bisect_right(chunk.closes, at)
            if ahead < len(chunk.closes):
                return max(at, chunk.opens[ahead])
        raise BeyondHorizon(f"none within {HORIZON_YEARS} years")

    def ever_extra(self) -> bool:
        """Whether anything is left of the extra openings, closures and the skips of the zone taken off."""
        return any(self.between(a - DAY_US, b + DAY_US) for a, b in subtract(self._extra, self._closures))

    def _chunk(self, number: int) -> Chunk:
        chunk = self._chunks.get(number)
        if chunk is None:
            if not _FIRST <= number <= _LAST:
                raise BeyondHorizon("outside the years 3 to 9997")
            if len(self._chunks) >= _KEPT:
                self._chunks.clear()
            chunk = self._chunks[number] = self._make(number * _CHUNK_US, (number + 1) * _CHUNK_US)
        return chunk

    def _make(self, since: int, until: int) -> Chunk:
        walls = self._walls(since - DAY_US, until + DAY_US)
        spans: list[Span] = []
        # A wall clock runs evenly between two changes of the offset, so a wall time that comes twice is
        # found twice, and one that is skipped is never found.
        for begins, ends, offset in self._offsets(since, until) if walls else ():
            spans += ((a - offset, b - offset) for a, b in clip(walls, begins + offset, ends + offset))
        spans = merge(spans)
        worked = array("q", accumulate(b - a for a, b in spans))
        opens, closes = array("q", [a for a, _ in spans]), array("q", [b for _, b in spans])
        return Chunk(opens, closes, worked, worked[-1] if worked else 0)

    def _walls(self, since: int, until: int) -> list[Span]:
        """Return the open wall times that touch these: ((weekly - holidays) + extra) - closures."""
        # The window that opened the evening before may still be open.
        days = range(since // DAY_US - 1, until // DAY_US + 1)
        weekly = merge(
            (day * DAY_US + opens, day * DAY_US + closes)
            for day in days
            for opens, closes in self._week[(day + _MONDAY) % 7]
        )
        regular = subtract(weekly, self._holidays)
        return subtract(merge(regular + clip(self._extra, since, until)), self._closures)

    def _offsets(self, since: int, until: int) -> Iterator[tuple[int, int, int]]:
        """Cut a time into pieces of one offset to UTC each; no zone has changed it twice within a day."""
        begins, offset = since, self._offset(since)
        for day in range(since + DAY_US, until + 1, DAY_US):
            if (later := self._offset(day)) != offset:
                before, after = day - DAY_US, day
                while after - before > 1:
                    middle = (before + after) // 2
                    before, after = (middle, after) if self._offset(middle) == offset else (before, middle)
                yield begins, after, offset
                begins, offset = after, later
        if begins < until:
            yield begins, until, offset

    def _offset(self, at: int) -> int:
        offset = (EPOCH + timedelta(microseconds=at)).astimezone(self._zone).utcoffset()
        assert offset is not None
        return micros(offset)


class AlwaysOpen:
    """Answers as `Openings` does, for a calendar that never closes."""

    def add(self, at: int, working: int) -> int:
        """Return the instant by which `working` has passed since `at`."""
        return at + working

    def between(self, since: int, until: int) -> int:
        """Return the time from `since` to `until`."""
        return until - since

    def is_open(self, at: int) -> bool:
        """Return True."""
        return True

    def next_opening(self, at: int) -> int:
        """Return `at`."""
        return at
