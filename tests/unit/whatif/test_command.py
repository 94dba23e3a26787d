"""`handoff whatif`: what it prints, what it writes, and how it says that it cannot."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli import app
from tests.unit.whatif.logs import a_week, write
from tests.unit.whatif.test_tables_as_logs import LOG, ROWS

pytestmark = pytest.mark.usefixtures("logging_stays_as_it_was")
runner = CliRunner()

KIND = """\
title: From team to team
next_step: Go on.
clocks:
  accept: {owes: receiving, budget: 15m, warn: [50%]}
  resolve: {owes: receiving, budget: 4h}
"""
TEAMS = "".join(f"{id}: {{name: {id}, lead: lead-{id}}}\n" for id in ("tier-1", "tier-2", "billing"))
TEXTS = ("packet.md.j2", "opening_line.txt.j2", "customer_note.txt.j2")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("HANDOFF_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HANDOFF_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return a_folder(tmp_path / "live", KIND)


@pytest.fixture
def week(tmp_path: Path) -> Path:
    return write(tmp_path / "week.jsonl", a_week())


def a_folder(folder: Path, kind: str) -> Path:
    (folder / "team-to-team").mkdir(parents=True)
    (folder / "team-to-team" / "handoff.yaml").write_text(kind, encoding="utf-8")
    for name in TEXTS:
        (folder / "team-to-team" / name).write_text("Hello\n", encoding="utf-8")
    (folder / "teams.yaml").write_text(TEAMS, encoding="utf-8")
    return folder


def run(*words: object) -> tuple[int, str, str]:
    done = runner.invoke(app, ["whatif", *map(str, words)])
    return done.exit_code, done.stdout, done.stderr


def test_tables_for_people(week: Path, policy: Path) -> None:
    code, shown, errors = run(week, "--policy", policy, "--processes", 1)

    assert code == 0, errors
    assert "136 events of 40 cases, 2026-03-02 to 2026-03-09" in shown
    assert "tier-1 → tier-2" in shown
    assert "biggest breaches" in shown
    assert "time by team" in shown


def test_json_for_programs_and_a_page_for_the_meeting(week: Path, policy: Path, tmp_path: Path) -> None:
    draft = a_folder(tmp_path / "draft", KIND.replace("15m", "1h"))
    page = tmp_path / "page.html"

    code, shown, errors = run(
        week, "--policy", draft, "--against", policy, "--json", "--html", page, "--processes", 1
    )

    assert code == 0, errors
    [text] = shown.splitlines()
    report = json.loads(text)
    accept = next(row for row in report["clocks"] if row["clock"] == "accept")
    assert accept["change"]["breached"] == -21
    assert report["policies"]["before"].startswith(str(policy))
    assert "Would breach no longer: 21" in page.read_text(encoding="utf-8")


def test_a_table_is_read_by_its_mapping(policy: Path, tmp_path: Path) -> None:
    log, mapping = tmp_path / "log.csv", tmp_path / "m.yaml"
    log.write_text(LOG, encoding="utf-8")
    mapping.write_text(ROWS, encoding="utf-8")

    code, shown, errors = run(log, "--mapping", mapping, "--policy", policy, "--json", "--processes", 1)

    assert code == 0, errors
    report = json.loads(shown)
    assert report["totals"]["after"]["handoffs"] == 1
    assert report["left_out"]["clocks"] == []
    assert [row["clock"] for row in report["clocks"]] == ["accept", "resolve"]


def test_clocks_that_the_log_cannot_tell_of_are_left_out(policy: Path, tmp_path: Path) -> None:
    log, mapping = tmp_path / "log.csv", tmp_path / "m.yaml"
    log.write_text(LOG, encoding="utf-8")
    mapping.write_text(ROWS[: ROWS.index("  - {event: accepted")], encoding="utf-8")

    code, shown, errors = run(log, "--mapping", mapping, "--policy", policy, "--processes", 1)

    assert code == 0, errors
    assert "1 kinds of clocks are left out (accept)" in shown


def test_bad_rows_are_named_and_stop_nothing(policy: Path, tmp_path: Path) -> None:
    log = write(tmp_path / "log.jsonl", ["{", *a_week()])

    code, shown, errors = run(log, "--policy", policy, "--processes", 1)

    assert code == 0, errors
    assert "1 bad rows were passed over" in shown
    assert "malformed-json" in shown


def test_a_log_may_come_by_stdin(policy: Path) -> None:
    done = runner.invoke(app, ["whatif", "-", "--policy", str(policy), "--json"], input="\n".join(a_week()))

    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["log"]["cases"] == 40


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["nowhere.jsonl"], 1, "cannot read nowhere.jsonl: No such file or directory"),
        (["log.csv"], 2, "say with --mapping what its columns mean"),
        (["log.csv", "--mapping", "nowhere.yaml"], 1, "nowhere.yaml:1:1: cannot be read"),
        (["log.csv", "--mapping", "m.yaml"], 1, "m.yaml:1:1: the mapping has no 'case'"),
        (["log.csv", "--mapping", "volvo"], 1, "unknown column of log.csv 'SR Number'"),
        (["bad.jsonl"], 1, "tells of no handoff: 1 rows, 1 of them bad"),
        (["week.jsonl", "--until", "tomorrow"], 2, "is not ISO 8601"),
        (["week.jsonl", "--policy", "nowhere"], 1, "there is no such folder"),
        (["week.jsonl", "--html", "nowhere/page.html"], 1, "cannot write nowhere/page.html"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    words: list[str], code: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("week.jsonl"), a_week())
    write(Path("bad.jsonl"), ["{}"])
    write(Path("m.yaml"), ["events: []"])
    Path("log.csv").write_text(LOG, encoding="utf-8")

    given = [*words, "--processes", "1"]
    if "--policy" not in words:
        given += ["--policy", str(a_folder(tmp_path / "live", KIND))]
    found, _, errors = run(*given)

    assert found == code
    assert says in errors
    assert "Traceback" not in errors


def test_an_error_is_an_object_for_programs(policy: Path, tmp_path: Path) -> None:
    log, mapping = tmp_path / "log.csv", tmp_path / "m.yaml"
    log.write_text(LOG, encoding="utf-8")
    mapping.write_text(ROWS.replace("case: Number", "case: Nr"), encoding="utf-8")

    code, _, errors = run(log, "--mapping", mapping, "--policy", policy, "--json", "--processes", 1)

    assert code == 1
    assert [(p["line"], p["file"]) for p in json.loads(errors)["problems"]] == [(1, mapping.as_posix())]
