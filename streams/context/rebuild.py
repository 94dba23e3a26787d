"""Reads the topics of context again from their beginnings, and merges what they hold into the records.

To merge what was merged before changes nothing, so this can be done at any time, and again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiokafka import AIOKafkaConsumer

from streams.context.arrivals import arrival_of
from streams.context.writer import Writer
from streams.kafka.listener import NoTopics, places_of
from streams.kafka.log_end import true_ends
from streams.kafka.tolerant_records import tolerate_any_header_name

_FETCH_BYTES = 1024 * 1024
_POLL_MS = 500


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did."""

    messages: int = 0
    changed: int = 0
    """How often a record became other than it was."""
    refused: int = 0
    """Messages that are dead letters, most of them since they came first."""


async def rebuild(
    connection: Mapping[str, Any],
    topics: Sequence[str],
    writer: Writer,
    *,
    batch: int,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Rebuilt:
    """Merge all that stands on `topics` now; what comes meanwhile is left to the stream.

    `on_progress` is told how many offsets are behind and how many there were.

    Raises:
        NoTopics: one of them does not exist.
    """
    places = await places_of(connection, lambda topic: topic in topics)
    missing = set(topics) - {place.topic for place in places}
    if missing:
        raise NoTopics(f"topics are missing: {', '.join(sorted(missing))}: run `handoff topics apply`")
    tolerate_any_header_name()
    consumer = AIOKafkaConsumer(
        **connection,
        enable_auto_commit=False,
        # The default, latest, may still be on its way when we seek, and come after us.
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=_FETCH_BYTES,
        fetch_max_wait_ms=50,
    )
    consumer.assign(places)
    await consumer.start()
    try:
        begins = await consumer.beginning_offsets(places)
        ends = await true_ends(connection, await consumer.end_offsets(places))
        for place in places:
            consumer.seek(place, begins[place])
        total = sum(ends[place] - begins[place] for place in places)
        done = Rebuilt()
        left = {place for place in places if ends[place] > begins[place]}
        while left:
            fetched = await consumer.getmany(*left, timeout_ms=_POLL_MS, max_records=batch)
            arrivals = [
                arrival_of(record)
                for place, records in fetched.items()
                for record in records
                if record.offset < ends[place]
            ]
            if arrivals:
                merged = await writer.write(arrivals)
                done = replace(
                    done,
                    messages=done.messages + len(arrivals),
                    changed=done.changed + merged.changed,
                    refused=done.refused + len(merged.refused),
                )
            # Past what compaction took away, and past the marks of transactions, there is nothing to fetch.
            positions = {place: await consumer.position(place) for place in places}
            left = {place for place in left if positions[place] < ends[place]}
            behind = sum(min(positions[place], ends[place]) - begins[place] for place in places)
            on_progress(behind, total)
        return done
    finally:
        await consumer.stop()
