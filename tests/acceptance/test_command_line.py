"""The commands that people use beside a running system, as they use them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.acceptance.handoff_command import a_line, handoff, up
from tests.servers.folders import server_folder

pytestmark = [pytest.mark.broker, pytest.mark.postgres]


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    """The settings by which commands find a running `handoff up`."""
    with server_folder() as folder:
        settings = {"HANDOFF_DATA": str(folder / "data")}
        with up(**settings):
            yield settings


def wait_for_packets(settings: dict[str, str], count: int) -> list[dict[str, str]]:
    done = handoff("tail", "packets", "--from", "beginning", "--max", str(count), "--json", **settings)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_bad_lines_are_named_and_nothing_is_sent(running: dict[str, str]) -> None:
    lines = a_line("never-sent") + "not json\n\n" + a_line("never-sent-2", customer={})

    refused = handoff("send", "-", stdin=lines, **running)

    assert refused.returncode == 1
    assert "line 2: " in refused.stderr
    assert "line 4: data.customer.id: Field required (invalid-data)" in refused.stderr
    assert "line 1:" not in refused.stderr
    assert "Traceback" not in refused.stderr
    handoff("send", "-", stdin=a_line("sent-after"), **running)
    assert [packet["key"] for packet in wait_for_packets(running, 1)] == ["sent-after"]
    assert handoff("show", "never-sent", **running).returncode == 1


def test_bad_lines_are_an_object_for_programs(running: dict[str, str]) -> None:
    refused = handoff("send", "-", "--json", stdin="not json\n", **running)

    assert refused.returncode == 1
    told = json.loads(refused.stderr)
    assert told["sent"] == 0
    assert [(line["line"], line["code"]) for line in told["lines"]] == [(1, "malformed-json")]


def test_a_handoff_is_shown_by_its_case_and_by_its_id(running: dict[str, str]) -> None:
    handoff("send", "-", stdin=a_line("shown"), **running)
    packets = wait_for_packets(running, 2)
    packet = next(p for p in packets if p["key"] == "shown")

    by_case = handoff("show", "shown", **running)
    by_id = handoff("show", packet["data"]["handoff_id"], "--json", **running)
    unknown = handoff("show", "nobody", **running)

    assert by_case.returncode == 0, by_case.stderr
    for words in ("chat to phone", "offered", "The number to call", "accept", "packet.prepared"):
        assert words in by_case.stdout
    assert json.loads(by_id.stdout)["handoff"]["case_id"] == "shown"
    assert unknown.returncode == 1
    assert "the newest cases are" in unknown.stderr


def test_topics_and_settings_of_a_running_system(running: dict[str, str]) -> None:
    plan = handoff("topics", "plan", "--check", "--json", **running)
    config = handoff("config", "show", "--json", **running)
    upgrade = handoff("db", "upgrade", **running)

    assert plan.returncode == 0, plan.stderr
    assert json.loads(plan.stdout)["is_in_order"]
    assert json.loads(config.stdout)["HANDOFF_KAFKA__BOOTSTRAP"]["from"] == "handoff up"
    assert "up to date" in upgrade.stdout


def test_without_a_system_every_command_says_what_to_do() -> None:
    with server_folder() as folder:
        for command in (["worker"], ["show", "1"], ["tail", "sla"], ["topics", "plan"], ["db", "upgrade"]):
            done = handoff(*command, HANDOFF_DATA=str(folder / "none"))
            assert done.returncode == 3, done.stderr
            assert "handoff up" in done.stderr
            assert "Traceback" not in done.stderr


def test_a_broker_that_is_away_is_one_line() -> None:
    done = handoff("tail", "packets", HANDOFF_KAFKA__BOOTSTRAP="127.0.0.1:1")

    assert done.returncode == 3
    assert done.stderr.startswith("error: no broker answers at 127.0.0.1:1")
    assert len(done.stderr.splitlines()) == 1
