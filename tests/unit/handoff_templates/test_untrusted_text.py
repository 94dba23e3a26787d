"""What customers and agents type stays text: no Markdown, no HTML, no template."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff_templates import load
from handoff_templates.escaping import code, code_block, markdown, one_line
from handoff_templates.samples import facts_of, full_request
from handoff_templates.sandbox import OUTPUT_LIMIT
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.enrichment import NO_ENRICHMENT
from orchestrator.domain.model import Channel
from orchestrator.domain.policy import Kind, Policy, Wording
from orchestrator.domain.summary.engineering import brief_engineering
from orchestrator.domain.summary.mood import Mood
from orchestrator.domain.summary.summary import Sentence, Summary
from tests.unit.handoff_templates.sets import a_set

POLICY = load()
STRUCTURE = r" {0,3}(?:#{1,6} |[-+*] (?:\[ \] )?|[0-9]{1,9}[.)] |>|```|~~~|[-=_*]{2,}$|$)"
ANYTHING = st.text(max_size=60) | st.text(
    st.sampled_from("# -+=>*_`[]()<>&!|~1.\\\n\r\t :\u2028a"), max_size=30
)


def _said(kind: Kind, text: str) -> RequestHandoff:
    """Return a request that says `text` wherever somebody can type."""
    fields = full_request(kind, Channel.CHAT).model_dump(mode="json")
    short = text[:2_000]
    identifier = re.sub(r"[\x00-\x1f\x7f]", " ", text[:200]).strip() or "x"
    fields |= {
        "case_id": identifier,
        "customer": dict.fromkeys(("id", "account_id", "tier", "language"), identifier) | {"name": short},
        "sender": fields["sender"] | {"agent_name": short},
        "reason": {"code": identifier, "text": short},
        "incident": identifier,
        "logs": text,
        "summary": text,
        "sentiment": {"score": 0, "label": short},
        "turns": [{"id": identifier, "speaker": "customer", "name": short, "text": text}] * 20,
        "done_so_far": [short] * 20,
        "links": {identifier: short},
    }
    return type(full_request(kind, Channel.CHAT)).model_validate(fields)


def _words(text: str, kind: str = "support-to-engineering", policy: Policy = POLICY) -> Wording:
    rules = policy.rules.kinds[kind]
    return policy.words.render(kind, facts_of(_said(rules, text), rules))


def _words_of_one_length(text: str) -> Wording:
    """Return the words of a request whose summary has as many sentences whatever is said."""
    rules = POLICY.rules.kinds["support-to-engineering"]
    request = _said(rules, text)
    sentence = Sentence(text=text, cites=("t-1",), origin="conversation")
    around = NO_ENRICHMENT._replace(
        summary=Summary(sentences=(sentence,), mood=Mood()),
        engineering=brief_engineering(request, severities={}),
    )
    return POLICY.words.render(rules.name, facts_of(request, rules, enrichment=around))


@pytest.mark.parametrize("kind", POLICY.rules.kinds)
@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!-- "])
def test_html_stays_text(kind: str, text: str) -> None:
    body = _words(text, kind).body
    assert "<" not in body
    assert text.strip().replace("<", "&lt;").replace(">", "&gt;")[:12] in body


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# Big", "\\# Big"),
        ("- item", "\\- item"),
        ("+ item", "\\+ item"),
        ("1. item", "1\\. item"),
        ("12) item", "12\\) item"),
        ("12.", "12\\."),
        ("+49 30 1234", "+49 30 1234"),
        ("-0.6", "-0.6"),
        ("+", "\\+"),
        ("===", "\\==="),
        ("---", "\\---"),
        ("***", "\\*\\*\\*"),
        ("> quote", "&gt; quote"),
        ("```sh", "\\`\\`\\`sh"),
        ("~~~", "\\~\\~\\~"),
        ("[pay here](https://evil.example)", "\\[pay here\\](https://evil.example)"),
        ("![x](https://evil.example/p.png)", "!\\[x\\](https://evil.example/p.png)"),
        ("[x]: https://evil.example", "\\[x\\]: https://evil.example"),
        ("**bold** _em_", "\\*\\*bold\\*\\* \\_em\\_"),
        ("a | b", "a \\| b"),
        ("\\# x", "\\\\# x"),
        ("AT&amp;T", "AT&amp;amp;T"),
        ("one\n\n# two\r\n- three", "one # two - three"),
        ("    code", " code"),
        ("\u2028# x", " \\# x"),
        ("a\x00b\x1b[31mc", "a b \\[31mc"),
        ("pay\u202egnp.exe", "paygnp.exe"),
        ("x\u200by", "xy"),
        ("\ud800", ""),
        ("10.5 of 12", "10.5 of 12"),
        ("It costs 10.5 - or less!", "It costs 10.5 - or less!"),
        ("Zoë 👩\u200d💻 日本", "Zoë 👩\u200d💻 日本"),
    ],
)
def test_markdown_stays_text(text: str, shown: str) -> None:
    assert markdown(text) == shown


@given(ANYTHING)
def test_no_value_begins_a_structure(text: str) -> None:
    shown = markdown(text)
    assert "\n" not in shown
    assert "\r" not in shown
    assert not re.search(r"[<>]|(?<!\\)(?:\\\\)*[`*_\[\]|~]", shown)
    assert not re.match(r" *(?:[#=:]|[+-](?: |$)|--|[0-9]{1,9}[.)](?: |$))", shown)
    assert not shown.startswith("  ")


@given(ANYTHING)
def test_a_code_span_ends_where_it_ends(text: str) -> None:
    shown = code(text)
    assert re.fullmatch(r"`[^`\n\r<>]+`", shown)


@given(ANYTHING)
def test_a_code_block_ends_where_it_ends(text: str) -> None:
    assert all(re.fullmatch(r"    [^<>\n\r\x00]*", row) for row in code_block(text).split("\n"))


@given(ANYTHING, st.integers(2, 40))
def test_a_line_is_one_and_no_longer_than_asked(text: str, limit: int) -> None:
    shown = one_line(text, limit)
    assert len(shown) <= limit
    assert not re.search(r"[\x00-\x1f\x7f\u2028\u2029\u202e]", shown)


@given(ANYTHING)
def test_a_packet_keeps_its_structure_whatever_is_said(text: str) -> None:
    def outline(body: str) -> list[str]:
        lines = [line for line in body.split("\n") if not line.startswith("    ")]
        return [found[0] for line in lines if (found := re.match(STRUCTURE, line))]

    body = _words_of_one_length(f"x{text}").body
    assert outline(body) == outline(_words_of_one_length("x").body)
    assert "<" not in body


@pytest.mark.parametrize("text", ["{{ 7 * 7 }}", "{% for x in y %}", "{# gone #}", "${x} {x} %s %(x)s"])
def test_templates_in_text_are_text(text: str) -> None:
    words = _words(text)
    assert "49" not in words.body
    assert text.strip("{}#% ") in words.body
    assert text in words.opening_line


@pytest.mark.parametrize("kind", POLICY.rules.kinds)
def test_spoken_texts_are_one_line(kind: str) -> None:
    words = _words("a\nb\r\n\x07c\u2028d\u202e", kind)
    for text in (words.opening_line, words.customer_note):
        assert text.isprintable()


@pytest.mark.parametrize("kind", POLICY.rules.kinds)
@pytest.mark.parametrize("letter", ["&", "<", "\\", "*", "`", "\n", "é", "a "])
def test_the_longest_request_is_worded_within_the_limit(kind: str, letter: str) -> None:
    words = _words((letter * 100_000)[:100_000], kind)
    assert len(words.body) <= OUTPUT_LIMIT
    assert len(words.opening_line) < 1_000


def test_the_longest_request_of_a_kind_that_shows_most_turns_is_worded() -> None:
    kind = POLICY.rules.kinds["support-to-engineering"].model_copy(update={"turns_shown": 10})
    facts = facts_of(_said(kind, "&" * 100_000), kind)
    assert len(POLICY.words.render(kind.name, facts).body) <= OUTPUT_LIMIT


def test_text_that_is_cut_shows_that_it_is() -> None:
    assert one_line("word " * 100, 12) == "word word w…"
    assert markdown("*" * 100, 3) == "\\*\\*…"


def test_safe_text_joined_with_other_text_does_not_make_that_safe(tmp_path: Path) -> None:
    packet = (
        "{% if reason.text %}{% macro bold(x) %}**{{ x }}**{% endmacro %}"
        "{% set both = bold(reason.text) ~ reason.text %}"
        '{{ both }} {{ [bold("a"), reason.text]|join(" ") }} {{ reason.text ~ "<" }}'
        "{% set block %}{{ reason.text }}{% endset %} {{ block }}{% endif %}"
    )
    policy = load(a_set(tmp_path, packet=packet))
    kind = policy.rules.kinds["to-billing"]
    facts = facts_of(full_request(kind, Channel.CHAT), kind) | {
        "reason": full_request(kind, Channel.CHAT).reason.model_copy(update={"text": "*<"})
    }
    once = "\\*&lt;"
    assert policy.words.render("to-billing", facts).body == (
        f"**{once}**{once} **a** {once} {once}&lt; {once}"
    )
