"""Style sheets, scripts and pictures, kept by browsers for as long as they do not change."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

DIRECTORY: Final = Path(__file__).parent.parent / "static"
_FOREVER: Final = "public, max-age=31536000, immutable"


@cache
def revision() -> str:
    """Return what stands for the content of all static files.

    It is a folder of their addresses, so that a script finds those that it imports in the same revision.
    """
    digest = hashlib.sha256()
    for path in sorted(DIRECTORY.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(DIRECTORY).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def static(path: str) -> str:
    """Return the address of a file under static/, such as "js/live.js".

    Raises:
        FileNotFoundError: there is no such file.
    """
    if not (DIRECTORY / path).is_file():
        raise FileNotFoundError(f"no such file under static/: {path}")
    return f"/static/{revision()}/{path}"


class _Files(StaticFiles):
    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        is_current = scope["path_params"].get("revision") == revision()
        response.headers["cache-control"] = _FOREVER if is_current else "no-cache"
        return response


mount: Final = Mount("/static/{revision}", app=_Files(directory=DIRECTORY), name="static")
