"""`handoff schemas`, `asyncapi` and `openapi`: what others read to talk to the orchestrator."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from streams.cli.errors import BadInput
from streams.cli.output import Json, emit, out
from streams.documents import asyncapi as asyncapi_file
from streams.documents import schemas as schema_files

Folder = Annotated[Path, typer.Option("--in", help="The root of the repository.", file_okay=False)]
Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; exit with 1 when a file is not as it should be.")
]


def schemas(folder: Folder = Path(), check: Check = False, as_json: Json = False) -> None:
    """Write the JSON Schema of every event type to schemas/, or check the files there.

    The check also finds changes that break those who know the committed schemas.
    """
    if check:
        _report(schema_files.check(folder), "handoff schemas", as_json=as_json)
        return
    schema_files.write(folder)
    _wrote(folder / schema_files.FOLDER, as_json=as_json)


def asyncapi(folder: Folder = Path(), check: Check = False, as_json: Json = False) -> None:
    """Write asyncapi.yaml, which describes every topic and event, or check the file there."""
    if check:
        _report(asyncapi_file.check(folder), "handoff asyncapi", as_json=as_json)
        return
    asyncapi_file.write(folder)
    _wrote(folder / asyncapi_file.FILE, as_json=as_json)


def openapi(folder: Folder = Path(), check: Check = False, as_json: Json = False) -> None:
    """Write openapi.yaml, which describes what the board offers to programs, or check the file there."""
    # Imported here, because the whole board comes with it.
    from streams.documents import openapi as openapi_file

    if check:
        _report(openapi_file.check(folder), "handoff openapi", as_json=as_json)
        return
    openapi_file.write(folder)
    _wrote(folder / openapi_file.FILE, as_json=as_json)


def _report(drift: list[str], command: str, *, as_json: bool) -> None:
    if drift:
        listed = "\n".join(f"  {line}" for line in drift)
        raise BadInput(f"not as the code says; run `{command}` and commit the result:\n{listed}", drift=drift)
    if as_json:
        emit({"drift": []})
    else:
        out().print("as it should be")


def _wrote(path: Path, *, as_json: bool) -> None:
    if as_json:
        emit({"wrote": str(path)})
    else:
        out().print(f"wrote {path}", markup=False)
