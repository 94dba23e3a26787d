"""The only reader of the environment: `HANDOFF_` and `__` between the parts, or files in a secrets folder.

`HANDOFF_KAFKA__BOOTSTRAP=kafka:9092` sets `settings.kafka.bootstrap`. Unknown names are refused.
"""

from __future__ import annotations

from streams.settings.board import Board
from streams.settings.environment import Settings, read_secret, read_settings
from streams.settings.kafka import Kafka, connection
from streams.settings.work import Context, Intake, Knowledge, Notify, Postgres, Relay, Sweep

__all__ = [
    "Board",
    "Context",
    "Intake",
    "Kafka",
    "Knowledge",
    "Notify",
    "Postgres",
    "Relay",
    "Settings",
    "Sweep",
    "connection",
    "read_secret",
    "read_settings",
]
