"""(c) The same job on Quix Streams: its RocksDB state, its changelog topic, its own defaults.

There is no database and there are no clocks, and what it knows can be asked of nobody. Its guarantee is the
default, at least once; its producer is idempotent with acks from all, also by default.
"""

from __future__ import annotations

import argparse
from typing import Any

from quixstreams import Application, State

from bench.load import IN_TOPIC
from bench.rivals.job import Job, Output, lifecycle_of, packet_of

_Headers = list[tuple[str, bytes]]


def main(bootstrap: str, out: str, folder: str) -> None:
    """Process until killed."""
    app = Application(
        broker_address=bootstrap,
        consumer_group=out,
        auto_offset_reset="earliest",
        state_dir=f"{folder}/state",
    )
    raw = {"key_deserializer": "bytes", "value_deserializer": "bytes", "value_serializer": "bytes"}
    requests = app.topic(IN_TOPIC, **raw)
    packets, lifecycle = app.topic(f"{out}.packets", **raw), app.topic(f"{out}.lifecycle", **raw)
    job = Job()

    def hand_over(
        value: bytes, key: bytes, timestamp: int, headers: _Headers, state: State
    ) -> tuple[Output, Output] | None:
        delivery = job.read(key, value, headers)
        seen = f"seen {delivery.event_id}"
        if state.exists(seen):
            return None
        decision = job.decide(delivery)
        state.set(seen, True)
        state.set_bytes("handoff", decision.handoff.model_dump_json().encode())
        return packet_of(decision), lifecycle_of(decision)

    decided = app.dataframe(requests).apply(hand_over, stateful=True, metadata=True).filter(bool)
    for index, topic in enumerate((packets, lifecycle)):
        _send(decided, topic, index)
    app.run()


def _send(decided: Any, topic: Any, index: int) -> None:
    outputs = decided.apply(lambda both: both[index])
    outputs = outputs.set_headers(lambda output, key, timestamp, headers: output.headers)
    outputs.apply(lambda output: output.value).to_topic(topic)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--folder", required=True)
    given = parser.parse_args()
    main(given.bootstrap, given.out, given.folder)
