"""What leaves the orchestrator, each record in one line for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten

from pydantic import ValidationError

from streams.feed.health_lines import health_line
from streams.feed.lifecycle_lines import lifecycle_line
from streams.feed.signs import Sign as Sign
from streams.feed.signs import instant_of
from streams.feed.signs import span as span
from streams.feed.sla_lines import sla_line
from streams.kafka.listener import Heard
from streams.topics.table import UNDELIVERED

_OPENING_CHARS = 90
_NOTICES = {"question-asked": Sign.ASKED, "question-answered": Sign.ANSWERED}


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
            return _NOTICES.get(what, Sign.NOTICE), f"to {data['team']}: {data['message']}"
        case "notification", _:
            return _notification(record)
        case "sla", _:
            return sla_line(what, data)
        case "lifecycle", _:
            return lifecycle_line(what, data)
        case "support", "integration.health.changed":
            return health_line(data)
    raise ValueError(record.type)


def _notification(record: Heard) -> tuple[Sign, str]:
    data = record.data
    if record.topic == UNDELIVERED:
        endpoint = record.headers["handoff_endpoint"]
        return Sign.UNDELIVERED, f"{endpoint} did not take “{data['title']}”: {_message(record)}"
    return Sign.NOTIFIED, f"{data['to']}, {data['to_role']} of {data['team']}: {data['title']}"


def _packet(record: Heard) -> str:
    packet = record.data["packet"]
    team = packet["receiver"]["team"]
    says = f"“{_beginning(packet['opening_line'])}”" if packet["opening_line"] else packet["title"]
    is_moved = any(note.startswith("Offered to") for note in packet.get("routing_notes", ()))
    is_mended = packet["packet_version"] > 1 and not packet["missing"] and not is_moved
    again = ", once more and now complete" if is_mended else ""
    due = next((c["due_at"] for c in packet["clocks"] if c["kind"] == "accept" and c["due_at"]), None)
    clock = f" {team} has {span(instant_of(due) - record.at)} to accept." if due and not again else ""
    missing = f" Still missing: {', '.join(packet['missing'])}." if packet["missing"] else ""
    return f"for {team}{again}: {says}{clock}{missing}"


def _beginning(text: str) -> str:
    return shorten(text, _OPENING_CHARS, placeholder=" …")


def _message(record: Heard) -> str:
    return record.headers.get("__streams.errors.message") or "no reason given"
