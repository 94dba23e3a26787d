"""The most that Faust can carry here: an agent that acknowledges and does nothing, set up as ours is."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import Any

import uvloop

from streams.context.faust_app import context_app
from streams.settings import Kafka
from streams.topics.table import context_topics


async def main(bootstrap: str, group: str) -> None:
    """Acknowledge until killed."""

    async def acknowledge(event: Any) -> None:
        event.ack()

    with tempfile.TemporaryDirectory() as folder:
        kafka = Kafka(bootstrap=bootstrap, group=group)
        app = context_app(kafka, context_topics(), acknowledge, folder=Path(folder))
        await app.start()
        await app.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--group", required=True)
    given = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(given.bootstrap, given.group))
