"""Reads handoff.yaml, the rules of one kind."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from handoff_templates.checklist_rows import read_checklist
from handoff_templates.clock_rows import Clocks, read_clocks
from handoff_templates.form import Form
from handoff_templates.holding_check import check_holding
from handoff_templates.known import Known
from handoff_templates.policy_rows import read_policies
from handoff_templates.problems import Place, Problems
from handoff_templates.teams_file import CHANNELS
from handoff_templates.yaml_source import Value
from orchestrator.domain.model import Channel
from orchestrator.domain.policy import Kind, KindMatch

FILE = "handoff.yaml"
TURNS_MOST = 10
"""More than a person reads in 30 seconds; also what keeps the longest packet under its limit."""
_KEYS = (
    "title",
    "order",
    "match",
    "receiving_team",
    "sender_keeps_case",
    "when_incomplete",
    "when_unfinished",
    "turns_shown",
    "next_step",
    "checklist",
    "clocks",
    "policies",
)
_MATCH_KEYS = tuple(KindMatch.model_fields)


class KindFile(NamedTuple):
    """A kind, and the place where it says what it matches."""

    kind: Kind
    match_at: Place


def read_kind(name: str, document: Value, known: Known, problems: Problems) -> KindFile:
    """Return the kind `name`; what is wrong goes to `problems`."""
    before = problems.count
    form = Form.open(document, _KEYS, FILE, problems)
    form.required("title", FILE)
    checklist, clocks, match = form.value("checklist"), form.value("clocks"), form.value("match")
    policies = form.value("policies")
    base = read_clocks(clocks, known, problems) if clocks is not None else Clocks({}, {})
    kind = Kind(
        name=name,
        title=form.text("title") or name,
        match=_match(match, known.teams, problems) if match is not None else KindMatch(),
        order=form.whole("order", 100, 0, 1_000_000),
        receiving_team=form.name("receiving_team", "team", known.teams),
        sender_keeps_case=form.flag("sender_keeps_case", False),
        when_incomplete="hold" if _answer(form, "when_incomplete", ("send", "hold")) else "send",
        when_unfinished="refuse" if _answer(form, "when_unfinished", ("warn", "refuse")) else "warn",
        turns_shown=form.whole("turns_shown", 5, 0, TURNS_MOST),
        next_step=form.text("next_step") or "",
        checklist=read_checklist(checklist, known, problems) if checklist is not None else (),
        clocks=tuple(base.specs.values()),
        policies=read_policies(policies, base, known, problems) if policies is not None else (),
    )
    if problems.count == before and known.clocks is not None:
        # What could not be read may be what the check would miss.
        check_holding(kind, form.at("when_incomplete"), problems)
    return KindFile(kind, form.at("match"))


def _answer(form: Form, key: str, answers: tuple[str, str]) -> bool:
    """Return whether the second of two answers is written; the first one is the default."""
    return form.name(key, f"answer to {key!r}", answers) == answers[1]


def _match(value: Value, teams: Collection[str] | None, problems: Problems) -> KindMatch:
    form = Form.open(value, _MATCH_KEYS, "'match'", problems)
    return KindMatch(
        sending_teams=form.names("sending_teams", "team", teams),
        receiving_teams=form.names("receiving_teams", "team", teams),
        from_channels=tuple(Channel(c) for c in form.names("from_channels", "channel", CHANNELS)),
        to_channels=tuple(Channel(c) for c in form.names("to_channels", "channel", CHANNELS)),
        reasons=form.names("reasons", "reason", None),
        is_escalation=form.flag("is_escalation", False) if form.value("is_escalation") else None,
    )
