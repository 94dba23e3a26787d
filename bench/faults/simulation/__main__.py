"""`python -m bench.faults.simulation`: some seeds, without any server; or one, step by step."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from bench.faults.simulation.mutants import MUTANTS
from bench.faults.simulation.seeds import live_all, trace_of


def main() -> int:
    """Live through the seeds that were asked for, and return 1 if anything is broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults.simulation", description=__doc__)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--processes", type=int)
    parser.add_argument("--mutant", choices=MUTANTS)
    asked = parser.parse_args()
    began, counts, broken = time.monotonic(), Counter[str](), 0
    lived = []
    for each in live_all(range(asked.first, asked.first + asked.seeds), asked.mutant, asked.processes):
        lived.append(each)
        counts += each.counts
        for invariant, found in each.broken.items():
            broken += 1
            print(f"seed {each.seed} {invariant}, {found['count']} times", flush=True)
            for example in found["examples"]:
                print(f"  {example}")
    seconds = time.monotonic() - began
    events, entries = sum(each.events for each in lived), sum(each.entries for each in lived)
    print(f"{len(lived)} seeds, {events} events, {entries} entries, {seconds:.1f} s, trace {trace_of(lived)}")
    print(dict(sorted(counts.items())))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
