"""The commands of docs/api.md do what it says."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from orchestrator.board.api.endpoints import ENDPOINTS
from orchestrator.board.doing import ACTIONS
from tests.integration.api.conftest import ApiFloor

pytestmark = pytest.mark.postgres
PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_every_command_succeeds(floor: ApiFloor) -> None:
    environment = {
        "BOARD": f"{floor.address}/api/v1",
        "TOKEN": floor.tokens["tier-2"],
        "HANDOFF": str(floor.world.id("ada-exports")),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    }
    assert len(BLOCKS) == 3
    told = []
    for block in BLOCKS:
        run = subprocess.run(
            ["sh", "-euc", block], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert run.returncode == 0, (block, run.stdout, run.stderr)
        told.append(run.stdout)
    read, done, followed = told
    assert '"roles":["agent"]' in read
    assert '"opening_line"' in read
    assert "Since which version?" in done
    assert '"why_paused":"waits-for-customer"' in done
    assert "event: hello" in followed


def test_every_address_and_action_stands_in_it() -> None:
    for endpoint in ENDPOINTS:
        if endpoint.method == "GET":
            path = re.sub(r":\w+}", "}", endpoint.path)
            assert f"`{path}`" in PAGE or "/events" in path, path
    for action in ACTIONS:
        assert f"`{action}`" in PAGE
