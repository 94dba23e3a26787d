"""Where a flow stops being well, apart from the freshness that the map gives each flow for itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

WINDOW_MINUTES: Final = 15
"""Latency and failure rate are those of so many minutes."""
ENOUGH: Final = 10
"""Fewer messages in the window raise no alarm: one of three is not a third of them."""
FAILURES_WARN: Final = 0.05
FAILURES_ERROR: Final = 0.25
CLEAR_BELOW: Final = 0.8
"""An alarm ends once the value is below this share of the limit that raised it: at the limit it stays."""
DRIFT_LASTS: Final = timedelta(hours=24)
"""A drift that was not seen again for so long is over."""
DRIFTS_KEPT: Final = 50
DRIFTS_TOLD: Final = 20
"""New drifts are told until there are so many at once: a source that sends anything is not told for ever."""
