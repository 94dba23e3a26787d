"""Replays the cases of one share; several processes, a share each, give the same as one."""

from __future__ import annotations

import gc
import traceback
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from orchestrator.domain.policy import Rules
from whatif.book import Book
from whatif.case_log import CaseLog, LogFacts, Share
from whatif.case_tale import tell
from whatif.changes import Changes
from whatif.counting import count
from whatif.json_log import read_events
from whatif.log_events import Happening
from whatif.log_file import opened
from whatif.mapping import Mapping
from whatif.table_log import read_table
from whatif.tally import Tally


class Question(NamedTuple):
    """What is to be replayed."""

    file: Path
    after: Rules
    """The policy that is asked about."""
    before: Rules | None
    """The one it is compared with."""
    mapping: Mapping | None
    until: datetime | None


class Part(NamedTuple):
    """What a share gives."""

    after: Tally
    before: Tally | None
    changes: Changes

    def close(self) -> None:
        """Put the lists in order."""
        self.after.close()
        self.changes.close()
        if self.before is not None:
            self.before.close()

    def merge(self, other: Part) -> None:
        """Add the part of another share."""
        self.after.merge(other.after)
        self.changes.merge(other.changes)
        if self.before is not None and other.before is not None:
            self.before.merge(other.before)


Cases = dict[str, list[Happening]]


def load(question: Question, share: Share) -> tuple[Cases, LogFacts]:
    """Return the cases of a share.

    Raises:
        LogUnreadable: the log cannot be read.
        MappingInvalid: the mapping does not fit it.
    """
    log = CaseLog(share, question.until)
    mapping = question.mapping
    with opened(question.file) as stream:
        if mapping is not None and mapping.rules:
            read_table(stream, question.file, mapping, log)
        else:
            read_events(stream, log, mapping.teams if mapping is not None else {})
    return log.close()


def play(question: Question, cases: Cases, now: datetime) -> Part:
    """Return what became of the cases, as things stand at `now`."""
    changes = Changes()
    told = question.mapping.told if question.mapping is not None else None
    after = Book(question.after, told)
    before = Book(question.before, told) if question.before is not None else None
    part = Part(Tally(), Tally() if before is not None else None, changes)
    for case, happenings in cases.items():
        breaches = count(part.after, tell(after, case, happenings), after, case, now)
        if before is not None and part.before is not None:
            was = count(part.before, tell(before, case, happenings), before, case, now)
            changes.add(was, breaches)
    for tally, book in ((part.after, after), (part.before, before)):
        if tally is not None and book is not None:
            tally.strangers |= book.strangers
            tally.left_out |= book.left_out
    return part


class Helper:
    """A process of its own that looks after a share."""

    def __init__(self, question: Question, share: Share) -> None:
        # A fresh interpreter: a fork would copy the threads of whoever imports this.
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, question, share), daemon=True)
        self._process.start()
        theirs.close()

    def facts(self) -> LogFacts:
        """Return what its share of the log holds."""
        found = self._receive()
        assert isinstance(found, LogFacts)
        return found

    def ask(self, now: datetime) -> None:
        """Let it replay its share up to `now`."""
        self._pipe.send(now)

    def part(self) -> Part:
        """Return what its share gives."""
        found = self._receive()
        assert isinstance(found, Part)
        self._process.join()
        return found

    def stop(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.join()

    def _receive(self) -> object:
        try:
            found = self._pipe.recv()
        except EOFError:
            raise RuntimeError(
                "a process of the replay was ended from outside, perhaps for want of memory; try one process"
            ) from None
        if isinstance(found, str):
            raise RuntimeError(f"a process of the replay failed:\n{found}")
        return found


def _serve(pipe: Connection, question: Question, share: Share) -> None:
    gc.disable()  # as in the main process
    try:
        cases, facts = load(question, share)
        pipe.send(facts)
        now = pipe.recv()
        pipe.send(play(question, cases, now))
    except Exception:
        pipe.send(traceback.format_exc())
