"""Trims logs to what an engineer looks for first: the lines around errors, one of each kind at least."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from orchestrator.domain.model import Frozen
from orchestrator.domain.summary.sentences import MARK

_WORDS: Final = (
    *(
        "error",
        "exception",
        "traceback",
        "fatal",
        "panic",
        "critical",
        "caused by",
        "segfault",
        "segmentation fault",
    ),
    *("out of memory", "core dumped", "unhandled", "assertion failed"),
)
_SERVER_ERROR: Final = re.compile(
    r"(?<=HTTP)/\d(?:\.\d)?\"?\s5\d\d\b|(?<=status)(?:_?code)?\"?[=:\s]{1,3}\"?5\d\d\b|(?<=returned )5\d\d\b|"
    r"(?<=code)\"?[=:]\s?5\d\d\b|(?<=\" )5\d\d\b|(?<=answered )5\d\d\b",
    re.IGNORECASE,
)
_NO_ERROR: Final = re.compile(r"\b(?:0|no|without) errors?\b|errors?[=:]\s?0\b", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d+")
_SHOWN_OF_KIND: Final = 120
"""Characters by which two errors are told apart, their digits aside."""
_LINE_LONGEST: Final = 400
_MOST_ERRORS: Final = 2_000
"""Errors that are looked at; of more, the first."""


class TrimmedLogs(Frozen):
    """Logs as engineering gets them."""

    text: str
    """Lines as they were, and one line for each stretch that was left out."""
    lines: int
    """Of the whole."""
    left_out: int
    errors: int
    """Lines that tell of an error, shown or not."""


def trim_logs(logs: str, *, at_most: int = 60, around: int = 2) -> TrimmedLogs:
    """Return the lines around errors; without an error, the last lines.

    Args:
        logs: lines of text.
        at_most: lines of the result, those that say what was left out among them; at least 3.
        around: lines shown before and after an error.

    The first and the last error come before all others, then the first of each kind, then what is left.
    """
    lines = logs.splitlines()
    errors = _errors(logs, lines)
    if len(lines) <= at_most:
        return TrimmedLogs(text=_joined(lines), lines=len(lines), left_out=0, errors=len(errors))
    shown = (
        _around(errors, lines, at_most, around)
        if errors
        else set(range(len(lines) - at_most + 1, len(lines)))
    )
    told = []
    last = -1
    for number in [*sorted(shown), len(lines)]:
        if number > last + 1:
            told.append(_left_out(number - last - 1))
        if number < len(lines):
            told.append(lines[number])
        last = number
    return TrimmedLogs(
        text=_joined(told), lines=len(lines), left_out=len(lines) - len(shown), errors=len(errors)
    )


def _around(errors: list[int], lines: list[str], at_most: int, around: int) -> set[int]:
    """Return the numbers of the lines to show; with a line for each gap they are at most `at_most`."""
    shown: set[int] = set()
    for error in _most_telling_first(errors, lines):
        for reach in range(around, -1, -1):
            more = shown | set(range(max(0, error - reach), min(len(lines), error + reach + 1)))
            if len(more) + _gaps(more, len(lines)) <= at_most:
                shown = more
                break
        else:
            if len(shown) + _gaps(shown, len(lines)) >= at_most - 1:
                break
    return shown or set(range(len(lines) - at_most + 1, len(lines)))


def _most_telling_first(errors: list[int], lines: list[str]) -> list[int]:
    first_of_kind: dict[str, int] = {}
    for error in errors:
        first_of_kind.setdefault(_DIGITS.sub("0", lines[error][:_SHOWN_OF_KIND]), error)
    return list(dict.fromkeys([errors[0], errors[-1], *first_of_kind.values(), *reversed(errors)]))


def _gaps(shown: set[int], count: int) -> int:
    """Return in how many stretches the lines that are not shown fall."""
    gaps = sum(1 for number in shown if number > 0 and number - 1 not in shown)
    return gaps + (count - 1 not in shown)


def _errors(logs: str, lines: list[str]) -> list[int]:
    """Return the numbers of the lines that tell of an error, in order."""
    lowered = logs.lower()
    if len(lowered) != len(logs):
        lowered = logs.replace("\u0130", "I").lower()
    starts = _starts(logs)
    found: set[int] = set()
    for word in _WORDS:
        at = lowered.find(word)
        while at >= 0 and len(found) < _MOST_ERRORS:
            number = bisect_right(starts, at) - 1
            found.add(number)
            # One hit makes the whole line an error.
            at = lowered.find(word, starts[number + 1]) if number + 1 < len(starts) else -1
    for match in _SERVER_ERROR.finditer(logs):
        found.add(bisect_right(starts, match.start()) - 1)
    return sorted(n for n in found if n < len(lines) and _NO_ERROR.search(lines[n]) is None)


def _starts(logs: str) -> list[int]:
    starts = [0]
    for line in logs.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _left_out(count: int) -> str:
    return f"… 1 line left out{MARK}" if count == 1 else f"… {count} lines left out{MARK}"


def _joined(lines: list[str]) -> str:
    return "\n".join(line if len(line) <= _LINE_LONGEST else line[:_LINE_LONGEST] + MARK for line in lines)
