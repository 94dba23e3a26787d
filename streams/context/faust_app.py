"""The Faust application that carries context. Source of each setting: docs/decisions/0012.

Faust acknowledges a message whose body raised, acknowledges a whole `take()` of them, and serves its tables
on all addresses of the machine. Here nothing is acknowledged but by hand, in order, after it was stored.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from mode import loop as _mode_loop

_mode_loop.use("uvloop")

import faust  # noqa: E402  # the loop has to be chosen first

from streams.context.gaps import Gaps  # noqa: E402
from streams.kafka.closed_connections import notice_closed_connections  # noqa: E402
from streams.kafka.tolerant_records import tolerate_any_header_name  # noqa: E402
from streams.settings import Kafka, connection  # noqa: E402

_FETCH_BYTES = 1024 * 1024
"""What waits in memory of a partition. Less makes a backlog slow: Faust lets each fetch wait for 1.5 s."""
_WAITING = 4_096
"""Messages that wait in memory for the agent; with fewer, partitions are paused and resumed all the time."""


def group_of(kafka: Kafka) -> str:
    """Return the consumer group that reads context."""
    return f"{kafka.group}-context"


def context_app(
    kafka: Kafka, topics: Sequence[str], put: Callable[[Any], Awaitable[None]], *, folder: Path
) -> faust.App:
    """Return an application that hands each event on these topics to `put`, which acknowledges it later.

    Faust wants a `folder` of its own, and keeps nothing there.
    """
    notice_closed_connections()
    tolerate_any_header_name()
    app = faust.App(
        group_of(kafka),
        broker=[f"kafka://{host.strip()}" for host in (kafka.bootstrap or "").split(",")],
        broker_credentials=_credentials(kafka),
        broker_session_timeout=6,
        broker_heartbeat_interval=2,
        broker_rebalance_timeout=3,
        broker_commit_interval=1,
        consumer_max_fetch_size=_FETCH_BYTES,
        # A third more messages a second: an event that waits already is taken without going to sleep for it.
        cython_optimizations=True,
        producer_request_timeout=30,
        stream_wait_empty=True,
        stream_buffer_maxsize=_WAITING,
        store="memory://",
        datadir=str(folder),
        topic_disable_leader=True,
        topic_allow_declare=False,
        web_enabled=False,
    )
    # Raw bytes, and nulls too: what Faust cannot decode it acknowledges, and crashes.
    channel = app.topic(
        *topics,
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
        allow_empty=True,
    )

    gaps = Gaps(app)

    async def observe(stream: Any) -> None:
        async for event in stream.noack().events():
            await gaps.notice(event.message)
            await put(event)

    app.agent(channel, concurrency=1, name="context.observe")(observe)
    return app


def _credentials(kafka: Kafka) -> Any:
    given = connection(kafka)
    match kafka.security:
        case "PLAINTEXT":
            return None
        case "SSL":
            return faust.SSLCredentials(given["ssl_context"])
        case "SASL_SSL":
            return faust.SASLCredentials(
                username=given["sasl_plain_username"],
                password=given["sasl_plain_password"],
                mechanism=given["sasl_mechanism"],
                ssl_context=given["ssl_context"],
            )
