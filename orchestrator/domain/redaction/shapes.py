"""Tells in a few microseconds what a text cannot hold, so that most finders need not look at it.

The bytes of a text are mapped to what they may be a part of; a long number or a long word is then found as
any text is, at the speed of C.
"""

from __future__ import annotations

from typing import Final

_DIGIT, _LETTER, _OTHER = b"9a."
_SEPARATORS: Final = b" \t.-/()" + bytes(range(0x80, 0xC3))
"""What may stand between the digits of a number, with the bytes of which non-ASCII separators are made."""


def _class(byte: int) -> int:
    if 0x30 <= byte <= 0x39 or byte >= 0xD9:  # digits of other scripts begin with such bytes
        return _DIGIT
    return _LETTER if bytes((byte,)).isalpha() else _OTHER


_CLASSES: Final = bytes(map(_class, range(256)))
_WORD_CLASSES: Final = bytes(
    _LETTER if bytes((byte,)).isalnum() or byte in b"_.-" else _OTHER for byte in range(256)
)


class Numbers:
    """The digits of a text, in groups or not."""

    def __init__(self, text: str) -> None:
        self._classes = _bytes(text).translate(_CLASSES, _SEPARATORS)

    def has(self, digits: int) -> bool:
        """Return whether the text may have a number of so many digits or more; False is certain."""
        return bytes((_DIGIT,)) * digits in self._classes


def has_word(text: str, length: int) -> bool:
    """Return whether `text` may have so many letters, digits, points, dashes together; False is certain."""
    return bytes((_LETTER,)) * length in _bytes(text).translate(_WORD_CLASSES)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
