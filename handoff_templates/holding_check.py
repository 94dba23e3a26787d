"""Finds kinds that would hold a packet for nothing, or for ever."""

from __future__ import annotations

from collections.abc import Iterator

from handoff_templates.problems import Place, Problems
from orchestrator.domain import checklist
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.clocks.spec import ClockSpec
from orchestrator.domain.lifecycle.holding import NOTES
from orchestrator.domain.policy import BASE_POLICY, Kind

_FROM_THE_REQUEST = {Occasion.REQUESTED, Occasion.CASE_OPENED}


def check_holding(kind: Kind, place: Place, problems: Problems) -> None:
    """Note why a kind that holds its incomplete packets cannot; `place` is where it says that it does."""
    if not kind.holds:
        return
    if not checklist.missing(kind.checklist, frozenset()):
        problems.add(
            place,
            "'when_incomplete: hold' needs a required item of 'before' to wait for; add one, or write 'send'",
        )
    policies = {BASE_POLICY: kind.clocks} | {policy.name: policy.clocks for policy in kind.policies}
    for name, clocks in policies.items():
        notes = next((spec for spec in clocks if spec.kind == NOTES), None)
        of = "" if name == BASE_POLICY else f" of the policy {name!r}"
        for why in _wrong(notes):
            problems.add(place, f"'when_incomplete: hold' {why.format(of=of)}, or write 'send'")


def _wrong(notes: ClockSpec | None) -> Iterator[str]:
    if notes is None:
        yield "needs the clock 'notes'{of}, which says how long a packet waits; add it"
        return
    if notes.owes != "sending":
        yield "waits for the sender, but the clock 'notes'{of} is not its; write 'owes: sending'"
    if not _FROM_THE_REQUEST & set(notes.starts):
        yield "waits from the request on, but the clock 'notes'{of} starts later; add 'requested' to 'starts'"
    if notes.pauses != () and notes.longest_pause is None:
        yield "would wait for ever while the clock 'notes'{of} is paused; give that a 'longest_pause'"
