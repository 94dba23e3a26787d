"""Tells Faust which offsets behind the first of a log are not there any more.

Compaction takes messages out of a log, and Faust commits only up to the first offset that it has not seen
acknowledged, apart from gaps that it noticed. It takes the offset 0 for "none read yet", notices no gap
behind it, and would commit nothing more of that partition, for ever.
"""

from __future__ import annotations

from typing import Any


class Gaps:
    """Watches the offsets that come."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._last: dict[Any, tuple[int, int]] = {}

    async def notice(self, message: Any) -> None:
        """Look at the next message of its partition, before it is acknowledged."""
        place, offset, generation = message.tp, message.offset, message.generation_id
        before = self._last.get(place)
        self._last[place] = (generation, offset)
        if offset <= 1:
            return
        consumer = self._app.consumer
        if before is None or before[0] != generation:
            # Where it goes on behind the offset 1, Faust remembers that it has read up to 0.
            is_unnoticed = consumer._committed_offset[place] == 1
        else:
            is_unnoticed = before[1] == 0
        if is_unnoticed:
            await consumer._add_gap(place, 1, offset - 1)
