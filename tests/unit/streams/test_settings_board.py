"""The settings of the board are read strictly too: who may look is said before anything is shown."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestrator.board.access.viewer import Role
from streams.cli import app, places
from streams.cli.errors import WrongUsage
from streams.settings import read_settings


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("HANDOFF_") or name == "CREDENTIALS_DIRECTORY":
            monkeypatch.delenv(name)
    monkeypatch.setattr("streams.logs.configure", lambda *_, **__: None)


def test_a_board_that_others_can_reach_names_the_variable_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDOFF_BOARD__HOST", "0.0.0.0")
    with pytest.raises(WrongUsage, match="HANDOFF_BOARD__LOGIN to tokens or oidc"):
        places.read()
    monkeypatch.setenv("HANDOFF_BOARD__LOGIN", "tokens")
    with pytest.raises(WrongUsage, match="HANDOFF_BOARD__PUBLIC_URL"):
        places.read()
    monkeypatch.setenv("HANDOFF_BOARD__PUBLIC_URL", "https://board.example")
    assert places.read().board.is_secure


def test_groups_and_lists_are_written_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "LOGIN": "oidc",
        "HOSTS": '["board.internal"]',
        "EMBED_ORIGINS": '["https://phone.example"]',
        "SESSION": "PT8H",
        "RATES__WRITES": "10/second",
        "OIDC__ISSUER": "https://id.example",
        "OIDC__CLIENT_ID": "board",
        "OIDC__ROLES": '{"support-leads": "lead"}',
        "OIDC__TEAMS": '{"all": "*"}',
    }.items():
        monkeypatch.setenv(f"HANDOFF_BOARD__{name}", value)
    board = read_settings().board
    assert (board.hosts, board.embed_origins) == (("board.internal",), ("https://phone.example",))
    assert (board.session.total_seconds(), board.rates.writes) == (28_800, "10/second")
    assert (board.oidc.roles, board.oidc.teams) == ({"support-leads": Role.LEAD}, {"all": "*"})


def test_secrets_come_from_files_and_are_not_shown(tmp_path: Path) -> None:
    (tmp_path / "HANDOFF_BOARD__SECRET_KEY").write_text("k" * 64)
    (tmp_path / "HANDOFF_BOARD__OIDC__CLIENT_SECRET").write_text("hunter2")
    done = CliRunner().invoke(
        app,
        ["config", "show", "--json"],
        env={
            "CREDENTIALS_DIRECTORY": str(tmp_path),
            "HANDOFF_DATA": str(tmp_path),
            "HANDOFF_BOARD__HOSTS": '["board.internal"]',
        },
    )
    assert done.exit_code == 0, done.output
    shown = json.loads(done.stdout)
    assert "kkk" not in done.output
    assert "hunter2" not in done.output
    assert shown["HANDOFF_BOARD__SECRET_KEY"] == {"value": "********", "from": "set"}
    assert shown["HANDOFF_BOARD__HOSTS"] == {"value": '["board.internal"]', "from": "set"}
    assert shown["HANDOFF_BOARD__LOGIN"] == {"value": "none", "from": "default"}
