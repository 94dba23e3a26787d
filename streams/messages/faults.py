"""Why a message can never become a command.

The codes are stable: dead letters, metrics and runbooks name them, so a code is added and never renamed.
"""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """The reason code of a dead letter that the decoder made."""

    NULL_VALUE = "null-value"
    """No value at all."""
    NULL_KEY = "null-key"
    """No key, or an empty one: the order per case would be lost."""
    TOO_LARGE = "too-large"
    """A value of more than `MAX_VALUE_BYTES`."""
    HEADERS_TOO_LARGE = "headers-too-large"
    """More than `MAX_HEADERS` headers, or more than `MAX_HEADER_BYTES` in them."""
    UNSUPPORTED_ENCODING = "unsupported-encoding"
    """A content-encoding such as gzip."""
    UNSUPPORTED_CONTENT_TYPE = "unsupported-content-type"
    """Data that is not JSON, a batch, or a structured event in another format than JSON."""
    NOT_CLOUDEVENTS = "not-cloudevents"
    """One of id, source, type and specversion is missing."""
    UNSUPPORTED_SPECVERSION = "unsupported-specversion"
    """Another specversion than 1.0."""
    BAD_ATTRIBUTE = "bad-attribute"
    """An attribute that is empty, too long, given twice or not UTF-8; a time that is no RFC 3339 time; a
    header whose name is not UTF-8."""
    NOT_UTF8 = "not-utf8"
    """A value that is not UTF-8."""
    MALFORMED_JSON = "malformed-json"
    """A value that is not JSON: truncated, NaN or Infinity, or nested too deeply."""
    UNKNOWN_TYPE = "unknown-type"
    """A type that nobody here asked for."""
    UNKNOWN_VERSION = "unknown-version"
    """A known type in another version."""
    INVALID_DATA = "invalid-data"
    """Data that its schema refuses."""
    WRONG_TOPIC = "wrong-topic"
    """An observation on the topic of another subject, where compaction would take it for one of that."""
    KEY_MISMATCH = "key-mismatch"
    """A request whose key is not its case id; an observation whose key names another record."""


class Refusal(Exception):
    """A message is refused for the reason `code`; `message` is for a person and quotes no customer."""

    def __init__(self, code: Fault, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
