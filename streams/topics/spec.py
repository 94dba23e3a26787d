"""What a topic has to be: its key, its types, how it is kept, and who may touch it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, Literal

DEFAULT_PARTITIONS: Final = 12
MIB: Final = 1_048_576
"""Bytes."""


class Direction(StrEnum):
    """How a topic stands to the orchestrator."""

    IN = "in"
    OUT = "out"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """What a topic has to be."""

    name: str
    direction: Direction
    purpose: str
    key: str
    event_types: tuple[str, ...]
    """CloudEvents types it carries; none where it carries anything else."""
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    retention: timedelta | None
    """How long a record is kept; None: until a newer one with its key replaces it."""
    max_message_bytes: int = MIB
    cleanup: Literal["delete", "compact"] = "delete"
    tombstones_for: timedelta | None = None
    """How long a compacted topic shows that a key was deleted; None: as the broker is set."""
    partitions: int = DEFAULT_PARTITIONS
    is_one_partition: bool = False
    """Whether it has one partition, however many the others have."""
    is_for_workers: bool = False
    """Whether workers read it: such topics have as many partitions each, so that one reads all of a case."""
    replication: int = 1

    @property
    def configs(self) -> dict[str, str]:
        """The topic's settings in Kafka's words."""
        settings = {
            "cleanup.policy": self.cleanup,
            "max.message.bytes": str(self.max_message_bytes),
            # One copy may be away for a restart without stopping the producers.
            "min.insync.replicas": str(max(1, self.replication - 1)),
        }
        if self.retention is not None:
            settings["retention.ms"] = str(self.retention // timedelta(milliseconds=1))
        if self.tombstones_for is not None:
            settings["delete.retention.ms"] = str(self.tombstones_for // timedelta(milliseconds=1))
        return settings
