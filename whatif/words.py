"""Numbers and spans as people read them."""

from __future__ import annotations

from typing import Any, Final

_UNITS: Final = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_AS_THEY_ARE: Final = "they are taken as they are, always at work, with no lead and no fallback"
_MINUS: Final = "\N{MINUS SIGN}"


def span(seconds: float | None) -> str:
    """Return a span in its two largest units, rounded down: 3d 4h, 12m 5s, 0s; a dash for none."""
    if seconds is None:
        return "\N{EN DASH}"
    rest = int(seconds)
    parts: list[str] = []
    for index, (unit, size) in enumerate(_UNITS):
        count, rest = divmod(rest, size)
        if count or (not parts and index == len(_UNITS) - 1):
            parts.append(f"{count}{unit}")
        elif parts:
            break
        if len(parts) == 2:
            break
    return " ".join(parts)


def share(value: float) -> str:
    """Return a share as percent: 12.3 %."""
    return f"{value * 100:.1f} %"


def count(value: int) -> str:
    """Return a count with its thousands apart: 12,345."""
    return f"{value:,}"


def change(value: int) -> str:
    """Return a difference with its sign: +12, \N{MINUS SIGN}3, or 0."""
    return f"+{value:,}" if value > 0 else f"{_MINUS}{-value:,}" if value < 0 else "0"


def points(value: float) -> str:
    """Return a difference of shares in percentage points: +1.2, \N{MINUS SIGN}0.4, or 0."""
    rounded = round(value * 100, 1)
    return f"+{rounded}" if rounded > 0 else f"{_MINUS}{-rounded}" if rounded < 0 else "0"


def day(iso: str | None) -> str:
    """Return the day of an instant; a dash for none."""
    return iso[:10] if iso else "\N{EN DASH}"


def minute(iso: str | None) -> str:
    """Return an instant to the minute; a dash for none."""
    return iso[:16].replace("T", " ") if iso else "\N{EN DASH}"


def headline(report: dict[str, Any]) -> str:
    """Return what was replayed, in one sentence."""
    log = report["log"]
    return (
        f"{count(log['events'])} events of {count(log['cases'])} cases, "
        f"{day(log['first_at'])} to {day(log['until'])}, from {count(log['rows'])} rows of {log['file']}"
    )


def remarks(report: dict[str, Any]) -> list[str]:
    """Return what a reader has to know before believing the numbers."""
    log, hints, left_out = report["log"], report["hints"], report["left_out"]
    strangers = left_out["unknown_teams"]
    requests, replies = left_out["refused_requests"], left_out["refused_replies"]
    clocks = left_out["clocks"]
    elsewhere = sum(pair["times"] for pair in hints["routed_elsewhere"])
    again = sum(pair["times"] for pair in hints["reoffered"])
    found = [
        (log["bad_rows"], "bad rows were passed over"),
        (log["repeated_events"], "events stood there twice, and count once"),
        (log["later_events"], "events came after the end, and were passed over"),
        (len(strangers), f"teams of the log are not in teams.yaml ({_some(strangers)}): {_AS_THEY_ARE}"),
        (
            len(clocks),
            f"kinds of clocks are left out ({', '.join(clocks)}): the log cannot tell whether they were kept",
        ),
        (sum(requests.values()), f"requests would have been refused ({_codes(requests)})"),
        (sum(replies.values()), f"replies could not be applied ({_codes(replies)})"),
        (hints["bounced"], "requests would have counted as bouncing, and stopped automatic routing"),
        (elsewhere, "requests would have gone to another team than the log says"),
        (again, "offers to a fallback team are counted, but nobody was made to take one"),
        (hints["taken_over"], "offers were answered by a team that nobody says was asked"),
    ]
    return [f"{count(number)} {text}" for number, text in found if number]


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", \N{HORIZONTAL ELLIPSIS}" if len(names) > 3 else "")


def _codes(counts: dict[str, int]) -> str:
    return ", ".join(f"{code} {count(times)}" for code, times in counts.items())
