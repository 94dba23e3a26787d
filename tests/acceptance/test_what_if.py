"""What would a draft policy have made of the past? The command needs no Kafka and no database to say so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.volvo import FILE
from tests.acceptance.handoff_command import handoff
from tests.unit.whatif.logs import a_week, write
from tests.unit.whatif.test_command import KIND, a_folder

DRAFT = KIND.replace("budget: 15m", "budget: 1h")


def test_a_draft_is_compared_with_the_rules_in_force(tmp_path: Path) -> None:
    week = write(tmp_path / "week.jsonl", a_week())
    live, draft = a_folder(tmp_path / "live", KIND), a_folder(tmp_path / "draft", DRAFT)
    page = tmp_path / "page.html"

    words = ["whatif", str(week), "--policy", str(draft), "--against", str(live)]
    shown = handoff(*words, "--html", str(page))
    told = [handoff(*words, "--json", "--processes", str(count)) for count in (1, 2)]

    assert shown.returncode == 0, shown.stderr
    assert "would breach no longer: 21 (accept 21)" in shown.stdout
    assert "Would breach no longer: 21" in page.read_text(encoding="utf-8")
    assert told[0].returncode == told[1].returncode == 0, told[1].stderr
    assert told[0].stdout == told[1].stdout
    report = json.loads(told[0].stdout)
    assert report["totals"]["change"]["breached"] == -21
    assert report["totals"]["after"]["case_time_s"] == sum(row["held_s"] for row in report["times"])


@pytest.mark.skipif(not FILE.is_file(), reason=f"the real log is not beside the project: {FILE.name}")
def test_two_years_of_real_incidents_by_the_packaged_mapping() -> None:
    done = handoff("whatif", str(FILE), "--mapping", "volvo", "--json")

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["log"]["rows"] == 65_533
    assert report["log"]["bad_rows"] == 0
    assert report["totals"]["after"]["cases"] == 3_820
    assert report["totals"]["after"]["handoffs"] == 9_454
    assert report["left_out"]["refused_requests"] == report["left_out"]["refused_replies"] == {}
    assert sum(row["times"] for row in report["bounces"]) == 2_394
    clocks = {row["clock"]: row["after"] for row in report["clocks"]}
    assert clocks["accept"]["runs"] == 9_454
    assert clocks["accept"]["breached"] > 1_000
    assert "first_contact" in report["left_out"]["clocks"]
