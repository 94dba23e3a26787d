"""Everything that can be wrong in a template is found when it is loaded, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.handoff_templates.sets import a_set, replace, told, write

PACKET = "to-billing/packet.md.j2"

ONE_TEMPLATE = {
    "syntax": ("\n{% if title %}\n", "2:1: template syntax: Unexpected end of template."),
    "unknown tag": ("\n\n{% iff x %}", "3:4: template syntax: Encountered unknown tag 'iff'"),
    "unknown fact": ("\nHello {{ custmer.name }}", "2:10: unknown fact 'custmer'; did you mean 'customer'?"),
    "unknown fact in a branch not taken": (
        "{% if false %}\n{{ nxt_step }}{% endif %}",
        "2:4: unknown fact 'nxt_step'; did you mean 'next_step'?",
    ),
    "unknown filter": ("{{ title|uper }}", "1:10: unknown filter 'uper'; did you mean 'upper'?"),
    "unknown filter in a branch": ("{% if title %}\n{{ title|formatt }}{% endif %}", "2:10: unknown filter"),
    "unknown test": ("{{ 1 if title is givn }}", "1:18: unknown test 'givn'; did you mean 'given'?"),
    "unknown template": (
        '\n{% extends "_shared/pocket.md.j2" %}',
        "2:13: unknown template '_shared/pocket.md.j2'; did you mean '_shared/packet.md.j2'?",
    ),
    "template named at render": (
        '\n{% include "x" ~ title %}',
        "2:1: there is no template xTo billing (rendering a sample request)",
    ),
    "unknown field": (
        "\n{{ customer.nmae }}",
        "2:13: a Customer has no 'nmae'; did you mean 'name'? (rendering a sample request)",
    ),
    "unknown field of a turn": (
        "{% for t in turns %}\n{{ t.txt }}\n{% endfor %}",
        "2:6: a Turn has no 'txt'; did you mean 'text'?",
    ),
    "absent fact printed": (
        "\n\nDear {{ customer.name }}",
        "3:1: an absent fact (None) cannot be printed; test for it, or name what of it to print",
    ),
    "absent fact clipped": ("{{ request.summary|clip(9) }}", "1:1: a text is needed here, not NoneType"),
    "list printed": ("{{ turns }}", "1:1: a tuple cannot be printed"),
    "mapping printed": ("{{ request.links }}", "1:1: a dict cannot be printed"),
    "truth printed": ("{{ request.is_escalation }}", "1:1: a bool cannot be printed"),
    "None printed": ("{{ none }}", "1:1: an absent fact (None) cannot be printed"),
    "an endless number": (f"{{{{ {'9' * 5_000} }}}}", "1:1: a constant cannot be used: Exceeds the limit"),
    "a channel forgotten": (
        '{{ {"chat": "by chat"}[sender.channel] }}',
        "1:1: a dict has no 'bot'; use one of: chat",
    ),
}


@pytest.mark.parametrize(("text", "problem"), ONE_TEMPLATE.values(), ids=ONE_TEMPLATE.keys())
def test_a_packet(tmp_path: Path, text: str, problem: str) -> None:
    found = told(a_set(tmp_path, packet=text))
    assert any(line.startswith(f"{PACKET}:{problem}") for line in found), found


def test_a_template_is_tried_with_little_and_with_much(tmp_path: Path) -> None:
    much = "{% if customer.name %}{{ customer.nam }}{% endif %}"
    little = "{% if not customer.name %}{{ customer.nam }}{% endif %}"
    assert len(told(a_set(tmp_path, packet=much, opening_line=little))) == 2


def test_each_unknown_fact_of_a_template_is_told(tmp_path: Path) -> None:
    found = told(a_set(tmp_path, packet="{{ a_fact }}\n{{ b_fact }}\n"))
    assert [line.split(": ")[0] for line in found] == [f"{PACKET}:1:4", f"{PACKET}:2:4"]


def test_a_name_that_a_template_gives_itself_is_known(tmp_path: Path) -> None:
    packet = (
        '{% from "_shared/names.md.j2" import bold %}{% import "_shared/names.md.j2" as names %}'
        "{% set word = title %}{% macro twice(what) %}{{ what }}{{ what }}{% endmacro %}"
        "{{ twice(word) }}{{ bold(word) }}{{ names.bold(word) }}"
    )
    a_set(tmp_path, packet=packet)
    write(tmp_path, "_shared/names.md.j2", "{% macro bold(x) %}**{{ x }}**{% endmacro %}")
    assert told(tmp_path) == []


def test_a_problem_of_a_shared_text_is_told_there_and_once(tmp_path: Path) -> None:
    a_set(tmp_path, packet='{% extends "_shared/base.md.j2" %}')
    write(tmp_path, "_shared/base.md.j2", "\n{{ customer.nmae }}")
    found = told(tmp_path)
    assert len(found) == 1
    assert found[0].startswith("_shared/base.md.j2:2:13: a Customer has no 'nmae'")


@pytest.mark.parametrize("shared", ["{% if %}", "{{ custmer }}"])
def test_a_shared_text_that_cannot_be_used_is_told_once(tmp_path: Path, shared: str) -> None:
    a_set(tmp_path, packet='{% extends "_shared/base.md.j2" %}')
    write(tmp_path, "_shared/base.md.j2", shared)
    assert [line.split(":")[0] for line in told(tmp_path)] == ["_shared/base.md.j2"]


def test_a_missing_template(tmp_path: Path) -> None:
    (a_set(tmp_path) / PACKET).unlink()
    assert told(tmp_path) == [f"{PACKET}:1:1: the file is missing; copy it from another kind"]


def test_a_misspelt_template(tmp_path: Path) -> None:
    note = a_set(tmp_path) / "to-billing/customer_note.txt.j2"
    note.rename(note.with_name("customer-note.txt.j2"))
    assert told(tmp_path) == [
        "to-billing/customer_note.txt.j2:1:1: the file is missing; did you mean 'customer-note.txt.j2'?"
    ]


def test_templates_are_checked_although_the_rules_are_wrong(tmp_path: Path) -> None:
    a_set(tmp_path, packet="{{ titel }}")
    replace(tmp_path, "to-billing/handoff.yaml", "receiving_team: billing", "receiving_team: x")
    assert [line.split(":")[0] for line in told(tmp_path)] == ["to-billing/handoff.yaml", PACKET]
