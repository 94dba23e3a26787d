"""The key that signs cookies is kept, and nobody else can read it."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from streams.board.key import key_of
from streams.settings import Board, Settings


def test_a_key_of_the_settings_is_taken_and_none_is_kept(tmp_path: Path) -> None:
    given = "k" * 32
    settings = Settings(board=Board(secret_key=SecretStr(given)), data=tmp_path / "data")
    assert key_of(settings) == given.encode()
    assert not (tmp_path / "data").exists()


def test_without_one_a_random_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    key = key_of(settings)
    assert len(key) >= 32
    assert key_of(settings) == key
    [file] = (tmp_path / "data").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert key_of(Settings(data=tmp_path / "other")) != key
