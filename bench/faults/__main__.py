"""`python -m bench.faults`: run the fault suite, or some of it."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import secrets
import sys
import time
import traceback
from pathlib import Path

from rich.console import Console

from bench.faults.hunt import TRAPS, hunt
from bench.faults.report import Report
from bench.faults.scale import FULL, SMALL, Scale
from bench.faults.site import Site, site
from bench.faults.suite import MUTANTS, TESTS
from bench.faults.tamper import forge_all

_RESULTS = Path(__file__).resolve().parents[1] / "results" / "faults.json"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    names = [*TESTS, MUTANTS]
    parser.add_argument("--only", help=f"some of {', '.join(names)}, separated by commas")
    parser.add_argument("--seed", type=int, help="run again what this seed ran")
    parser.add_argument("--small", action="store_true", help="minutes instead of an hour; also SMALL=1")
    parser.add_argument("--results", type=Path, help="where results go; a small run keeps none by itself")
    arguments = parser.parse_args()
    arguments.small = arguments.small or _is_wanted("SMALL") or _is_wanted("QUICK")
    arguments.only = arguments.only.split(",") if arguments.only else names
    unknown = set(arguments.only) - set(names)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(names)}")
    return arguments


def _is_wanted(variable: str) -> bool:
    return os.environ.get(variable) not in (None, "", "0")


async def _run(
    here: Site, only: list[str], seed: int, scale: Scale, report: Report, console: Console
) -> None:
    for name in [name for name in TESTS if name in only]:
        began = time.monotonic()
        console.print(f"{name} …", highlight=False)
        try:
            found = (await TESTS[name](here, scale, seed)).as_json()
        except Exception as error:
            traceback.print_exc()
            found = {"ok": False, "error": repr(error)}
        report.add_test(name, {"seconds": round(time.monotonic() - began, 1)} | found)
        console.print(f"{name}: {'holds' if found['ok'] else 'BROKEN'}", highlight=False)
    if MUTANTS in only:
        await _hunt_all(here, seed, report, console)


async def _hunt_all(here: Site, seed: int, report: Report, console: Console) -> None:
    for name, caught in (await forge_all(here, SMALL, seed)).items():
        report.add_mutant(name, caught)
    for name in TRAPS:
        console.print(f"mutant {name} …", highlight=False)
        try:
            caught = await hunt(here, name, seed)
        except Exception as error:
            traceback.print_exc()
            caught = {"killed": False, "test": TRAPS[name][0], "broken": {}, "error": repr(error)}
        report.add_mutant(name, caught)
        console.print(f"mutant {name}: {'killed' if caught['killed'] else 'SURVIVES'}", highlight=False)


def main() -> int:
    """Run what was asked for and return 1 if anything is broken."""
    arguments = _arguments()
    console = Console(width=140)
    seed = arguments.seed if arguments.seed is not None else secrets.randbelow(1_000_000)
    console.print(f"seed {seed}", highlight=False)
    # What clients say about servers that are away is not news here.
    logging.disable(logging.ERROR)
    scale = SMALL if arguments.small else FULL
    path = arguments.results or (None if arguments.small else _RESULTS)
    report = Report(path, seed=seed, is_small=arguments.small)
    with site() as here:
        asyncio.run(_run(here, arguments.only, seed, scale, report, console))
    report.show(console)
    return 0 if report.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
