"""One CloudEvent on a line of JSON, as `handoff send` takes it, to what the replay needs of it.

What is refused here is what the live system would refuse; the fields are checked by the same classes.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from pydantic_core import ValidationError, from_json

from orchestrator.domain.commands import COMMANDS, RequestHandoff
from orchestrator.domain.events import EVENTS
from whatif.log_events import Asked, Happening, Slimmer

_REQUIRED: Final = ("specversion", "id", "source", "type")
_RFC3339: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", flags=re.ASCII
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LONGEST: Final = 2_000
_PROBLEMS_TOLD: Final = 5


class BadEvent(Exception):
    """A line that cannot be used; the codes are those of dead letters."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class NoCommand(Exception):
    """A line that the orchestrator itself has written: it follows from the others, and tells nothing more."""


def members_of(line: bytes) -> dict[str, Any]:
    """Return the members of an event; its data stands under `data`, however it came.

    Raises:
        BadEvent: it is not a JSON object, or its data is not JSON.
    """
    try:
        members = from_json(line, allow_inf_nan=False)
    except ValueError as error:
        raise BadEvent("malformed-json", str(error)) from None
    if not isinstance(members, dict):
        raise BadEvent("not-cloudevents", "not a JSON object: a line is one CloudEvent as JSON")
    if members.get("data_base64") is not None:
        members["data"] = _unpacked(members)
    return members


def case_of(members: Mapping[str, Any]) -> str | None:
    """Return the id of the case that an event belongs to; None when it names none."""
    data = members.get("data")
    case = data.get("case_id") if isinstance(data, dict) else None
    if not isinstance(case, str) or not case.strip():
        case = members.get("partitionkey")
    return case.strip() if isinstance(case, str) and case.strip() else None


class EventReader:
    """Turns events into happenings."""

    def __init__(self, teams: Mapping[str, str]) -> None:
        self._slimmer = Slimmer(teams)

    def read(self, members: Mapping[str, Any], case: str | None, line: int) -> Happening:
        """Return what an event of a case tells.

        Raises:
            BadEvent: it is not one that the orchestrator would take.
            NoCommand: it is one of the orchestrator's own.
        """
        kind, source, id = _envelope(members)
        known = COMMANDS.get(kind)
        if known is None:
            if kind in EVENTS:
                raise NoCommand
            raise BadEvent("unknown-type", f"the type {kind[:100]!a} is not one that is read")
        at = _instant(members.get("time"))
        try:
            command = known.model_validate(members.get("data"))
        except ValidationError as error:
            raise BadEvent("invalid-data", _words(error)) from None
        if isinstance(command, RequestHandoff):
            return Asked(at, line, source, id, self._slimmer.slim(command))
        if case is None:
            raise BadEvent("null-key", "the case is not named: add its id as the attribute partitionkey")
        return self._slimmer.answered(command, at, line, source, id)


def _envelope(members: Mapping[str, Any]) -> tuple[str, str, str]:
    kind, source, id = members.get("type"), members.get("source"), members.get("id")
    if members.get("specversion") != "1.0" or kind is None or source is None or id is None:
        absent = [name for name in _REQUIRED if members.get(name) is None]
        if absent:
            raise BadEvent(
                "not-cloudevents", f"missing {', '.join(absent)}: a line is one CloudEvent as JSON"
            )
        raise BadEvent("unsupported-specversion", "the specversion is not 1.0")
    if not (_is_text(kind) and _is_text(source) and _is_text(id)):
        raise BadEvent(
            "bad-attribute",
            f"type, source and id must be text of 1 to {_LONGEST} characters, without control characters",
        )
    return kind, source, id


def _is_text(value: object) -> bool:
    return (
        isinstance(value, str)
        and 0 < len(value) <= _LONGEST
        # Cheaper than the search, and true of nearly every id.
        and (value.isprintable() or not _CONTROL.search(value))
    )


def _instant(value: object) -> datetime:
    if isinstance(value, str) and _RFC3339.fullmatch(value):
        try:
            at = datetime.fromisoformat(value.upper())
            return at if at.tzinfo is UTC else at.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise BadEvent("bad-attribute", "time is not RFC 3339 with an offset, such as 2026-01-31T09:00:00Z")


def _unpacked(members: Mapping[str, Any]) -> Any:
    if members.get("data") is not None:
        raise BadEvent("bad-attribute", "both data and data_base64 are given")
    try:
        return from_json(base64.b64decode(members["data_base64"], validate=True), allow_inf_nan=False)
    except (TypeError, binascii.Error):
        raise BadEvent("bad-attribute", "data_base64 is not base64") from None
    except ValueError as error:
        raise BadEvent("malformed-json", str(error)) from None


def _words(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    words = [
        f"{'.'.join(map(str, ('data', *problem['loc'])))}: {problem['msg']}"
        for problem in problems[:_PROBLEMS_TOLD]
    ]
    more = len(problems) - _PROBLEMS_TOLD
    return "; ".join([*words, f"and {more} more"] if more > 0 else words)
