"""What leaves the orchestrator, each record in one line for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from textwrap import shorten
from typing import Any

from pydantic import TypeAdapter, ValidationError

from handoff_templates.durations import write
from streams.listener import Heard

_OPENING_CHARS = 90
_DUTIES = {
    "notes": "complete the notes",
    "accept": "accept",
    "first_contact": "contact the customer",
    "resolve": "finish",
}
_duration: TypeAdapter[timedelta] = TypeAdapter(timedelta)


class Sign(Enum):
    """What a line is about: a word, an icon, the icon for terminals that know ASCII only, and a colour."""

    REQUESTED = ("requested", "→", ">", "cyan")
    PACKET = ("packet", "✉", "#", "bold blue")
    ACCEPTED = ("accepted", "✓", "+", "green")
    COMPLETED = ("completed", "✓", "*", "bold green")
    DECLINED = ("declined", "✗", "x", "magenta")
    RETURNED = ("returned", "←", "<", "magenta")
    WARNED = ("warned", "▲", "!", "yellow")
    BREACHED = ("breached", "■", "X", "bold red")
    NOTICE = ("notice", "»", "~", "bold")
    DEAD_LETTER = ("dead letter", "†", "?", "red")
    OTHER = ("", "·", ".", "dim")

    def __init__(self, word: str, icon: str, ascii_icon: str, style: str) -> None:
        self.word = word
        self.icon = icon
        self.ascii_icon = ascii_icon
        self.style = style


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, for a person."""

    at: datetime
    sign: Sign
    word: str
    case: str
    text: str


class Story:
    """Holds records for a moment: topics race, and those of a case are told in the order of their journal."""

    def __init__(self) -> None:
        self._held: list[Heard] = []

    def take(self, batch: list[Heard]) -> list[Heard]:
        """Return what can be told now; what came just now waits for the next call."""
        if batch and not self._held:
            self._held = batch
            return []
        ready, self._held = self._held + batch, []
        first: dict[str | None, int] = {}
        for index, record in enumerate(ready):
            first.setdefault(record.key, index)
        return sorted(ready, key=lambda record: (first[record.key], _version(record)))


def line_of(record: Heard) -> Line:
    """Return what a person wants to know of a record."""
    try:
        sign, text = _told(record)
    except (KeyError, TypeError, ValueError, AttributeError, ValidationError):
        # Somebody else's record, or a later version's: shown, never a reason to stop.
        sign, text = Sign.OTHER, f"{record.topic}/{record.partition} at {record.offset}"
    word = sign.word or (record.type.split(".")[-2] if record.type.count(".") > 1 else "unknown")
    case = printable(record.key or "-")
    return Line(record.at, sign, printable(word.replace("-", " ")), case, printable(text))


def printable(text: str) -> str:
    """Return text on one line, without characters that a terminal would obey."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(text.split()))


def span(duration: timedelta) -> str:
    """Return a duration as a person says it: 1.5 s, 15m, 1h30m."""
    seconds = duration.total_seconds()
    return f"{seconds:.1f}".removesuffix(".0") + " s" if seconds < 60 else write(duration)


def _version(record: Heard) -> int:
    version = record.data.get("version") if isinstance(record.data, dict) else None
    return version if isinstance(version, int) else 0


def _told(record: Heard) -> tuple[Sign, str]:
    if record.is_dead_letter:
        number = record.id.removeprefix("dead-letter-")
        return Sign.DEAD_LETTER, f"no. {number}, {record.headers['handoff_reason-code']}: {_message(record)}"
    data = record.data
    stream, _, what = record.type.removeprefix("support.handoff.").removesuffix(".v1").partition(".")
    match stream, what:
        case "packet", _:
            return Sign.PACKET, _packet(record)
        case "notice", _:
            return Sign.NOTICE, f"to {data['team']}: {data['message']}"
        case "sla", "warned":
            left = span(_instant(data["due_at"]) - _instant(data["at"]))
            return Sign.WARNED, f"{data['team']} has {left} left to {_duty(data['kind'])}"
        case "sla", "breached":
            budget = span(_duration.validate_python(data["budget"]))
            return Sign.BREACHED, f"{data['team']} did not {_duty(data['kind'])} within {budget}"
        case "lifecycle", _:
            return _lifecycle(what, data)
    raise ValueError(record.type)


def _lifecycle(what: str, data: Mapping[str, Any]) -> tuple[Sign, str]:
    who = data["actor"].get("name") or data["actor"]["id"]
    receiver, sender = data["receiving_team"], data["sending_team"]
    match what:
        case "requested":
            customer = data["customer"].get("name") or data["customer"]["id"]
            urgent = "".join(f", {fact}" for fact in (data.get("severity"), data.get("incident")) if fact)
            return Sign.REQUESTED, f"{sender} → {receiver}{urgent}: {customer}, {_reason(data)}"
        case "accepted":
            return Sign.ACCEPTED, f"by {who} of {receiver}"
        case "completed":
            return Sign.COMPLETED, f"by {who} of {receiver}: {data['disposition']}"
        case "declined":
            return Sign.DECLINED, f"by {who} of {receiver}: {_reason(data)}"
        case "returned":
            return Sign.RETURNED, f"by {who} of {receiver} to {sender}: {_reason(data)}"
        case "item-ticked":
            return Sign.OTHER, f"{'done' if data['done'] else 'not done after all'}: {data['item']}, by {who}"
    return Sign.OTHER, f"by {who}, {sender} → {receiver}"


def _packet(record: Heard) -> str:
    packet = record.data["packet"]
    team = packet["receiver"]["team"]
    says = f"“{_beginning(packet['opening_line'])}”" if packet["opening_line"] else packet["title"]
    again = ", once more and now complete" if packet["packet_version"] > 1 and not packet["missing"] else ""
    due = next((c["due_at"] for c in packet["clocks"] if c["kind"] == "accept" and c["due_at"]), None)
    clock = f" {team} has {span(_instant(due) - record.at)} to accept." if due and not again else ""
    missing = f" Still missing: {', '.join(packet['missing'])}." if packet["missing"] else ""
    return f"for {team}{again}: {says}{clock}{missing}"


def _beginning(text: str) -> str:
    return shorten(text, _OPENING_CHARS, placeholder=" …")


def _message(record: Heard) -> str:
    return record.headers.get("__streams.errors.message") or "no reason given"


def _reason(data: Mapping[str, Any]) -> str:
    return data["reason"].get("text") or data["reason"].get("code") or "no reason given"


def _duty(clock: str) -> str:
    return _DUTIES.get(clock, f"meet {clock}")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
