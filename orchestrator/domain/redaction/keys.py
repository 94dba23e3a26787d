"""Finds tokens, keys and session ids after the word that announces them: "api_key=...", "Bearer ..."."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.domain.redaction.announced import is_masked, places, value_span
from orchestrator.domain.redaction.spans import Span
from orchestrator.domain.redaction.tokens import TOKEN

_KEY_WORDS: Final = (
    "token",
    "secret",
    "signature",
    "sig=",
    "sid=",
    "sessid",
    "session",
    "jsession",
    "phpsess",
)
_BEFORE_KEY: Final = (
    *("api", "access", "auth", "secret", "private", "session", "client", "signing", "encryption", "webhook"),
    "shared",
)
"""What makes a key of "key", which alone may be that of a record."""
_KEY: Final = re.compile(
    r"(?:key|token|secret|signature|sig|sid|(?:j|php)?sess(?:ion)?[_\-]?id)(?![^\W_])"
    r"[\"'`]{0,2}(?P<sign>\s{0,3}(?:=>|:=|[=:]|(?:is|was|ist|lautet)(?![^\W_]):?)\s{0,3}|\s{1,3})[\"'`]?"
    r"(?P<value>[A-Za-z0-9+/_.~\-%]{6,512}+={0,2})",
    re.IGNORECASE,
)
_AUTHORIZATION: Final = re.compile(
    r"authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:basic|bearer|token|digest|negotiate|apikey)\s{1,3}"
    r"(?P<value>[^\s\x00\"']{6,4096}+)",
    re.IGNORECASE,
)
_BEARER: Final = re.compile(r"bearer\s{1,3}(?P<value>[A-Za-z0-9\-._~+/]{16,4096}+=*)", re.IGNORECASE)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_LONG: Final = 16
"""Characters from which letters and digits after the word are a key, without a sign between."""
_SHORT: Final = 8
"""And after a sign."""


def find(text: str, lowered: str) -> list[Span]:
    """Return what stands in `text` after a word for a token or a key; `lowered` is it in lower case."""
    found = []
    for at in [*places(_KEY_WORDS, lowered), *_keys(lowered)]:
        match = _KEY.match(text, at)
        if match is not None and _is_key(text, match):
            found.append(value_span(text, match, TOKEN))
    for word, form in (("authorization", _AUTHORIZATION), ("bearer", _BEARER)):
        for at in places((word,), lowered):
            match = form.match(text, at)
            if match is not None and (form is _AUTHORIZATION or any(c.isdigit() for c in match["value"])):
                found.append(value_span(text, match, TOKEN))
    return found


def _keys(lowered: str) -> list[int]:
    """Return where "key" stands after a word that makes a secret of it: apikey, access key, client-key."""
    found = []
    at = lowered.find("key")
    while at >= 0:
        before = lowered[max(0, at - 12) : at]
        if before and (before[:-1] if before[-1] in " _-" else before).endswith(_BEFORE_KEY):
            found.append(at)
        at = lowered.find("key", at + 3)
    return found


def _is_key(text: str, match: re.Match[str]) -> bool:
    value, sign = match["value"], match["sign"].strip()
    if _DATE.match(value) or is_masked(text, match.start("value"), value):
        return False
    is_mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    if sign == "=":
        return is_mixed or len(value) >= _SHORT
    return is_mixed and len(value) >= (_SHORT if sign and not sign[0].isalpha() else _LONG)
