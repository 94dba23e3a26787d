"""`handoff knowledge`: articles are checked and searched as a packet would search them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from streams.cli import app
from streams.knowledge.library import folder_of, read_library
from streams.settings import Knowledge, Settings
from tests.builders import a_policy

RULES = a_policy().rules
GOOD = "---\ntitle: Charged twice\nkinds: [support-to-billing]\nreviewed_on: 2020-01-01\n---\nRefund one.\n"


@pytest.fixture(autouse=True)
def logs_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.logs.configure", lambda *_, **__: None)


def run(*arguments: str | Path, **env: str) -> Result:
    return CliRunner().invoke(app, ["knowledge", *map(str, arguments)], env=env)


def a_folder(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text)
    return folder


def test_the_packaged_articles_are_checked_when_nothing_else_is_set() -> None:
    done = run("check", "--json")
    assert done.exit_code == 0, done.output
    shown = json.loads(done.stdout)
    assert shown["problems"] == []
    assert len(shown["articles"]) >= 12


def test_what_is_wrong_is_told_with_its_place_and_ends_with_1(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, bad="---\ntitle: X\nteams: [fone]\n---\nText.\n", good=GOOD)
    done = run("check", folder)
    assert done.exit_code == 1
    assert "1 problem in the articles:\nbad.md:3:9: unknown team 'fone'; did you mean 'phone'?" in done.stderr
    (problem,) = json.loads(run("check", folder, "--json").stderr)["problems"]
    assert (problem["file"], problem["line"], problem["column"]) == ("bad.md", 3, 9)


def test_what_is_due_for_a_review_is_said(tmp_path: Path) -> None:
    done = run("check", a_folder(tmp_path, old=GOOD))
    assert (done.stdout, done.stderr) == ("1 articles, nothing wrong\n", "due for a review: old\n")


def test_a_search_shows_the_passage_why_it_fits_and_an_old_review(tmp_path: Path) -> None:
    env = {"HANDOFF_KNOWLEDGE__FOLDER": str(a_folder(tmp_path, old=GOOD))}
    done = run("search", "charged twice", "--kind", "support-to-billing", **env)
    assert done.exit_code == 0, done.output
    assert done.stdout == (
        "Charged twice  (old)\n  Refund one.\n  fits by words, kind; reviewed on 2020-01-01\n\n"
    )
    (line,) = run("search", "charged twice", "--json", **env).stdout.splitlines()
    assert json.loads(line)["because"] == ["words"]


def test_a_search_that_finds_nothing_says_so(tmp_path: Path) -> None:
    done = run("search", "zebra", "--folder", a_folder(tmp_path, old=GOOD))
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "nothing fits, of 1 articles\n")


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--team", "fone"), "unknown team 'fone'; did you mean 'phone'?"),
        (("--kind", "support-to-biling"), "unknown kind 'support-to-biling'; did you mean"),
    ],
)
def test_a_name_that_is_not_known_is_wrong_usage(option: tuple[str, str], said: str) -> None:
    done = run("search", "anything", *option)
    assert done.exit_code == 2
    assert said in done.stderr


# What a worker searches


def test_a_worker_leaves_out_what_cannot_be_used_and_takes_the_others(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, bad="no front", good=GOOD.replace("support-to-billing", "billing-question"))
    library = read_library(Settings(knowledge=Knowledge(folder=folder)), RULES)
    assert library is not None
    assert len(library) == 1


def test_a_worker_has_no_library_when_it_is_turned_off_and_an_empty_one_without_a_folder(
    tmp_path: Path,
) -> None:
    assert read_library(Settings(knowledge=Knowledge(enabled=False)), RULES) is None
    assert folder_of(Settings(templates=tmp_path)) is None
    empty = read_library(Settings(templates=tmp_path), RULES)
    assert empty is not None
    assert len(empty) == 0


def test_the_articles_of_a_set_of_templates_are_in_its_folder_unless_another_is_named(tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    assert folder_of(Settings(templates=tmp_path)) == tmp_path / "knowledge"
    assert folder_of(Settings(templates=tmp_path, knowledge=Knowledge(folder=tmp_path))) == tmp_path
