"""Logs tell where our code failed, and never what a customer wrote or how a database is reached."""

from __future__ import annotations

import json
import logging
from typing import Any, Literal

import pytest
import structlog

from streams.logs import configure
from streams.settings import Settings

pytestmark = pytest.mark.usefixtures("logging_stays_as_it_was")
SECRET = "0049-151-1234567"
_FORMATS: list[Literal["json", "console"]] = ["json", "console"]


def fail(customer: str) -> None:
    raise LookupError(f"nobody of {len(customer)} characters")


@pytest.mark.parametrize("log_format", _FORMATS)
@pytest.mark.parametrize("logger", [structlog.get_logger("ours"), logging.getLogger("theirs")])
def test_an_exception_is_told_without_the_variables(
    log_format: Literal["json", "console"], logger: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(Settings(log_format=log_format))
    try:
        fail(SECRET)
    except LookupError as error:
        logger.error("it.failed", exc_info=error)

    told = capsys.readouterr().err
    assert SECRET not in told
    for word in ("it.failed", "LookupError", "nobody of 16 characters", "test_logs.py", "fail"):
        assert word in told
    if log_format == "json":
        [trace] = json.loads(told)["exception"]
        assert [frame["name"] for frame in trace["frames"]] == [
            "test_an_exception_is_told_without_the_variables",
            "fail",
        ]
