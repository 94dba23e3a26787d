"""The logic of the scripts, by node's own test runner."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestrator.board.look.instants import countdown_text, phrases
from orchestrator.board.look.static_files import DIRECTORY

NODE = shutil.which("node")
SCRIPTS = sorted((DIRECTORY / "js").glob("*.js"))


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """All scripts and their tests, where node takes them for modules."""
    for path in [*SCRIPTS, *(Path(__file__).parent / "js").glob("*.test.js")]:
        shutil.copy(path, tmp_path)
    (tmp_path / "package.json").write_text(json.dumps({"type": "module"}))
    return tmp_path


@pytest.mark.skipif(NODE is None, reason="node is not installed: the logic of the scripts is not tested here")
def test_node_s_test_runner_finds_nothing_wrong(modules: Path) -> None:
    assert NODE is not None
    ran = subprocess.run(
        [NODE, "--test"], cwd=modules, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    passed = re.search(r"^# pass (\d+)", ran.stdout, re.MULTILINE)
    assert passed is not None
    assert int(passed[1]) >= 6


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_phrase_that_a_script_says_comes_with_the_page(path: Path) -> None:
    said = set(re.findall(r"""\bword\(\s*"([^"]+)\"""", path.read_text()))
    assert said <= phrases("en").keys()


def test_few_scripts_take_markup_and_all_from_the_server_s_own_templates() -> None:
    using = {
        path.name
        for path in SCRIPTS
        if re.search(r"innerHTML|outerHTML|insertAdjacentHTML", path.read_text())
    }
    assert using <= {"patch.js", "map.js", "ribbons.js"}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_code_from_text(path: Path) -> None:
    assert not re.search(r"\beval\(|new Function\(|document\.write|javascript:", path.read_text())


LENGTHS = (
    -260_000.5,
    -90_000,
    -3_600,
    -61,
    -60,
    -59.4,
    -1,
    -0.2,
    0,
    0.7,
    59,
    60,
    247,
    3_599,
    3_600,
    4_000,
    86_400,
    90_061,
)


@pytest.mark.skipif(
    NODE is None, reason="node is not installed: the scripts are not compared with the server"
)
def test_scripts_and_server_tell_the_same_countdown(modules: Path) -> None:
    program = (
        'import { countdownText } from "./times.js";'
        f"console.log(JSON.stringify({json.dumps(LENGTHS)}.map((s) => countdownText(s * 1000))));"
    )
    assert NODE is not None
    command = [NODE, "--input-type=module", "--eval", program]
    ran = subprocess.run(command, cwd=modules, capture_output=True, text=True, timeout=60, check=True)
    now = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)
    assert json.loads(ran.stdout) == [
        countdown_text(now + timedelta(seconds=length), now=now, language="en") for length in LENGTHS
    ]
