"""The results: a file that grows with each test, and a table for people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

_COLUMNS = ("events", "lost", "duplicates", "extra", "seconds")


class Report:
    """Keeps the results of a run; what an earlier run found about other tests stays in the file."""

    def __init__(self, path: Path | None, *, seed: int, is_small: bool) -> None:
        self._path = path
        self._stamp = {"seed": seed, "size": "small" if is_small else "full"}
        self.tests: dict[str, dict[str, Any]] = {}
        self.mutants: dict[str, dict[str, Any]] = {}

    def add_test(self, name: str, found: dict[str, Any]) -> None:
        """Note what a test found, at once."""
        self.tests[name] = self._stamp | found
        self._write("tests", name, self.tests[name])

    def add_mutant(self, name: str, found: dict[str, Any]) -> None:
        """Note whether a mutant was found out, at once."""
        self.mutants[name] = self._stamp | found
        self._write("mutants", name, self.mutants[name])

    @property
    def is_clean(self) -> bool:
        """Whether every test is green and every mutant dead."""
        return all(t["ok"] for t in self.tests.values()) and all(m["killed"] for m in self.mutants.values())

    def show(self, console: Console) -> None:
        """Print both tables, and what is broken."""
        tests = Table("test", *_COLUMNS, "", title="Faults")
        for name, found in self.tests.items():
            counts = (str(found.get(column, "-")) for column in _COLUMNS)
            tests.add_row(name, *counts, "[green]holds" if found["ok"] else "[red]broken")
        if self.tests:
            console.print(tests)
        if self.mutants:
            mutants = Table("mutant", "found by", "broken", "", title="Mutants")
            for name, found in self.mutants.items():
                broken = ", ".join(f"{k} {v}" for k, v in found["broken"].items())
                mutants.add_row(
                    name, found["test"], broken, "[green]killed" if found["killed"] else "[red]survives"
                )
            console.print(mutants)
        for name, found in self.tests.items():
            for invariant, what in found.get("broken", {}).items():
                console.print(f"[red]{name} {invariant}[/], {what['count']} times", highlight=False)
                for example in what["examples"]:
                    console.print(f"  {example}", markup=False, highlight=False)

    def _write(self, part: str, name: str, found: dict[str, Any]) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        results = json.loads(self._path.read_text()) if self._path.exists() else {}
        results.setdefault(part, {})[name] = found
        draft = self._path.with_suffix(".part")
        draft.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
        draft.replace(self._path)
