"""`handoff map`: what it finds, what stops, what changed, and what it draws."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from orchestrator.domain.integration_map.findings import Sighting
from streams.cli import app, map_live
from tests.unit.handoff_templates.sets import a_set, replace, write
from tests.unit.handoff_templates.test_map_file import MAP

pytestmark = pytest.mark.usefixtures("logging_stays_as_it_was")
runner = CliRunner()
FILE = "integration_map.yaml"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("HANDOFF_", "GIT_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HANDOFF_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a set with a map, which the settings name too."""
    folder = a_set(tmp_path / "set")
    write(folder, FILE, MAP)
    monkeypatch.setenv("HANDOFF_TEMPLATES", str(folder))
    return folder


def run(*words: object) -> tuple[int, str, str]:
    done = runner.invoke(app, ["map", *map(str, words)])
    return done.exit_code, done.stdout, done.stderr


class TestCheck:
    def test_each_finding_has_its_place(self, folder: Path) -> None:
        code, said, noted = run("check", folder, "--today", "2026-05-20")
        assert code == 0
        assert said.startswith("2 systems, 2 flows, 1 workflows and 1 connections: no errors\n")
        line = 1 + MAP[: MAP.index("  it: {name")].count("\n")
        assert f"{FILE}:{line}:3: unowned: IT owns parts of the map and has no 'contact'" in said
        assert "the ledger was not asked who sends context: no database" in noted
        assert "the broker was not asked for its topics: no broker" in noted

    def test_reviews_grow_old(self, folder: Path) -> None:
        assert "unreviewed" not in run("check", "--today", "2026-05-20")[1]
        said = run("check", "--today", "2026-06-20")[1]
        assert "the connection crm+desk was reviewed on 2026-05-01, 50 days ago, and is due every 30" in said

    def test_strict_fails_on_a_warning_and_not_on_a_remark(self, folder: Path) -> None:
        code, said, error = run("check", "--today", "2026-05-20", "--strict")
        assert (code, "unowned" in said) == (1, True)
        assert "warnings, and --strict was given" in error
        replace(folder, FILE, "it: {name: IT}", "it: {name: IT, contact: it@example.com}")
        replace(folder, FILE, "priority: high", "priority: high\n    workaround: Look yourself.")
        code, said, _ = run("check", "--today", "2026-05-20", "--strict")
        assert (code, "untied" in said) == (0, True)

    def test_errors_of_the_file_are_all_told(self, folder: Path) -> None:
        replace(folder, FILE, "source: crm", "source: crn")
        replace(folder, FILE, "kinds: [to-billing]", "kinds: [to-nobody]")
        code, _, error = run("check", "--json")
        assert code == 1
        told = json.loads(error)
        assert [problem["file"] for problem in told["problems"]] == [FILE, FILE]
        assert "unknown system 'crn'; did you mean 'crm'?" in told["problems"][0]["message"]

    def test_json_says_the_same(self, folder: Path) -> None:
        code, said, _ = run("check", "--today", "2026-05-20", "--json")
        told = json.loads(said)
        assert code == 0
        assert {"code", "weight", "message", "file", "line", "column"} == told["findings"][0].keys()
        assert len(told["not_asked"]) == 2

    def test_flows_that_nobody_documented(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        seen = {Sighting("support.context.nps.observed.v1", "surveys"), Sighting("support.shadow.v1")}
        monkeypatch.setattr(map_live, "sightings", lambda: (seen, []))
        said = run("check", "--today", "2026-05-20")[1]
        assert "surveys, which is not in the map, sends on support.context.nps.observed.v1" in said
        assert "the topic support.shadow.v1 is there, and no flow comes in on it" in said

    def test_a_set_without_a_map_says_what_to_do(self, tmp_path: Path) -> None:
        code, _, error = run("check", a_set(tmp_path / "bare"))
        assert code == 1
        assert "copy that of the package and change it" in error

    def test_a_day_that_is_none(self, folder: Path) -> None:
        code, _, error = run("check", "--today", "tomorrow")
        assert (code, "is not a date" in error) == (2, True)


class TestImpact:
    def test_everything_that_stops_is_told(self, folder: Path) -> None:
        code, said, _ = run("impact", "accounts")
        assert code == 0
        for words in (
            "Accounts (accounts), a flow, when it fails",
            "Accounts (CRM -> Desk)",
            "account.name, contract.tier",
            "to-billing",
            "Account lookup: Nobody knows whose case it is.",
            "Accounts: Look into the CRM.",
            "IT: runs the connection of CRM and Desk; Account lookup depends on it",
            "Support Ops (ops@example.com): owns the work over the connection of CRM and Desk",
            "not known: no database: set HANDOFF_POSTGRES__DSN",
        ):
            assert words in said, words

    def test_open_handoffs_of_its_teams_and_kinds_are_counted(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = {("to-billing", "billing"): 3, ("other", "chat"): 2, ("other", "billing"): 7}
        monkeypatch.setattr(map_live, "open_handoffs", lambda: (rows, None))
        assert "5 handoffs: 3 to-billing to billing, 2 other to chat" in run("impact", "crm")[1]
        told = json.loads(run("impact", "crm", "--json")[1])
        assert told["open_now"]["total"] == 5
        assert told["open_now"]["handoffs"][0] == {"kind": "other", "team": "chat", "open": 2}
        assert told["id"] == "crm"
        assert told["contacts"][0]["owner"]["contact"] == "ops@example.com"

    def test_an_unknown_name(self, folder: Path) -> None:
        code, _, error = run("impact", "acounts")
        assert (code, "did you mean 'accounts'?" in error) == (1, True)


class TestDiff:
    @pytest.fixture
    def repository(self, folder: Path) -> Callable[..., None]:
        def git(*words: str) -> None:
            identity = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
            subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True)

        git("init", "-q")
        git("add", ".")
        git("commit", "-q", "-m", "The map")
        return git

    @pytest.mark.usefixtures("repository")
    def test_against_a_revision(self, folder: Path) -> None:
        assert run("diff", "HEAD")[:2] == (0, "the map says what it said then\n")
        replace(folder, FILE, "error_after: 4h", "error_after: 1d")
        code, said, _ = run("diff", "HEAD")
        assert code == 0
        assert said == "flow accounts: error_after was 4h, is 1d\n  touches Account lookup\n"

    @pytest.mark.usefixtures("repository")
    def test_a_revision_is_never_taken_for_an_option(self, folder: Path) -> None:
        code, _, error = run("diff", "--", "--output=stolen")
        assert (code, "is no folder, and no revision" in error) == (2, True)
        assert not (folder / "stolen").exists()

    def test_a_time_before_the_map(self, folder: Path, repository: Callable[..., None]) -> None:
        repository("rm", "-q", "--cached", FILE)
        repository("commit", "-q", "-m", "No map")
        code, said, noted = run("diff", "HEAD")
        assert code == 0
        assert "system crm added: CRM" in said
        assert f"HEAD has no {FILE}: everything is new" in noted

    def test_against_a_folder(self, folder: Path, tmp_path: Path) -> None:
        other = tmp_path / "other"
        write(other, FILE, MAP.replace("technical_owner: it", "technical_owner: ops"))
        told = json.loads(run("diff", other, "--json")[1])["changes"]
        assert [(each["id"], each["before"], each["after"]) for each in told] == [("crm+desk", "ops", "it")]
        assert told[0]["text"] == "connection crm+desk: technical_owner was ops, is it"

    def test_a_map_that_could_not_be_read_then(self, folder: Path, tmp_path: Path) -> None:
        write(tmp_path / "other", FILE, MAP.replace("source: crm", "source: crn"))
        code, _, error = run("diff", tmp_path / "other")
        assert (code, "unknown system 'crn'" in error) == (1, True)


class TestRender:
    def test_each_format(self, folder: Path, tmp_path: Path) -> None:
        assert run("render")[1].startswith("flowchart LR\n")
        assert run("render", "--format", "dot")[1].startswith("digraph")
        assert ElementTree.fromstring(run("render", "--format", "svg")[1]).tag.endswith("svg")
        assert run("render", "--format", "html")[1].startswith("<!doctype html>")
        kinds = [
            each["kind"] for each in YAML(typ="safe").load_all(run("render", "--format", "catalog-info")[1])
        ]
        assert kinds.count("API") == 2

    def test_into_a_file(self, folder: Path, tmp_path: Path) -> None:
        code, said, noted = run("render", "--format", "svg", "-o", tmp_path / "map.svg")
        assert (code, said) == (0, "")
        assert "wrote" in noted
        assert (tmp_path / "map.svg").read_text(encoding="utf-8").startswith("<svg")
        assert run("render", "-o", tmp_path / "no" / "map")[0] == 1

    def test_live_marks_what_is_late(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(map_live, "health", lambda: {"accounts": "error"})
        assert "■ Accounts" in run("render", "--live")[1]
        assert "■ Accounts" not in run("render")[1]

    def test_live_without_a_ledger_says_so_and_draws(self, folder: Path) -> None:
        code, said, noted = run("render", "--live")
        assert (code, said.startswith("flowchart")) == (0, True)
        assert "nothing is marked: no database" in noted


def test_the_schema_is_written_and_checked(folder: Path) -> None:
    assert run("schema", "--in", folder, "--check")[0] == 1
    assert run("schema", "--in", folder)[0] == 0
    assert run("schema", "--in", folder, "--check")[0] == 0


def test_a_database_that_does_not_answer_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDOFF_POSTGRES__DSN", f"postgresql://u@/p?host={folder}")
    code, said, _ = run("impact", "crm")
    assert code == 0
    assert "not known: " in said
    assert "no database: set" not in said
