"""The names that the rules of a kind may use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from handoff_templates.yaml_source import Value


class Known(NamedTuple):
    """What the other files of a set define; None where a file could not be read: then nothing is checked."""

    teams: Collection[str] | None
    calendars: Collection[str] | None
    clocks: Mapping[str, Value] | None
    """The clocks of `_shared/clocks.yaml`, as they are written there."""
    fields: Collection[str] | None = None
    """The fields of a customer's context: those of the catalogue, and a set's own."""
