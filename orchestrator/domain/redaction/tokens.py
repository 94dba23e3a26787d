"""Finds tokens and keys that can be known by their form: prefixes of vendors, JWT, PEM, credentials in a URL.

`PREFIXES` is the list to extend when a vendor gives its keys a new prefix.
"""

from __future__ import annotations

import re
from typing import Final

from orchestrator.domain.redaction.spans import END_OF_TEXT, Span

TOKEN: Final = "token"  # noqa: S105  (the word of a placeholder)
PRIVATE_KEY: Final = "private key"
SHORTEST: Final = 16
"""Letters, digits, points, dashes and underscores together, of a token."""

PREFIXES: Final = (
    *("sk_live_", "sk_test_", "rk_live_", "rk_test_", "pk_live_", "whsec_"),  # Stripe
    *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),  # GitHub
    *("npm_", "hf_", "shpat_", "shpss_", "dop_v1_", "glsa_", "lin_api_"),
    *("xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-", "xapp-"),  # Slack
    *("sk-", "glpat-", "pypi-", "ya29.", "SG.", "AIza"),
)
_WITH_UNDERLINE: Final = tuple(prefix for prefix in PREFIXES if "_" in prefix)
_OTHERS: Final = tuple(prefix for prefix in PREFIXES if "_" not in prefix)
_BODY: Final = re.compile(r"[A-Za-z0-9_.\-]{13,}+")
_AWS: Final = re.compile(r"A(?:KI|SI)A[A-Z0-9]{16}(?![A-Za-z0-9])")
_JWT: Final = re.compile(
    r"(?<![A-Za-z0-9_\-])eyJ[A-Za-z0-9_\-]{6,}+\.[A-Za-z0-9_\-]{6,}+(?:\.[A-Za-z0-9_\-]*+)?"
)
_URL_CREDENTIALS: Final = re.compile(r"://([^\s\x00/:@]{0,100}+:[^\s\x00/@]{1,200}+)@")
_BEGINS: Final = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_ENDS: Final = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\x00")


def find(text: str) -> list[Span]:
    """Return the tokens, keys and URL credentials in `text`."""
    found: list[Span] = []
    for prefix in _OTHERS:
        if prefix in text:
            _find_begun_by(prefix, text, _BODY, len(prefix), found)
    if "_" in text:
        for prefix in _WITH_UNDERLINE:
            if prefix in text:
                _find_begun_by(prefix, text, _BODY, len(prefix), found)
    for begins, form in (("AKIA", _AWS), ("ASIA", _AWS), ("eyJ", _JWT)):
        if begins in text:
            _find_begun_by(begins, text, form, 0, found)
    if "://" in text and "@" in text:
        found += [Span(*match.span(1), TOKEN) for match in _URL_CREDENTIALS.finditer(text)]
    if "-----BEGIN" in text:
        found += _private_keys(text)
    return found


def _find_begun_by(begins: str, text: str, form: re.Pattern[str], skip: int, found: list[Span]) -> None:
    """Add each token that begins with `begins`, and goes on in `form` from `skip` characters later."""
    at = text.find(begins)
    while at >= 0:
        before = text[at - 1 : at]
        match = None if before.isascii() and before.isalnum() else form.match(text, at + skip)
        end = match.end() if match is not None else at + len(begins)
        # A name of many words, such as sk-mobile-checkout-page, has no digit.
        if match is not None and any(c.isdigit() for c in match.group()):
            found.append(Span(at, at + len(text[at:end].rstrip(".")), TOKEN))
        at = text.find(begins, end)


def _private_keys(text: str) -> list[Span]:
    """Return each key block; one that is cut off goes to the end."""
    found = []
    begins = _BEGINS.search(text)
    while begins is not None:
        ends = _ENDS.search(text, begins.end())
        at = len(text) if ends is None else ends.start() if ends.group() == END_OF_TEXT else ends.end()
        found.append(Span(begins.start(), at, PRIVATE_KEY))
        begins = _BEGINS.search(text, at)
    return found
