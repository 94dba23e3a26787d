"""Makes text that a customer or an agent typed safe to stand in a packet.

In Markdown it stays one line of plain words: no HTML, heading, list, link, emphasis or code begins in it.
A bare web address stays as typed, so a reader that links bare addresses links it, to what it says.
"""

from __future__ import annotations

import re

VALUE_LIMIT = 200
"""Characters of a value that a template prints without saying how many it wants."""

_INVISIBLE = re.compile(
    "[\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SPECIAL = re.compile(r"[&<>\\`*_\[\]|~]")
_LEADING = re.compile(r" ?(?=[#=:]|\+(?: |$)|-(?: |-|$))| ?[0-9]{1,9}(?=[.)](?: |$))")
_LEADING_MARKS = frozenset(" #+-=:0123456789")
_SPACES = re.compile(r"\s+")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ESCAPES = (("\\", "\\\\"), *_HTML.items(), *((mark, "\\" + mark) for mark in "`*_[]|~"))
_SHORT = 40
"""Characters up to which one search is faster than looking for each mark."""
_IN_CODE = str.maketrans({**_HTML, "`": "'"})


def one_line(text: str, limit: int = VALUE_LIMIT) -> str:
    """Return `text` on one line without control and invisible characters, at most `limit` long."""
    is_cut = len(text) > limit
    if is_cut:
        text = text[: 2 * limit]
    if not text.isprintable():
        text = _SPACES.sub(" ", _CONTROL.sub(" ", _INVISIBLE.sub("", text)))
    elif "  " in text:
        text = _SPACES.sub(" ", text)
    if is_cut:
        return text[: limit - 1].rstrip() + "…"
    return text


def markdown(text: str, limit: int = VALUE_LIMIT) -> str:
    """Return `text` as Markdown that shows just these words, on one line."""
    is_short = len(text) <= limit
    if is_short and text.isalnum():
        return text
    if not is_short or not text.isprintable() or "  " in text:
        text = one_line(text, limit)
    if len(text) > _SHORT or _SPECIAL.search(text):
        for mark, escaped in _ESCAPES:
            if mark in text:
                text = text.replace(mark, escaped)
    # What begins a line makes a heading, a list or a rule of it; a template may put the value there.
    if text[:1] in _LEADING_MARKS and (leading := _LEADING.match(text)):
        return f"{leading[0]}\\{text[leading.end() :]}"
    return text


def code(text: str, limit: int = 80) -> str:
    """Return `text` as a Markdown code span."""
    text = one_line(text, limit).strip() or "?"
    return f"`{text.translate(_IN_CODE)}`" if _SPECIAL.search(text) else f"`{text}`"


def code_block(text: str, lines: int = 12, width: int = 160) -> str:
    """Return the last lines of `text` as an indented Markdown code block, without its last line end.

    HTML is escaped here too, although a code block shows it as it is: not every reader knows that.
    """
    rows = text[-2 * lines * width :].strip("\r\n").splitlines()
    shown = [_CONTROL.sub(" ", _INVISIBLE.sub("", row))[:width].rstrip() for row in rows[-lines:] or [""]]
    return "\n".join("    " + row.translate(_IN_CODE) for row in shown)
