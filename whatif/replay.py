"""A whole replay: one log, one policy or two."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from orchestrator.domain.policy import Rules
from whatif.case_log import LogFacts, Share
from whatif.changes import Changes
from whatif.log_file import STDIN
from whatif.mapping import Mapping
from whatif.shards import Helper, Question, load, play
from whatif.tally import Tally


class Replay(NamedTuple):
    """What a replay found."""

    log: LogFacts
    until: datetime | None
    """The end of the replay, aware UTC: what was due by then and not kept is breached. None: no events."""
    after: Tally
    """Under the policy that was asked about."""
    before: Tally | None
    """Under the one it was compared with."""
    changes: Changes


def replay(
    file: Path,
    policy: Rules,
    *,
    against: Rules | None = None,
    mapping: Mapping | None = None,
    until: datetime | None = None,
    processes: int = 1,
) -> Replay:
    """Replay the log in `file` under `policy`, and under `against` to compare.

    Args:
        file: CloudEvents, one a line, or a table when the `mapping` has rules; gzipped or not; `-` is stdin.
        policy: the rules that are asked about.
        against: those in force, as a rule.
        mapping: what the columns of a table mean, and how teams are called.
        until: passes over what happened later; the time of the last event when absent. Aware.
        processes: how many share the work; the result is the same for any number. stdin takes one.

    Raises:
        LogUnreadable: the log cannot be read at all. A bad row is no reason: it is counted and named.
        MappingInvalid: the mapping names a column that the table has not.
    """
    question = Question(file, policy, against, mapping, until)
    of = 1 if file == STDIN else max(1, processes)
    with _helpers(question, of) as helpers, _no_garbage():
        cases, facts = load(question, Share(0, of))
        for helper in helpers:
            facts = facts.plus(helper.facts())
        end = until if until is not None else facts.last_at
        if end is None:
            return Replay(facts, None, Tally(), Tally() if against is not None else None, Changes())
        for helper in helpers:
            helper.ask(end)
        part = play(question, cases, end)
        for helper in helpers:
            part.merge(helper.part())
        part.close()
    return Replay(facts, end, part.after, part.before, part.changes)


@contextmanager
def _helpers(question: Question, of: int) -> Iterator[list[Helper]]:
    helpers = [Helper(question, Share(number, of)) for number in range(1, of)]
    try:
        yield helpers
    finally:
        for helper in helpers:
            helper.stop()


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Keep the collector from walking over millions of events again and again: none of them is in a cycle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
