"""A case moves before its notes: the sender is told what is owed, and the receiver gets a second packet."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests import builders as b
from tests.acceptance.conftest import SOURCE, OpenStage, packaged

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

CASE = "notes-case"
NOTES_WITHIN = timedelta(seconds=1)
OWED = ["customer-verified", "steps-listed"]


async def test_ticks_complete_what_was_missing(open_stage: OpenStage) -> None:
    about = {"request_source": SOURCE, "request_id": "notes-1", "actor": b.an_actor("tier-1", id="sarah")}

    async with open_stage(packaged(notes=NOTES_WITHIN)) as stage:
        await stage.say(b.a_request(case_id=CASE, customer=b.a_customer(account_id=None)), "notes-1")
        await stage.until(lambda: stage.packets("tier-2"))
        await stage.until(lambda: "breached" in dict(stage.clocks()))
        await stage.say(b.a_tick(**about, item="steps-listed"), "notes-2", case=CASE)
        await stage.say(b.a_tick(**about, item="customer-verified"), "notes-3", case=CASE)
        await stage.until(lambda: len(stage.packets("tier-2")) == 2)
        await stage.until(lambda: len(stage.lifecycle()) == 3)
        await stage.settle()

        early, late = stage.packets("tier-2")
        [notice] = stage.notices()
        lifecycle, clocks = stage.lifecycle(), stage.clocks()
        assert not stage.dead_letters()

    assert (early["packet_version"], early["missing"]) == (1, OWED)
    assert all(f"({item}" in early["body"] or f"`{item}`" in early["body"] for item in OWED)
    assert (notice["team"], notice["topic"], notice["missing"]) == ("tier-1", "items-missing", OWED)

    # The clock of the notes is the sender's, and the one of acceptance goes on untouched.
    assert {(told["kind"], told["team"]) for _, told in clocks} == {("notes", "tier-1")}
    assert [word for word, _ in clocks].count("breached") == 1
    due = datetime.fromisoformat(dict(clocks)["breached"]["due_at"])
    [accept_early] = [c for c in early["clocks"] if c["kind"] == "accept"]
    assert [c for c in late["clocks"] if c["kind"] == "accept"] == [accept_early]
    assert due == datetime.fromisoformat(early["requested_at"]) + NOTES_WITHIN

    assert [(word, told.get("missing")) for word, told in lifecycle] == [
        ("requested", OWED),
        ("item-ticked", ["customer-verified"]),
        ("item-ticked", []),
    ]
    assert (late["packet_version"], late["missing"]) == (2, [])
    assert late["handoff_id"] == early["handoff_id"]
    assert late["packet_id"] != early["packet_id"]
    assert all(item["done"] for item in late["checklist"] if item["id"] in OWED)
    assert "Nothing that the sender owes" in late["body"]
