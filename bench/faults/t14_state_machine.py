"""T14: Hypothesis drives the desk, in memory and on PostgreSQL, and looks for short ways to break it."""

from __future__ import annotations

import asyncio
import io
from contextlib import redirect_stdout

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from bench.faults.scale import Scale
from bench.faults.simulation.machine import DeskMachine
from bench.faults.simulation.mutants import mutated
from bench.faults.simulation.sut import FakeSystem, PostgresSystem
from bench.faults.site import Site
from bench.faults.verdict import Verdict


async def t14(site: Site, scale: Scale, seed: int, *, mutant: str | None = None) -> Verdict:
    """Let Hypothesis loose on both ledgers; a mutant is looked for on the one in memory."""
    verdict = Verdict()
    await asyncio.to_thread(drive, verdict, FakeSystem(), seed, scale.t14_examples, scale.t14_steps, mutant)
    if mutant is None:
        run = await site.begin("T14")
        examples = scale.t14_postgres_examples
        await asyncio.to_thread(_drive_postgres, verdict, run.dsn, seed, examples, scale.t14_steps)
    return verdict


def _drive_postgres(verdict: Verdict, dsn: str, chance: int, examples: int, steps: int) -> None:
    drive(verdict, PostgresSystem(dsn), chance, examples, steps)


def drive(
    verdict: Verdict,
    system: FakeSystem | PostgresSystem,
    chance: int,
    examples: int,
    steps: int,
    mutant: str | None = None,
) -> None:
    """Run so many examples, and note the shortest one that breaks something."""
    name = type(system).__name__.removesuffix("System").lower()
    counts = {"examples": 0, "messages": 0}

    class Machine(DeskMachine):
        def __init__(self) -> None:
            self.system = system.begin()  # type: ignore[misc]
            super().__init__()

        def teardown(self) -> None:
            counts["examples"] += 1
            counts["messages"] += len(self.sent)
            verdict.sent += len(self.sent)
            super().teardown()

    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        phases=[Phase.generate] if mutant else [Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    said = io.StringIO()
    try:
        with redirect_stdout(said), mutated(mutant):
            run_state_machine_as_test(seed(chance)(Machine), settings=how)
    except Exception as error:
        notes = "\n".join(getattr(error, "__notes__", ()))
        verdict.blame("machine", f"on the {name} ledger: {error!r}\n{notes}\n{said.getvalue()}")
    finally:
        system.close()
    verdict.facts |= {f"{name}_{what}": count for what, count in counts.items()}
