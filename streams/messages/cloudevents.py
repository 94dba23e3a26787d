"""Bytes to commands, events to headers: CloudEvents 1.0 on Kafka, in binary and in structured mode.

Binary mode has the attributes in `ce_*` headers and the data in the value. Structured mode has the header
`content-type: application/cloudevents+json` and the whole event in the value. Data is JSON in both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from pydantic_core import ValidationError

from orchestrator.domain.commands import COMMANDS, Command, RequestHandoff
from orchestrator.domain.identity import event_id as event_id_of
from orchestrator.domain.model import Cause
from orchestrator.domain.redaction.command import redact
from orchestrator.inbound import DeadLetter, Delivery, Headers, Origin
from streams.messages.faults import Fault, Refusal
from streams.messages.json_bytes import parse_object, refuse_invalid, refuse_non_finite, unpack_data

MAX_VALUE_BYTES: Final = 1_048_576
MAX_HEADERS: Final = 100
MAX_HEADER_BYTES: Final = 65_536
MAX_ATTRIBUTE_CHARS: Final = 2_000
"""The longest id or source: a reply can name no longer one."""

STRUCTURED: Final = "application/cloudevents"
REQUIRED: Final = ("specversion", "id", "source", "type")
"""The attributes that every CloudEvent has."""
_HEADERS: Final = {f"ce_{name}": name for name in (*REQUIRED, "time")} | {
    name: name for name in ("content-type", "content-encoding")
}
_NOT_UTF8: Final = re.compile(r"[\udc80-\udcff]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']+)")
_RFC3339: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", flags=re.ASCII
)
_TIME_HELP: Final = "RFC 3339 with an offset, such as 2026-01-31T09:00:00Z"
_BASES: Final = {name.rpartition(".v")[0]: name for name in COMMANDS}


def decode(origin: Origin) -> Delivery | DeadLetter:
    """Read one message; never raise, whatever its bytes.

    A time in the far future is left as it is.
    """
    try:
        return _decode(origin)
    except Refusal as refusal:
        return DeadLetter(origin, refusal.code.value, refusal.message)


def encode(
    event_type: str, event_id: UUID | str, source: str, subject: str | None, time: datetime
) -> list[tuple[str, bytes]]:
    """Return the headers of an event that leaves in binary mode; the value is its data, as JSON.

    `time` must be aware.
    """
    headers = [
        *_constant_headers(event_type, source),
        ("ce_id", str(event_id).encode()),
        ("ce_time", time.astimezone(UTC).isoformat().replace("+00:00", "Z").encode()),
    ]
    if subject is not None:
        headers.append(("ce_subject", subject.encode()))
    return headers


def schema_uri(event_type: str) -> str:
    """Return the name of the JSON Schema of a type, as `ce_dataschema` and `$id` have it."""
    base, _, version = event_type.rpartition(".v")
    return f"urn:handoff-orchestrator:{base}:v{version}"


@lru_cache(maxsize=1_024)
def _constant_headers(event_type: str, source: str) -> tuple[tuple[str, bytes], ...]:
    return (
        ("ce_specversion", b"1.0"),
        ("ce_type", event_type.encode()),
        ("ce_source", source.encode()),
        ("ce_dataschema", schema_uri(event_type).encode()),
        ("content-type", b"application/json"),
    )


def _decode(origin: Origin) -> Delivery:
    value = origin.value
    if value is None:
        raise Refusal(Fault.NULL_VALUE, "the value is null")
    if not origin.key:
        raise Refusal(Fault.NULL_KEY, "the key is null or empty; it must be the case id")
    kind, cause, value = read_event(origin.headers, value)
    command = _command(kind, value)
    if isinstance(command, RequestHandoff) and command.case_id.encode() != origin.key:
        raise Refusal(Fault.KEY_MISMATCH, "the key is not data.case_id")
    # Before anything is stored; only what becomes a dead letter keeps its bytes as they came.
    clean, _ = redact(command)
    return Delivery(origin, event_id_of(cause.source, cause.id), cause, clean)


def read_event(headers: Headers, value: bytes) -> tuple[str, Cause, bytes]:
    """Return the type of an event, where it comes from, and its data, in whichever mode it came.

    Raises `Refusal` where it is no CloudEvent, or too large.
    """
    if len(value) > MAX_VALUE_BYTES:
        raise Refusal(Fault.TOO_LARGE, f"{len(value)} bytes; at most {MAX_VALUE_BYTES} are read")
    attributes: Mapping[str, object] = read_headers(headers)
    if _is_structured(attributes):
        attributes = members = parse_object(value)
        _refuse_other_than_json(members.get("datacontenttype"))
        value = unpack_data(members)
    return *read_envelope(attributes), value


def read_headers(headers: Headers) -> dict[str, str]:
    """Return the attributes and the content headers; a header without a value is an empty one."""
    if len(headers) > MAX_HEADERS:
        raise Refusal(Fault.HEADERS_TOO_LARGE, f"{len(headers)} headers; at most {MAX_HEADERS} are read")
    size = 0
    found: dict[str, str] = {}
    for header, value in headers:
        raw = value or b""
        size += len(header) + len(raw)
        name = _HEADERS.get(header) or _HEADERS.get(header.lower())
        if name is None:
            if not header.isascii() and _NOT_UTF8.search(header):
                raise Refusal(Fault.BAD_ATTRIBUTE, "the name of a header is not UTF-8")
            continue
        if name in found:
            raise Refusal(Fault.BAD_ATTRIBUTE, f"{name} stands twice in the headers")
        try:
            found[name] = raw.decode()
        except UnicodeDecodeError:
            raise Refusal(Fault.BAD_ATTRIBUTE, f"the header of {name} is not UTF-8") from None
    if size > MAX_HEADER_BYTES:
        raise Refusal(Fault.HEADERS_TOO_LARGE, f"{size} bytes of headers; at most {MAX_HEADER_BYTES}")
    return found


def _is_structured(headers: Mapping[str, object]) -> bool:
    encoding = headers.get("content-encoding")
    if encoding and str(encoding).strip().lower() != "identity":
        raise Refusal(Fault.UNSUPPORTED_ENCODING, "the value has a content-encoding; send it unencoded")
    content_type = headers.get("content-type")
    if not content_type or content_type == "application/json":
        return False
    text = str(content_type).strip().lower()
    if not text.startswith(STRUCTURED):
        _refuse_other_than_json(text)
        return False
    if text.partition(";")[0].rstrip() != f"{STRUCTURED}+json":
        raise Refusal(Fault.UNSUPPORTED_CONTENT_TYPE, f"of structured events only {STRUCTURED}+json is read")
    _refuse_other_charset(text)
    return True


def _refuse_other_than_json(content_type: object) -> None:
    if content_type is None:
        return
    text = content_type.strip().lower() if isinstance(content_type, str) else ""
    essence = text.partition(";")[0].rstrip()
    if not essence.endswith(("/json", "+json")):
        raise Refusal(Fault.UNSUPPORTED_CONTENT_TYPE, "the data is not application/json")
    _refuse_other_charset(text)


def _refuse_other_charset(content_type: str) -> None:
    charset = _CHARSET.search(content_type)
    if charset is not None and charset[1] not in ("utf-8", "utf8", "us-ascii"):
        raise Refusal(Fault.UNSUPPORTED_CONTENT_TYPE, "the charset is not UTF-8")


def read_envelope(attributes: Mapping[str, object]) -> tuple[str, Cause]:
    """Return the type of an event and where it comes from; `Refusal` where an attribute is wrong."""
    specversion, kind = attributes.get("specversion"), attributes.get("type")
    name, source = attributes.get("id"), attributes.get("source")
    if specversion is None or kind is None or name is None or source is None:
        absent = ", ".join(each for each in REQUIRED if attributes.get(each) is None)
        raise Refusal(
            Fault.NOT_CLOUDEVENTS,
            f"missing {absent}: neither in ce_ headers nor in a structured event "
            f"(content-type {STRUCTURED}+json)",
        )
    if specversion != "1.0":
        raise Refusal(Fault.UNSUPPORTED_SPECVERSION, "the specversion is not 1.0")
    at = _instant(attributes.get("time"))
    return _text("type", kind), Cause(source=_text("source", source), id=_text("id", name), at=at)


def _text(name: str, value: object) -> str:
    if (
        isinstance(value, str)
        and 0 < len(value) <= MAX_ATTRIBUTE_CHARS
        # Cheaper than the search, and true of nearly every id.
        and (value.isprintable() or not _CONTROL.search(value))
    ):
        return value
    raise Refusal(
        Fault.BAD_ATTRIBUTE,
        f"{name} must be text of 1 to {MAX_ATTRIBUTE_CHARS} characters, none of them a control character",
    )


def _instant(value: object) -> datetime:
    if value is None:
        raise Refusal(Fault.BAD_ATTRIBUTE, f"time is missing; add it: {_TIME_HELP}")
    if isinstance(value, str) and _RFC3339.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise Refusal(Fault.BAD_ATTRIBUTE, f"time is not {_TIME_HELP}")


def _command(kind: str, data: bytes) -> Command:
    known = COMMANDS.get(kind)
    if known is None:
        other = _BASES.get(kind.rpartition(".v")[0])
        if other is not None and kind.rpartition(".v")[2].isdecimal():
            raise Refusal(Fault.UNKNOWN_VERSION, f"this version is not read; send {other}")
        raise Refusal(Fault.UNKNOWN_TYPE, f"the type {kind[:100]!a} is not one that is read")
    refuse_non_finite(data)
    try:
        return known.model_validate_json(data)
    except ValidationError as error:
        raise refuse_invalid(data, error) from None
