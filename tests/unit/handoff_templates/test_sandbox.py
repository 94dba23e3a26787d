"""A template cannot reach Python, and nothing in it can grow without a limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff_templates import TemplateError, TemplateWords
from handoff_templates.samples import facts_of, full_request
from handoff_templates.sandbox import OUTPUT_LIMIT
from handoff_templates.texts import BODY, CUSTOMER_NOTE, OPENING_LINE
from orchestrator.domain.errors import WordingError
from orchestrator.domain.model import Channel
from orchestrator.domain.policy import Kind, Team
from tests.unit.handoff_templates.sets import a_set, told

KIND = Kind(name="k", title="A kind", turns_shown=10)
FACTS = facts_of(full_request(KIND, Channel.CHAT), KIND)
TEAMS = {"chat": Team(id="chat", name="Chat *Support*")}


def _words(packet: str, opening_line: str = "x", **shared: str) -> TemplateWords:
    sources = {f"k/{BODY}": packet, f"k/{OPENING_LINE}": opening_line, f"k/{CUSTOMER_NOTE}": "y"}
    return TemplateWords(sources | {f"_shared/{k}": v for k, v in shared.items()}, ["k"], TEAMS)


def _body(packet: str) -> str:
    return _words(packet).render("k", FACTS).body


@pytest.mark.parametrize(
    "bomb",
    [
        "{{ '%0999999999d' % 1 }}",
        "{{ '{:0999999999d}'.format(1) }}",
        "{{ '{:0999999999d}'.format_map({}) }}",
        "{{ 'x' * 999999999 }}",
        "{{ [1] * 999999999 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 1000000000000 * 1000000000000 * 1000000000000 }}",
        "{{ 'x'.center(999999999) }}",
        "{{ 'x'.ljust(999999999) }}",
        "{{ 'x'.zfill(999999999) }}",
        "{{ 'xx'.replace('', title) }}",
        "{{ title|replace('', 'x' ~ title ~ title ~ title) }}",
        "{{ turns[0].at.strftime('%0999999999d') }}",
        "{{ request.model_dump_json() }}",
        "{{ request.__class__.__mro__ }}",
        "{{ title.__class__ }}",
        "{{ title['__class__'] }}",
        "{{ turns|map(attribute='__class__')|first }}",
        "{{ request.links.update({'a': 'b'}) }}",
        "{% set a = 'x' * 2 %}{{ a }}",
        "{{ turns + checklist + 'x' }}",
    ],
)
def test_what_could_grow_huge_or_reach_python_fails(bomb: str) -> None:
    with pytest.raises(WordingError, match=rf"^k/{BODY}:1: "):
        _body(bomb)


def _nested(words: str) -> str:
    """Return five loops, each in the next, over the eight turns."""
    return "{% for t in turns %}" * 5 + words + "{% endfor %}" * 5


DOUBLED = {
    "tilde": "{% set a = title %}" + "{% set a = a ~ a %}\n" * 40 + "{{ a }}",
    "plus": "{% set a = title %}" + "{% set a = a + a %}\n" * 40 + "{{ a }}",
    "join": "{% set a = title %}" + "{% set a = [a, a]|join %}\n" * 40 + "{{ a }}",
    "capture": "{% set a = title %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 40 + "{{ a }}",
    "macro": "{% macro twice(a) %}{{ a }}{{ a }}{% endmacro %}{% set a = title %}"
    + "{% set a = twice(a) %}" * 40
    + "{{ a }}",
    "macro that calls itself": "{% macro m(a) %}{{ m(a ~ a) }}{% endmacro %}{{ m(title) }}",
    "loop": _nested("{{ title }} "),
    "loop in a macro": "{% macro m() %}" + _nested("{{ title }}") + "{% endmacro %}{{ m() }}",
    "loop in a block": "{% block b %}" + _nested("{{ title }}") + "{% endblock %}",
}


@pytest.mark.parametrize("packet", DOUBLED.values(), ids=DOUBLED.keys())
def test_what_grows_step_by_step_ends_at_the_limit(packet: str) -> None:
    with pytest.raises(TemplateError) as caught:
        _body(packet)
    assert f"longer than {OUTPUT_LIMIT}" in caught.value.reason or "recursion" in caught.value.reason


@pytest.mark.parametrize("name", ["range", "lipsum", "dict", "cycler", "joiner", "namespace"])
def test_jinjas_own_functions_are_not_there(tmp_path: Path, name: str) -> None:
    found = told(a_set(tmp_path, packet=f"{{{{ {name}(9) }}}}"))
    assert found[0].startswith(f"to-billing/packet.md.j2:1:4: unknown fact {name!r}")


@pytest.mark.parametrize("name", ["format", "center", "indent", "tojson", "pprint", "attr", "safe"])
def test_filters_that_could_grow_huge_or_skip_escaping_are_not_there(tmp_path: Path, name: str) -> None:
    found = told(a_set(tmp_path, packet=f"{{{{ title|{name} }}}}"))
    assert found[0].startswith(f"to-billing/packet.md.j2:1:10: unknown filter {name!r}")


def test_the_longest_text_that_is_allowed() -> None:
    text = "x" * OUTPUT_LIMIT
    assert _body(text) == text
    with pytest.raises(TemplateError, match=f"k/{BODY}:1: the text is longer than 65536 characters"):
        _body(text + "x")


@pytest.mark.parametrize(
    ("packet", "words"),
    [
        ("{{ 1 + 2 * 3 - 4 / 2 }} {{ 7 // 2 }} {{ 7 % 4 }}", "5.0 3 3"),
        ("{{ 'a' + 'b' }} {{ 'a' ~ 1 ~ 'b' }}", "ab a1b"),
        ("{{ (['a'] + ['b'])|join(', ') }}", "a, b"),
        ("{{ title.upper() }} {{ title|lower }} {{ title|replace('kind', 'one') }}", "A KIND a kind A one"),
        (
            "{{ title.split()|last }} {{ turns|length }} {{ turns|map(attribute='id')|first }}",
            "kind 8 turn-1",
        ),
        (
            "{% for k, v in request.links.items() %}{{ loop.index }} {{ k }} {{ v }}{% endfor %}",
            "1 crm https://crm.example/customer-1",
        ),
        (
            "{{ request.links.crm }} {{ request.links.get('x') or 'none' }}",
            "https://crm.example/customer-1 none",
        ),
        ("{{ (turns|selectattr('speaker', 'eq', 'bot')|list)[0].id }}", "turn-2"),
        ("{{ 'yes' if request.is_escalation is false }}{{ 'no' if false }}", "yes"),
        ("{{ 'chat'|team }} {{ 'gone'|team }} {{ none|team('nobody') }}", "Chat \\*Support\\* gone nobody"),
        ("{{ 'a*b' }} {{ title[0:3] }} {{ turns[-1].id }}", "a\\*b A k turn-8"),
        ("{% if ' ' is given %}no{% endif %}ok", "ok"),
    ],
)
def test_what_templates_may_do(packet: str, words: str) -> None:
    assert _body(packet) == words


def test_plain_texts_are_not_escaped() -> None:
    words = _words("x", "{{ 'a & <b>' }} {{ '*'|clip(3) }}\n{{ 'x_y'|code }} {{ 'l\nm'|code_block }}\n\n")
    assert words.render("k", FACTS).opening_line == "a & <b> * x_y l m"


def test_an_error_names_the_template_and_line_where_it_is() -> None:
    words = _words('\n{% include "_shared/part" %}', part="\n\n{{ customer.nmae }}")
    with pytest.raises(TemplateError) as caught:
        words.render("k", FACTS)
    assert (caught.value.file, caught.value.line) == ("_shared/part", 3)
    assert str(caught.value) == "_shared/part:3: a Customer has no 'nmae'; did you mean 'name'?"


def test_an_error_of_python_is_a_wording_error_too() -> None:
    with pytest.raises(WordingError, match=rf"k/{BODY}:2: division by zero"):
        _body("\n{{ 1 / 0 }}")


def test_a_fact_that_is_not_there() -> None:
    with pytest.raises(WordingError, match="'title' is undefined"):
        _words("{{ title }}").render("k", {})


def test_a_kind_without_templates() -> None:
    with pytest.raises(WordingError, match="there are no templates for this kind"):
        _words("x").render("other", FACTS)


def test_templates_cannot_change_facts() -> None:
    facts = dict(FACTS)
    _words("{% set title = 'other' %}{{ title }}").render("k", facts)
    assert facts == FACTS
