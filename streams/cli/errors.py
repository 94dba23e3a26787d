"""What can go wrong, as a person at a terminal is told: a line, and an exit code.

BadInput      1   something in the input is wrong (also TemplatesInvalid)
WrongUsage    2   a setting or an argument cannot be used
NotReady      3   broker, database, schema or topics are missing or unreachable (and others)
the rest      4   our own code failed
"""

from __future__ import annotations

import errno
import logging
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import typer
from aiokafka.errors import KafkaConnectionError, KafkaError
from sqlalchemy.exc import DBAPIError

from handoff_templates import TemplatesInvalid
from orchestrator.knowledge import NoFullTextSearch
from orchestrator.ledger.port import LedgerRefused, LedgerUnavailable
from orchestrator.ledger.reading import SchemaOutdated
from streams.app import NotReady
from streams.embedded import EmbeddedError
from streams.intake.bisect import TooManyFailures
from streams.kafka.listener import NoTopics
from streams.topics.admin import TopicAdminError

BAD_INPUT: Final = 1
WRONG_USAGE: Final = 2
NOT_READY: Final = 3
OUR_FAULT: Final = 4

_NOT_READY: Final = (
    NotReady,
    EmbeddedError,
    TopicAdminError,
    LedgerRefused,
    SchemaOutdated,
    NoTopics,
    NoFullTextSearch,
)
_HOSTS: Final = re.compile(r"\('([^']+)', (\d+)")


class BadInput(Exception):
    """Something in the input is wrong; `details` go into the JSON of the error."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.details = details


class WrongUsage(Exception):
    """A setting or an argument cannot be used."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as it is told."""

    message: str
    exit_code: int
    details: dict[str, Any] = field(default_factory=dict)
    trace: str = ""
    """For those who set HANDOFF_LOG_LEVEL=debug."""


def fault_of(error: Exception) -> Fault | None:
    """Return how to tell an error; None for those that typer tells itself."""
    if isinstance(error, typer.Exit | typer.Abort) or hasattr(error, "format_message"):
        return None
    if isinstance(error, OSError) and error.errno == errno.EPIPE:
        return None
    faults = [_fault(each) for each in _leaves(error)]
    # What is expected says more than what followed from it.
    fault = min(faults, key=lambda each: each.exit_code)
    if not logging.getLogger().isEnabledFor(logging.DEBUG):
        return fault
    return Fault(fault.message, fault.exit_code, fault.details, "".join(traceback.format_exception(error)))


def _fault(error: BaseException) -> Fault:
    match error:
        case BadInput():
            return Fault(str(error), BAD_INPUT, error.details)
        case TemplatesInvalid():
            problems = [problem._asdict() for problem in error.problems]
            return Fault(str(error), BAD_INPUT, {"problems": problems})
        case WrongUsage():
            return Fault(str(error), WRONG_USAGE)
        case TooManyFailures():
            return Fault(str(error), OUR_FAULT)
        case KafkaConnectionError():
            places = ", ".join(f"{host}:{port}" for host, port in _HOSTS.findall(str(error)))
            where = f"at {places}" if places else f"({_words(error)})"
            return Fault(
                f"no broker answers {where}; is it running, and is HANDOFF_KAFKA__BOOTSTRAP right?", NOT_READY
            )
        case LedgerUnavailable():
            return Fault(f"{error}; is it running, and is HANDOFF_POSTGRES__DSN right?", NOT_READY)
        case KafkaError():
            return Fault(f"the broker refused: {_words(error)}", NOT_READY)
        case DBAPIError():
            return Fault(
                f"the database refused: {_words(error)}; see HANDOFF_POSTGRES__DSN and `handoff db upgrade`",
                NOT_READY,
            )
        case _ if isinstance(error, _NOT_READY):
            return Fault(str(error), NOT_READY)
    return Fault(
        f"a fault of ours: {type(error).__name__}: {error}; HANDOFF_LOG_LEVEL=debug shows where", OUR_FAULT
    )


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _leaves(each)
    else:
        yield error


def _words(error: BaseException) -> str:
    text = str(error.orig if isinstance(error, DBAPIError) else error)
    return text.partition("\n")[0].removeprefix(f"{type(error).__name__}: ") or type(error).__name__
