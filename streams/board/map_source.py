"""The integration map as it stands in the folder of templates, read again whenever a file changes."""

from __future__ import annotations

import asyncio
from pathlib import Path

from handoff_templates import TemplatesInvalid, load
from handoff_templates.folder import HOME, read_files, version_of
from handoff_templates.map_places import places_of
from handoff_templates.problems import Problems
from orchestrator.board.ops.source import OnDisk


class MapFolder:
    """Reads a folder; one that is not changed is not read again."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder or HOME
        self._read: tuple[str, OnDisk] | None = None
        self._lock = asyncio.Lock()

    async def look(self) -> OnDisk:
        """Return what stands in the folder now."""
        async with self._lock:
            self._read = await asyncio.to_thread(self._look, self._read)
            return self._read[1]

    def _look(self, before: tuple[str, OnDisk] | None) -> tuple[str, OnDisk]:
        content = version_of(read_files(self._folder, Problems()))
        if before is not None and before[0] == content:
            return before
        places = {where: f"{at.file}:{at.line}" for where, at in places_of(self._folder).items()}
        try:
            rules = load(self._folder).rules
        except TemplatesInvalid as error:
            problems = tuple(str(problem) for problem in error.problems)
            return content, OnDisk(None, "", problems, places)
        return content, OnDisk(rules.integration_map, rules.version, (), places)
