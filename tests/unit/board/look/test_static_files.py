from __future__ import annotations

import re

import httpx
import pytest
from starlette.applications import Starlette

from orchestrator.board.look.static_files import DIRECTORY, mount, revision, static


async def got(path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=Starlette(routes=[mount]))
    async with httpx.AsyncClient(transport=transport, base_url="http://board") as client:
        return await client.get(path)


async def test_a_file_of_this_revision_is_kept_for_ever() -> None:
    answer = await got(static("js/board.js"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


async def test_a_file_of_another_revision_is_what_it_is_now_and_not_kept() -> None:
    answer = await got("/static/000000000000/board.css")
    assert answer.text == (DIRECTORY / "board.css").read_text()
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["../look/rendering.py", "%2e%2e/look/rendering.py", "..%2f..%2fapp.py", "js", "absent.css"]
)
async def test_nothing_else_is_given_out(path: str) -> None:
    assert (await got(f"/static/{revision()}/{path}")).status_code == 404


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"no such file under static/: js/absent\.js"):
        static("js/absent.js")


def test_scripts_import_only_their_neighbours() -> None:
    for path in (DIRECTORY / "js").glob("*.js"):
        for imported in re.findall(r'^import .*?"([^"]+)";', path.read_text(), re.MULTILINE):
            assert imported.startswith("./"), path.name
            assert (path.parent / imported).is_file(), f"{path.name} imports {imported}"


def test_every_script_runs_on_some_page() -> None:
    templates = DIRECTORY.parent / "templates"
    pages = "".join(path.read_text() for path in templates.rglob("*.j2"))
    reached = set(re.findall(r"""static\(["']js/(\w+\.js)["']\)""", pages))
    left = list(reached)
    while left:
        text = (DIRECTORY / "js" / left.pop()).read_text()
        new = set(re.findall(r'^import [^"]*"\./([^"]+)";', text, re.MULTILINE)) - reached
        reached |= new
        left += new
    assert reached == {path.name for path in (DIRECTORY / "js").glob("*.js")}
