"""The map as it is on disk: read again when a file changes, and told with its mistakes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from handoff_templates.folder import HOME
from streams.board.map_source import MapFolder

MAP = "integration_map.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the packaged folder."""
    return shutil.copytree(HOME, tmp_path / "templates", ignore=shutil.ignore_patterns("*.py", "__pycache__"))


def change(folder: Path, old: str, new: str) -> None:
    path = folder / MAP
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


async def test_the_folder_is_read_once_until_a_file_changes(folder: Path) -> None:
    source = MapFolder(folder)
    first = await source.look()
    assert first.problems == ()
    assert first.map
    assert await source.look() is first
    change(folder, "name: ", "name: Another ")
    second = await source.look()
    assert second is not first
    assert second.revision != first.revision
    assert second.map != first.map


async def test_every_part_has_its_place(folder: Path) -> None:
    looked = await MapFolder(folder).look()
    assert looked.map is not None
    lines = (folder / MAP).read_text(encoding="utf-8").splitlines()
    for id in looked.map.systems:
        file, _, line = looked.place(("systems", id)).partition(":")
        assert file == MAP
        assert id in lines[int(line) - 1]


async def test_a_wrong_field_is_told_with_file_line_and_column(folder: Path) -> None:
    source = MapFolder(folder)
    assert (await source.look()).map
    change(folder, "owner: ", "ownr: ")
    looked = await source.look()
    assert (looked.map, looked.revision) == (None, "")
    lines = (folder / MAP).read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "ownr: " in text)
    assert any(problem.startswith(f"{MAP}:{line}:") and "ownr" in problem for problem in looked.problems)


@pytest.mark.parametrize("text", ["systems: [", "\t", "a: b: c", "- x"])
async def test_a_file_that_is_no_yaml_or_no_map_is_told_and_hides_nothing_else(
    folder: Path, text: str
) -> None:
    (folder / MAP).write_text(text, encoding="utf-8")
    looked = await MapFolder(folder).look()
    assert looked.map is None
    assert any(problem.startswith(f"{MAP}:") for problem in looked.problems)
    assert looked.place(("systems", "crm")) == ""


async def test_what_was_wrong_is_right_again_when_the_file_is(folder: Path) -> None:
    source = MapFolder(folder)
    before = await source.look()
    change(folder, "owner: ", "ownr: ")
    assert (await source.look()).map is None
    change(folder, "ownr: ", "owner: ")
    assert (await source.look()).map == before.map
