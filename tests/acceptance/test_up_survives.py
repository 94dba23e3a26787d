"""`handoff up`: Ctrl-C and a second start lose nothing, although the embedded broker forgets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.handoff_command import a_line, copy_of_templates, handoff, up
from tests.servers.folders import server_folder

pytestmark = [pytest.mark.broker, pytest.mark.postgres]


@pytest.fixture
def folder() -> Iterator[Path]:
    with server_folder() as made:
        yield made


def test_a_clock_that_was_running_fires_after_the_second_start(folder: Path) -> None:
    templates = copy_of_templates(
        folder / "templates",
        chat_to_phone=("accept: {owes: receiving, budget: 10m,", "accept: {owes: receiving, budget: 12s,"),
    )
    settings = {"HANDOFF_DATA": str(folder / "data"), "HANDOFF_TEMPLATES": str(templates)}
    with up(**settings) as first:
        sent = handoff("send", "--json", "-", stdin=a_line("case-1"), **settings)
        assert (sent.returncode, json.loads(sent.stdout)) == (0, {"sent": 1}), sent.stderr
        packet = first.wait_for(type="support.handoff.packet.prepared.v1", key="case-1")
        code, errors = first.stop()
    assert (code, errors) == (0, "")

    with up(**settings) as second:
        breach = second.wait_for(type="support.handoff.sla.breached.v1", kind="accept")
        shown = handoff("show", "case-1", "--json", **settings)
        assert second.stop()[0] == 0

    assert breach["handoff_id"] == packet["handoff_id"]
    state = json.loads(shown.stdout)
    assert state["handoff"]["status"] == "offered"
    types = [entry["type"] for entry in state["journal"]]
    assert types.count("support.handoff.packet.prepared.v1") == 1
    assert types.count("support.handoff.sla.breached.v1") == 1


def test_a_refused_event_is_replayed_once_its_cause_is_mended(folder: Path) -> None:
    templates = copy_of_templates(folder / "templates")
    settings = {"HANDOFF_DATA": str(folder / "data"), "HANDOFF_TEMPLATES": str(templates)}
    to_logistics = a_line("case-2", receiver={"team": "logistics"})
    with up(**settings) as first:
        handoff("send", "-", stdin=to_logistics, **settings)
        refused = first.wait_for(topic="support.handoff.dead-letter.v1")
        assert first.stop()[0] == 0
    assert refused["headers"]["handoff_reason-code"] == "unknown-team"

    with (templates / "teams.yaml").open("a") as teams:
        teams.write("\nlogistics:\n  name: Logistics\n")
    with up(**settings) as second:
        replayed = handoff("dead-letters", "replay", "--all", "--json", **settings)
        assert json.loads(replayed.stdout) == {"replayed": 1}, replayed.stderr
        packet = second.wait_for(type="support.handoff.packet.prepared.v1")
        again = handoff("dead-letters", "replay", "--all", "--json", **settings)

    assert packet["topic"] == "support.handoff.packet.logistics.v1"
    assert json.loads(again.stdout) == {"replayed": 0}, "each is replayed once"


def test_two_do_not_share_a_folder(folder: Path) -> None:
    settings = {"HANDOFF_DATA": str(folder / "data")}
    with up(**settings):
        second = handoff("up", **settings)

    assert second.returncode == 3
    assert "runs already" in second.stderr
    assert "Traceback" not in second.stderr
