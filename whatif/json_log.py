"""A log of CloudEvents, one a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from whatif.case_log import CaseLog
from whatif.event_line import BadEvent, EventReader, NoCommand, case_of, members_of

_BOM: Final = b"\xef\xbb\xbf"


def read_events(lines: Iterable[bytes], log: CaseLog, teams: Mapping[str, str]) -> None:
    """Add the events of `lines` that belong to the log's share; `teams` maps the log's names to ours.

    Every share parses every line: nothing less than the parsed line says for sure which case it is of.
    """
    reader = EventReader(teams)
    share = log.share
    for number, line in enumerate(lines, start=1):
        if number == 1:
            line = line.removeprefix(_BOM)
        if not (text := line.strip()):
            continue
        try:
            members = members_of(text)
        except BadEvent as bad:
            if share.is_first:
                log.rows += 1
                log.refuse(number, bad.code, bad.message)
            continue
        case = case_of(members)
        if not (share.has(case) if case is not None else share.is_first):
            continue
        log.rows += 1
        try:
            happening = reader.read(members, case, number)
        except NoCommand:
            log.silent += 1
        except BadEvent as bad:
            log.refuse(number, bad.code, bad.message)
        else:
            # A reply without a case has been refused; a request always names one.
            assert case is not None
            log.add(case, happening)
