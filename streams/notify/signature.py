"""Signatures of Standard Webhooks (standardwebhooks.com), version 1: HMAC-SHA256 with a shared secret."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from typing import Final

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
PREFIX: Final = "whsec_"
SHORTEST: Final = 24
LONGEST: Final = 64
"""Bytes of a secret, as the specification bounds them."""


def read_secrets(text: str) -> tuple[bytes, ...]:
    """Return the keys in `whsec_...`, or in several with spaces between while one replaces another.

    Raises:
        ValueError: one is no such secret; the message does not show it.
    """
    secrets = tuple(map(_key, text.split()))
    if not secrets:
        raise ValueError("is empty")
    return secrets


def headers(id: str, at: datetime, body: bytes, secrets: Iterable[bytes]) -> dict[str, str]:
    """Return the headers of an attempt at `at`: one signature for each secret.

    Without secrets there is no signature; the receiver still knows a duplicate by its id.
    """
    timestamp = str(int(at.timestamp()))
    found = {ID: id, TIMESTAMP: timestamp}
    signed = f"{id}.{timestamp}.".encode() + body
    signatures = [base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in secrets]
    if signatures:
        found[SIGNATURE] = " ".join(f"v1,{signature}" for signature in signatures)
    return found


def _key(word: str) -> bytes:
    if not word.startswith(PREFIX):
        raise ValueError(f"does not begin with {PREFIX}")
    try:
        key = base64.b64decode(word.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError(f"is not base64 after {PREFIX}") from None
    if not SHORTEST <= len(key) <= LONGEST:
        raise ValueError(f"has {len(key)} bytes, not {SHORTEST} to {LONGEST}")
    return key
