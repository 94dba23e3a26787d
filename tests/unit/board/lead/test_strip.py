"""What the strip says of how the system does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orchestrator.board.lead.strip import strip_of
from orchestrator.board.live.pulse import Pulse
from tests import builders as b


def test_a_fresh_pulse_is_live_and_says_no_time() -> None:
    pulse = Pulse(read_at=b.T0, lag=3, dead_letters=0)
    strip = strip_of(pulse, b.T0 + b.SECOND)
    assert (strip.is_live, strip.since, strip.lag, strip.dead_letters) == (True, None, 3, 0)
    assert strip == strip_of(Pulse(read_at=b.T0 + b.SECOND, lag=3, dead_letters=0), b.T0 + 2 * b.SECOND)


@pytest.mark.parametrize(
    "pulse", [Pulse(), Pulse(read_at=b.T0 - b.MINUTE), Pulse(read_at=b.T0, error="PostgreSQL: away")]
)
def test_an_old_or_failed_reading_is_not_live_and_says_since_when(pulse: Pulse) -> None:
    strip = strip_of(pulse, b.T0)
    assert not strip.is_live
    assert (strip.since, strip.error) == (pulse.read_at, pulse.error)


@pytest.mark.parametrize(
    ("skew", "said"),
    [(0.4, None), (-0.9, None), (1.2, 1), (-3.6, -4)],
    ids=["near", "behind", "ahead", "far"],
)
def test_clocks_that_hardly_differ_agree(skew: float, said: int | None) -> None:
    found = strip_of(Pulse(read_at=b.T0, clock_skew=timedelta(seconds=skew)), b.T0).skew
    assert found == (None if said is None else timedelta(seconds=said))


@pytest.mark.parametrize(("late", "said"), [(1.5, None), (12.3, 12)])
def test_a_rung_that_waits_for_a_worker_is_told(late: float, said: int | None) -> None:
    found = strip_of(Pulse(read_at=b.T0, overdue=timedelta(seconds=late)), b.T0).overdue
    assert found == (None if said is None else timedelta(seconds=said))
