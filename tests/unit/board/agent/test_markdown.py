"""A packet's body is its own Markdown, whatever a customer slipped into it."""

from __future__ import annotations

import pytest

from orchestrator.board.agent.markdown import html_of, is_safe_link


def test_headings_lists_and_emphasis_are_shown() -> None:
    html = html_of("## Case\n\n- **Who:** Ada\n- `c-1`\n")
    assert (
        html == "<h2>Case</h2>\n<ul>\n<li><strong>Who:</strong> Ada</li>\n<li><code>c-1</code></li>\n</ul>\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<div onclick=alert(1)>\n\ntext\n</div>",
        "```<script>\nalert(1)\n```",
        "[x](javascript:alert(1))",
        "[x]( JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:msgbox)",
        "[x](&#106;avascript:alert(1))",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
    ],
)
def test_no_html_no_picture_and_no_script_is_let_through(text: str) -> None:
    html = html_of(text).lower()
    assert "<script" not in html
    assert "<img" not in html
    assert "<div" not in html
    assert "href=" not in html


def test_no_picture_is_loaded_from_elsewhere() -> None:
    assert "<img" not in html_of("![x](https://evil.example/pixel.png)")


def test_a_link_leads_out_without_telling_from_where() -> None:
    html = html_of("[crm](https://crm.example/1)")
    assert 'href="https://crm.example/1"' in html
    assert 'rel="noopener noreferrer nofollow"' in html


@pytest.mark.parametrize("address", ["https://a.example/x", "http://a.example", "mailto:a@b.c", "tel:+4420"])
def test_these_links_may_be_followed(address: str) -> None:
    assert is_safe_link(address)


@pytest.mark.parametrize(
    "address", ["", "/local", "//a.example", "https:", "javascript:x", "http://[", "file:///x"]
)
def test_these_may_not(address: str) -> None:
    assert not is_safe_link(address)
