"""Support operations edit a calendar: running clocks move when they say so, after a plan, with the reason."""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

import handoff_templates
from orchestrator.domain.model import Receiver
from tests import builders as b
from tests.acceptance.conftest import OpenStage, Stage, now
from tests.acceptance.handoff_command import handoff

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

CASE = "rules-case"
KIND = "tier-1-to-tier-2"
ALWAYS = '\nalways:\n  zone: UTC\n  week:\n    mon-sun: ["00:00-24:00"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The packaged templates, in which tier-2 works around the clock."""
    home = Path(handoff_templates.__file__).parent
    copy = Path(shutil.copytree(home, tmp_path / "rules", ignore=shutil.ignore_patterns("*.py", "__py*")))
    edit(copy / "calendars.yaml", r"\Z", ALWAYS)
    edit(copy / "teams.yaml", r"(?ms)^(tier-2:.*?calendar:) [\w-]+", r"\1 always")
    return copy


def edit(file: Path, pattern: str, to: str) -> None:
    text, count = re.subn(pattern, to, file.read_text(), count=1)
    assert count == 1, f"{pattern} is not in {file}"
    file.write_text(text)


async def offered(stage: Stage) -> str:
    """Have a case offered, and return when its acceptance is due."""
    await stage.say(b.a_request(case_id=CASE, kind=KIND, receiver=Receiver(team="tier-2")), "rules-1")
    await stage.until(lambda: stage.packets("tier-2"))
    [packet] = stage.packets("tier-2")
    return next(str(clock["due_at"]) for clock in packet["clocks"] if clock["kind"] == "accept")


async def test_an_edited_calendar_moves_what_runs(open_stage: OpenStage, folder: Path) -> None:
    async with open_stage(handoff_templates.load(folder)) as stage:
        due = b.instant(await offered(stage))
        since = now().replace(second=0, microsecond=0) + timedelta(minutes=2)
        closure = f"{{since: {since:%Y-%m-%d %H:%M}, until: {since + timedelta(hours=2):%Y-%m-%d %H:%M}}}"
        edit(folder / "calendars.yaml", r"\Z", f"  closures:\n    - {closure}\n")

        dsn = stage.settings.postgres.dsn
        assert dsn is not None
        given = {"HANDOFF_TEMPLATES": str(folder), "HANDOFF_POSTGRES__DSN": dsn.get_secret_value()}
        shown = handoff("policy", "diff", **given)
        planned = handoff("policy", "diff", "--json", **given)
        no_reason = handoff("policy", "reproject", "--reason", " ", "--yes", **given)
        done = handoff("policy", "reproject", "--reason", "the office moves", "--yes", "--json", **given)
        again = handoff("policy", "diff", "--json", **given)
        await stage.until(lambda: "reprojected" in dict(stage.clocks()))
        await stage.settle()
        clocks = [told for word, told in stage.clocks() if word == "reprojected"]
        assert not stage.dead_letters()

    assert "calendars.always.closures" in shown.stdout, shown.stderr
    assert "later: by 2h" in shown.stdout
    assert "0 breach at once" in shown.stdout
    [move] = [m for m in json.loads(planned.stdout)["moves"] if m["clock"] == "accept"]
    assert b.instant(move["due_after"]) - b.instant(move["due_before"]) == timedelta(hours=2)
    assert no_reason.returncode == 2
    assert "--reason is empty" in no_reason.stderr
    assert done.returncode == 0, done.stderr
    [accept] = [told for told in clocks if told["kind"] == "accept"]
    assert b.instant(accept["due_before"]) == due
    assert b.instant(accept["clock"]["due_at"]) == due + timedelta(hours=2)
    assert accept["reason"] == "the office moves"
    assert json.loads(again.stdout)["moves"] == []


async def test_an_edited_budget_moves_what_runs_only_when_everything_shall(
    open_stage: OpenStage, folder: Path
) -> None:
    async with open_stage(handoff_templates.load(folder)) as stage:
        due = b.instant(await offered(stage))
        edit(folder / KIND / "handoff.yaml", r"(?s)(accept:.*?budget:) \w+", r"\1 9h")

        dsn = stage.settings.postgres.dsn
        assert dsn is not None
        given = {"HANDOFF_TEMPLATES": str(folder), "HANDOFF_POSTGRES__DSN": dsn.get_secret_value()}
        only_calendars = handoff("policy", "diff", "--json", **given)
        done = handoff(
            "policy", "reproject", "--everything", "--reason", "slower", "--yes", "--json", **given
        )

    assert json.loads(only_calendars.stdout)["moves"] == []
    assert done.returncode == 0, done.stderr
    [move] = [m for m in json.loads(done.stdout)["moves"] if m["clock"] == "accept"]
    packet_due = b.instant(move["due_before"])
    assert packet_due == due
    assert b.instant(move["due_after"]) > due
