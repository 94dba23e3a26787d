"""A worker as a process: the real composition root, with crash points and mutations put in from outside."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import signal
import sys

import structlog
import uvloop

from bench.faults import crash_points, mutants
from bench.faults.rules import faults_policy
from streams.app import Worker
from streams.intake import intake
from streams.settings import read_settings


def _prepare(env: dict[str, str]) -> None:
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
    )
    if "FAULTS_SESSION_MS" in env:
        session_ms = int(env["FAULTS_SESSION_MS"])
        consumer = intake.AIOKafkaConsumer

        def impatient(*args: object, **options: object) -> object:
            faster = {"session_timeout_ms": session_ms, "heartbeat_interval_ms": session_ms // 3}
            return consumer(*args, **(options | faster))

        intake.AIOKafkaConsumer = functools.wraps(consumer)(impatient)
    if "FAULTS_MUTANT" in env:
        mutants.MUTANTS[env["FAULTS_MUTANT"]].apply()
    for told, act in (("FAULTS_CRASH", crash_points.die), ("FAULTS_FREEZE", crash_points.freeze)):
        if told in env:
            crash_points.arm(env[told], int(env.get("FAULTS_HIT", "1")), act)


async def main() -> None:
    """Work until SIGTERM."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    seconds = json.loads(os.environ.get("FAULTS_SECONDS", "{}"))
    await Worker(read_settings(), policy=faults_policy(**seconds)).run(stopping)


if __name__ == "__main__":
    _prepare(dict(os.environ))
    uvloop.run(main())
