"""Latencies in a few dozen numbers: bins that grow by a tenth, so that a percentile is off by 5 %.

A histogram is a mapping of bin -> count. Two of them merge by adding, in whatever order.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from math import ceil, log
from typing import Final

Histogram = Mapping[int, int]

_GROWTH: Final = 1.1
_LOG_GROWTH: Final = log(_GROWTH)
_UNIT: Final = timedelta(milliseconds=1)
"""Bin 0 holds what takes no longer than this; also what seems to come before it was sent."""
_LAST: Final = 230
"""About a month."""


def bin_of(latency: timedelta) -> int:
    """Return the bin of a latency."""
    if latency <= _UNIT:
        return 0
    return min(ceil(log(latency / _UNIT) / _LOG_GROWTH), _LAST)


def quantile(histogram: Histogram, share: float) -> timedelta | None:
    """Return the latency that `share` (above 0, up to 1) of all did not exceed; None when there are none."""
    rank = ceil(share * sum(histogram.values()))
    for bin in sorted(histogram):
        rank -= histogram[bin]
        if rank <= 0:
            # The middle of the bin, in the sense that both of its ends are equally far off.
            return _UNIT * (2 * _GROWTH**bin / (1 + _GROWTH)) if bin else _UNIT
    return None


def merged(one: Histogram, other: Histogram) -> dict[int, int]:
    """Return what both hold."""
    return {bin: one.get(bin, 0) + other.get(bin, 0) for bin in one.keys() | other.keys()}
