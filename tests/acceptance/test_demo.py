"""`handoff demo`: works on a bare machine, ends by itself, and what it claims was counted independently."""

from __future__ import annotations

import json

import pytest

from orchestrator.domain.events import PacketPrepared
from tests.acceptance.handoff_command import handoff
from tests.servers.folders import server_folder

pytestmark = [pytest.mark.broker, pytest.mark.postgres]


def test_the_demo_ends_with_a_count_in_which_nothing_is_lost_or_doubled() -> None:
    with server_folder() as folder:
        done = handoff("demo", "--json", TMPDIR=str(folder))
        left = list(folder.iterdir())

    assert done.returncode == 0, done.stderr
    *records, last = map(json.loads, done.stdout.splitlines())
    latency = last.pop("latency_ms")
    # On a machine that is slow or busy, further clocks may run out, and facts grow old.
    assert last.pop("warnings") >= 1
    breaches = last.pop("breaches")
    assert breaches >= 1
    assert last.pop("leads_told") == breaches
    assert last.pop("alerts") >= 1
    assert last.pop("stale") >= 2
    assert last == {
        "events": 15,
        "observations": 9,
        "packets": 6,
        "accepted": 3,
        "concurrent": 2,
        "dead_letters": 2,
        "lost": 0,
        "duplicates": 0,
    }
    assert 0 < latency["p50"] <= latency["p99"]
    assert len({(r["topic"], r["partition"], r["offset"]) for r in records}) == len(records)
    assert left == [], "the demo leaves nothing behind"

    packet = next(r["data"]["packet"] for r in records if r["type"] == PacketPrepared.type)
    fields = {field["name"]: field for field in packet["context"]["fields"]}
    payment = fields["billing.payment_state"]
    assert (payment["value"], payment["state"]) == ("Grace Period", "stale")
    assert payment["fallback"].startswith("Check the account in billing by e-mail")
    assert fields["contract.plan"]["state"] == "fresh"
    alert = next(r["data"] for r in records if r["topic"] == "support.integration.health.v1")
    assert (alert["flow"], alert["was"], alert["state"]) == ("usage-signals", "ok", "warn")
    assert [hit["id"] for hit in alert["workflows"]] == ["renewal-risk"]


def test_the_demo_tells_its_story_on_a_terminal_that_knows_ascii_only() -> None:
    with server_folder() as folder:
        done = handoff("demo", TMPDIR=str(folder), PYTHONIOENCODING="ascii")

    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    words = ("requested", "packet", "accepted", "warned", "declined", "notice", "dead letter", "completed")
    for word in (*words, "flow warns"):
        assert f" {word} " in done.stdout
    assert "X breached     C-1003  engineering did not accept within 3 s" in done.stdout
    passage = [line.strip() for line in done.stdout.splitlines() if line.startswith("       | ")]
    assert passage[0] == "| From the assistant to a person: case C-1001"
    read = "\n".join(passage)
    assert "Payment: Grace Period (Billing / ERP, 2 hours ago; stale)" in read
    assert "Check the account in billing by e-mail before you" in read
    assert done.stdout.count("is at work on case C-") == 2, "two teams are told of each other"
    lines = [line for line in done.stdout.splitlines() if "C-1005" in line]
    assert [line.split()[2] for line in lines] == ["requested", "packet", "accepted"], "told in order"
    assert done.stderr == "", "logs do not spoil the feed"
