"""The map as it was: at a revision of git, or in another folder."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from handoff_templates import TemplatesInvalid
from handoff_templates.map_file import FILE
from handoff_templates.map_text import map_of_folder, map_of_text
from orchestrator.domain.integration_map.model import IntegrationMap
from streams.cli.errors import BadInput, WrongUsage
from streams.cli.map_folder import Drawn
from streams.cli.output import note


def map_at(other: str, now: Drawn) -> IntegrationMap:
    """Return the map of the folder `other`, or that of `now` as it was at the revision `other`.

    Raises:
        WrongUsage: it is neither.
        BadInput: the map there cannot be read.
    """
    folder = Path(other)
    try:
        is_folder = folder.is_dir()
        found = map_of_folder(folder, now.own_fields) if is_folder else _at_revision(other, now)
    except TemplatesInvalid as error:
        problems = [problem._asdict() for problem in error.problems]
        raise BadInput(f"the map of {other} cannot be read: {error}", problems=problems) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"the map of {other} cannot be read: {error}") from None
    if not found:
        note(f"{other} has no {FILE}: everything is new")
    return found


def _at_revision(revision: str, now: Drawn) -> IntegrationMap:
    if (
        _git(now.folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        is None
    ):
        raise WrongUsage(
            f"{revision!r} is no folder, and no revision of a git repository that {now.folder} is in"
        )
    text = _git(now.folder, "show", f"{revision}:./{FILE}")
    return map_of_text(text, now.own_fields) if text is not None else IntegrationMap()


def _git(folder: Path, *arguments: str) -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    # rev-parse has proved that the revision is one; before that, it stands behind --end-of-options.
    done = subprocess.run(  # noqa: S603
        [git, "-C", str(folder), *arguments], capture_output=True, check=False, text=True, encoding="utf-8"
    )
    return done.stdout if done.returncode == 0 else None
