"""Every error that can be expected is a line and an exit code."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
import typer
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError
from typer.testing import CliRunner

from handoff_templates import Problem, TemplatesInvalid
from orchestrator.ledger.port import LedgerUnavailable
from orchestrator.ledger.reading import SchemaOutdated
from streams.app import NotReady
from streams.cli import app
from streams.cli.errors import BadInput, WrongUsage, fault_of
from streams.embedded import EmbeddedError
from streams.intake.bisect import TooManyFailures
from streams.kafka.listener import NoTopics
from streams.topics.admin import TopicAdminError

pytestmark = pytest.mark.usefixtures("logging_stays_as_it_was")
runner = CliRunner()


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("HANDOFF_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HANDOFF_DATA", str(tmp_path / "data"))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadInput("x"), 1),
        (TemplatesInvalid([Problem("teams.yaml", 1, 1, "no teams; add one")]), 1),
        (WrongUsage("x"), 2),
        (NotReady("x"), 3),
        (EmbeddedError("x"), 3),
        (TopicAdminError("x"), 3),
        (LedgerUnavailable("x"), 3),
        (SchemaOutdated("x"), 3),
        (NoTopics("x"), 3),
        (TopicAuthorizationFailedError("x"), 3),
        (TooManyFailures("x"), 4),
        (KeyError("x"), 4),
    ],
)
def test_each_kind_of_error_has_its_exit_code(error: Exception, code: int) -> None:
    fault = fault_of(error)

    assert fault is not None
    assert fault.exit_code == code
    assert fault.trace == ""


def test_the_expected_error_of_a_group_is_told() -> None:
    group = ExceptionGroup("tasks", [KeyError("y"), ExceptionGroup("more", [NotReady("topics are missing")])])

    fault = fault_of(group)

    assert fault is not None
    assert (fault.exit_code, fault.message) == (3, "topics are missing")


def test_a_broker_that_is_away_is_named() -> None:
    error = KafkaConnectionError("Unable to bootstrap from [('127.0.0.1', 1, <AddressFamily.AF_INET: 2>)]")

    fault = fault_of(error)

    assert fault is not None
    assert fault.message.startswith("no broker answers at 127.0.0.1:1; ")


@pytest.mark.parametrize("error", [typer.Exit(3), typer.Abort(), OSError(errno.EPIPE, "Broken pipe")])
def test_what_typer_tells_itself_is_left_alone(error: Exception) -> None:
    assert fault_of(error) is None


def test_the_help_shows_the_exit_codes_and_comes_without_arguments() -> None:
    bare, asked = runner.invoke(app, []), runner.invoke(app, ["--help"])

    assert bare.exit_code == asked.exit_code == 0
    assert bare.output.strip() == asked.output.strip()
    for words in ("Exit codes", "not ready", "handoff demo", "worker", "dead-letters", "asyncapi"):
        assert words in bare.output


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nothing"], 2, "No such command"),
        (["tail", "packet"], 2, "packets"),
        (["tail", "dead-letters", "--team", "phone"], 2, "dead letters belong to no team"),
        (["tail", "packets", "--team", "phne"], 2, "did you mean 'phone'?"),
        (["tail", "packets"], 3, "no broker: set HANDOFF_KAFKA__BOOTSTRAP, or start `handoff up`"),
        (["show", "case-1"], 3, "no database: set HANDOFF_POSTGRES__DSN, or start `handoff up`"),
        (["worker"], 3, "no broker"),
        (["send", "/nowhere/events.jsonl"], 1, "cannot read /nowhere/events.jsonl"),
        (["dead-letters", "replay"], 2, "say which"),
        (["dead-letters", "replay", "1", "--all"], 2, "say which"),
        (["templates", "check", "/nowhere"], 1, "there is no such folder"),
        (["templates", "check"], 0, "nothing wrong"),
    ],
)
def test_commands_say_what_is_wrong(arguments: list[str], code: int, words: str) -> None:
    done = runner.invoke(app, arguments, env={"COLUMNS": "200"})

    assert done.exit_code == code, done.output
    assert words in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("HANDOFF_KAFFKA", "x", "HANDOFF_KAFFKA is not a setting"),
        ("HANDOFF_KAFKA__PARTITIONS", "0", "HANDOFF_KAFKA__PARTITIONS: Input should be greater"),
        ("HANDOFF_KAFKA__BOOTSTRAP", "kafka.example:9092", "PLAINTEXT to kafka.example:9092 is refused"),
        ("HANDOFF_POSTGRES__DSN", "mysql://x", "HANDOFF_POSTGRES__DSN is not a PostgreSQL address"),
    ],
)
def test_a_wrong_setting_is_wrong_usage(variable: str, value: str, words: str) -> None:
    done = runner.invoke(app, ["show", "case-1"], env={variable: value, "COLUMNS": "200"})

    assert done.exit_code == 2, done.output
    assert words in done.output


def test_errors_are_objects_for_programs() -> None:
    done = runner.invoke(app, ["show", "case-1", "--json"])

    told: dict[str, Any] = json.loads(done.stderr)
    assert told["exit_code"] == done.exit_code == 3
    assert "no database" in told["error"]
    assert done.stdout == ""


def test_a_fault_of_ours_shows_where_only_when_debugging(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("streams.cli.templates.load", broken)

    plain = runner.invoke(app, ["templates", "check"])
    debugging = runner.invoke(app, ["templates", "check"], env={"HANDOFF_LOG_LEVEL": "debug"})

    assert plain.exit_code == debugging.exit_code == 4
    assert "a fault of ours: RuntimeError: broken" in plain.output
    assert "Traceback" not in plain.output
    assert "Traceback" in debugging.output
