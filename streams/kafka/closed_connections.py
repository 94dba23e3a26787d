"""Says of a Kafka connection that was lost a moment ago that it is lost, as aiokafka expects.

uvloop raises RuntimeError for a write to such a connection, where asyncio's own loop only warns. aiokafka
takes it for a bug of its own: the background task that meets it, which fetches, sends, or keeps the metadata,
ends for ever, and most of them tell nobody.
"""

from __future__ import annotations

from typing import Any

from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError

_send = AIOKafkaConnection.send


def notice_closed_connections() -> None:
    """Let every Kafka client of this process connect anew where it would have given up."""
    AIOKafkaConnection.send = _noticing


def _noticing(self: Any, request: Any, expect_response: bool = True) -> Any:
    try:
        return _send(self, request, expect_response)
    except RuntimeError as error:
        self.close(reason=CloseReason.CONNECTION_BROKEN)
        raise KafkaConnectionError(f"Connection at {self.host}:{self.port} broken: {error}") from error
