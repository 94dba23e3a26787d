"""The body of a packet as a page shows it: its own Markdown, and nothing that a customer could slip in."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markupsafe import Markup

_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_LONGEST: Final = 100_000
"""Characters that are rendered; bodies are cut long before."""


def is_safe_link(address: str) -> bool:
    """Whether a link may be followed: it leads out of the page, and runs nothing."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    return parts.scheme.lower() in _SCHEMES and (
        parts.scheme.lower() not in ("http", "https") or bool(parts.netloc)
    )


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return is_safe_link(url)


def _parser() -> MarkdownIt:
    # No HTML is let through, no picture is loaded, and no table, whose cells would need styles of their own.
    parser = _Parser("commonmark", {"html": False}).disable("image")

    def open_link(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
        tokens[index].attrSet("rel", "noopener noreferrer nofollow")
        tokens[index].attrSet("target", "_blank")
        return str(self.renderToken(tokens, index, options, env))

    parser.add_render_rule("link_open", open_link)
    return parser


_PARSER: Final = _parser()


def html_of(text: str) -> Markup:
    """Return Markdown as HTML; raw HTML in it is shown as text, and links that are not safe are not links."""
    return Markup(_PARSER.render(text[:_LONGEST]))  # noqa: S704  # the parser escapes whatever is not Markdown
