"""Logs: JSON lines on stderr for machines, readable ones where stderr is a terminal."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from streams.settings import Settings

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure(settings: Settings, *, quiet: bool = False) -> None:
    """Send all logs, ours and the libraries', to stderr.

    Times are UTC, events have dotted names. With `quiet` only warnings are shown, unless the level is debug.
    """
    level = _LEVELS[settings.log_level]
    if quiet and settings.log_level == "info":
        level = logging.WARNING
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    added: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            *added,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *added],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(as_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    debugging = level == logging.DEBUG
    # What these say of a broker that is away, our own events say once and better.
    for name in ("aiokafka", "kafka"):
        logging.getLogger(name).setLevel(logging.WARNING if debugging else logging.CRITICAL)
    for name in ("asyncio", "alembic", "sqlalchemy", "faust", "mode"):
        logging.getLogger(name).setLevel(logging.DEBUG if debugging else logging.WARNING)


def _rendering(as_json: bool) -> list[Any]:
    # Never with the variables of the frames: they hold what customers wrote, and passwords.
    if as_json:
        traces = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        return [structlog.processors.ExceptionRenderer(traces), structlog.processors.JSONRenderer()]
    colors = sys.stderr.isatty()
    return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)]
