"""Print a real log as CloudEvents, one a line: `python -m bench.volvo --cases 100 | handoff send -`."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from pathlib import Path

from bench.volvo import FILE, events_of, line_of, read, team_ids, write_templates
from orchestrator.wall_clock import SystemClock


def main() -> None:
    """Read the arguments and do it."""
    parser = argparse.ArgumentParser(prog="python -m bench.volvo", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=FILE, metavar="FILE", help="the log, gzipped")
    parser.add_argument("--cases", type=int, metavar="N", help="only the first N incidents with a handoff")
    parser.add_argument("--until-now", action="store_true", help="shift all times so that the last is now")
    parser.add_argument(
        "--teams", type=Path, metavar="FOLDER", help="write templates for its teams there, print nothing"
    )
    chosen = parser.parse_args()
    if not chosen.file.is_file():
        parser.error(f"there is no {chosen.file}; give the path of the log")
    incidents = read(chosen.file)
    ids = team_ids(change.team for incident in incidents for change in incident.changes)
    if chosen.teams is not None:
        write_templates(chosen.teams, ids)
        return
    told = [incident for incident in incidents if incident.handoffs][: chosen.cases]
    shift = timedelta()
    if chosen.until_now and told:
        shift = SystemClock().now() - max(each.at for each in events_of(told, ids))
    for happening in events_of(told, ids, shift=shift):
        sys.stdout.write(line_of(happening) + "\n")


if __name__ == "__main__":
    main()
