"""How hard the properties are tried: enough to find a slip, little enough to run on every save."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

PROPERTY = settings(
    max_examples=40,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
MACHINE = settings(PROPERTY, max_examples=25, stateful_step_count=20)
