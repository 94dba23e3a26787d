"""Tells everything that was found, not only the first of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest


def require_none(found: Mapping[str, Any], what: str) -> None:
    """Fail with one line for each place where something was found."""
    lines = [f"  {place}: {each}" for place, each in found.items() if each]
    if lines:
        pytest.fail("\n".join([f"{what}:", *lines]), pytrace=False)
