"""The numbers by which an index finds a handoff or a customer, for somebody who is on the line.

A key is made of a phone number or of a conversation's id, and is short however long that is. Different things
may have the same key: who finds a row by one looks at it closely.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final
from zlib import crc32

from orchestrator.domain.context.record import Record
from orchestrator.domain.context.subjects import Subject

PHONES: Final = {Subject.ACCOUNT: "contact_phone", Subject.PREFERENCE: "phone"}
"""Subject of a record -> its field that holds a phone number."""
FEWEST_DIGITS: Final = 7
"""Digits of a phone number; fewer are an extension, or no phone number."""
FEWEST_CHARACTERS: Final = 4
"""Characters of a conversation's id."""
MOST_KEYS: Final = 500
"""Of one handoff: its phone numbers and whole links first."""
_TOLD_APART: Final = 9
"""Digits at the end by which numbers are compared: before them stand the codes of country and network, which
one system writes and the other does not."""
_NO_DIGIT: Final = re.compile(r"\D+")
_PARTS: Final = re.compile(r"[/?&=#:;,\s]+")
_NO_ID: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*|(?:tel|sms|callto):.*")
"""The site of an address, and a phone number: they name no conversation."""


def digits_of(number: str) -> str:
    """Return the digits of a phone number."""
    return _NO_DIGIT.sub("", number)


def same_number(text: str, digits: str) -> bool:
    """Whether `text` is the phone number with these digits, with or without the codes before it."""
    here, there = digits_of(text).lstrip("0"), digits.lstrip("0")
    shorter, longer = sorted((here, there), key=len)
    return len(shorter) >= FEWEST_DIGITS and (
        longer.endswith(shorter)
        or (len(shorter) > _TOLD_APART and longer[-_TOLD_APART:] == shorter[-_TOLD_APART:])
    )


def is_caller(text: str, digits: str) -> bool:
    """Whether `text` is the phone number of a caller, as far as the digits of their number tell.

    Where a whole number calls, a shorter one in a text is more likely the id of something.
    """
    return same_number(text, digits) and digits_of(text).endswith(digits.lstrip("0")[-_TOLD_APART:])


def names_conversation(link: str, id: str) -> bool:
    """Whether a link is a conversation's id, or an address with it as a part, in any letters."""
    wanted, link = id.casefold(), link.casefold()
    return link == wanted or wanted in _PARTS.split(link)


def phone_key(text: str) -> int | None:
    """Return the key of a phone number, equal for all who are `same_number`; None: it is none."""
    digits = digits_of(text).lstrip("0")
    return _key("phone", digits[-FEWEST_DIGITS:]) if len(digits) >= FEWEST_DIGITS else None


def record_key(record: Record) -> int | None:
    """Return the key of the phone number that a system says of somebody; None: it says none."""
    held = record.fields.get(PHONES.get(record.subject, ""))
    return phone_key(held.value) if held is not None and isinstance(held.value, str) else None


def conversation_key(id: str) -> int:
    """Return the key of a conversation, or of its address."""
    return _key("conversation", id.casefold())


def keys_of(links: Iterable[str]) -> list[int]:
    """Return the keys of all that links name, each once, `MOST_KEYS` at most."""
    return list(islice(dict.fromkeys(_keys(list(links))), MOST_KEYS))


def _keys(links: list[str]) -> Iterator[int]:
    for link in links:
        phone = phone_key(link)
        if phone is not None:
            yield phone
        yield conversation_key(link)
    for link in links:
        for part in _PARTS.split(_NO_ID.sub("", link.casefold(), count=1)):
            if len(part) >= FEWEST_CHARACTERS:
                yield conversation_key(part)


def _key(kind: str, value: str) -> int:
    return crc32(f"{kind}:{value}".encode(errors="surrogatepass"))
