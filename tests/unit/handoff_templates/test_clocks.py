"""What a clock's keys say, and what it takes over from _shared/clocks.yaml."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from handoff_templates import load
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.clocks.spec import BREACH_RUNG, ClockSpec, Rung
from tests.unit.handoff_templates.sets import a_set, write

MINUTE = timedelta(minutes=1)
LADDER = """\
  accept:
    owes: receiving
    budget: 30m
    warn: [50%]
    ladder:
"""


def clocks(folder: Path, text: str, shared: str | None = None) -> dict[str, ClockSpec]:
    """Return the clocks of a kind with these; `shared` replaces `_shared/clocks.yaml`."""
    write(a_set(folder), "to-billing/handoff.yaml", f"title: To billing\nclocks:\n{text}")
    if shared is not None:
        write(folder, "_shared/clocks.yaml", shared)
    return {spec.kind: spec for spec in load(folder).rules.kinds["to-billing"].clocks}


def test_the_well_known_clocks_run_as_designed(tmp_path: Path) -> None:
    text = "".join(
        f"  {kind}: {{budget: 1h}}\n" for kind in ("notes", "accept", "first_contact", "resolve", "customer")
    )
    write(a_set(tmp_path), "to-billing/handoff.yaml", f"title: To billing\nclocks:\n{text}")
    shutil.rmtree(tmp_path / "_shared")
    said = {
        spec.kind: (
            spec.owes,
            spec.reopening,
            spec.pauses,
            spec.starts,
            spec.stops,
            spec.cancels,
            spec.resets,
        )
        for spec in load(tmp_path).rules.kinds["to-billing"].clocks
    }
    o = Occasion
    over = (o.RETURNED, o.WITHDRAWN, o.HANDED_ON, o.COMPLETED)
    assert said == {
        "notes": (
            "sending",
            "fresh",
            None,
            (o.REQUESTED, o.ITEMS_MISSING),
            (o.ITEMS_COMPLETE,),
            (o.DECLINED, *over),
            (),
        ),
        "accept": ("receiving", "fresh", None, (o.OFFERED,), (o.ACCEPTED, o.DECLINED), over, ()),
        "first_contact": ("receiving", "first", None, (o.ACCEPTED,), (o.CONTACTED,), (o.DECLINED, *over), ()),
        "resolve": (
            "receiving",
            "total",
            None,
            (o.ACCEPTED, o.REOPENED),
            (o.COMPLETED, o.HANDED_ON),
            (o.DECLINED, o.RETURNED, o.WITHDRAWN),
            (),
        ),
        "customer": (
            "all",
            "total",
            ("waits-for-customer",),
            (o.CASE_OPENED, o.REOPENED),
            (o.COMPLETED,),
            (o.WITHDRAWN, o.HANDED_ON),
            (),
        ),
    }


def test_a_clock_of_its_own_says_everything_itself(tmp_path: Path) -> None:
    text = """\
  update:
    owes: receiving
    budget: 4h
    calendar: team
    starts: [accepted]
    stops: [completed]
    cancels: [returned, withdrawn]
    resets: [contacted]
    pauses: [waits-for-customer, waits-for-part]
    longest_pause: 24h
    reopening: first
    warn: [50%]
    acknowledged_for: 1h
"""
    assert clocks(tmp_path, text)["update"] == ClockSpec(
        kind="update",
        owes="receiving",
        budget=timedelta(hours=4),
        calendar="team",
        starts=(Occasion.ACCEPTED,),
        stops=(Occasion.COMPLETED,),
        cancels=(Occasion.RETURNED, Occasion.WITHDRAWN),
        resets=(Occasion.CONTACTED,),
        pauses=("waits-for-customer", "waits-for-part"),
        longest_pause=timedelta(hours=24),
        reopening="first",
        rungs=(Rung(name="50%", share=0.5), BREACH_RUNG),
        acknowledged_for=timedelta(hours=1),
    )


SHARED = """\
accept:
  owes: receiving
  budget: 20m
  starts: [offered]
  stops: [accepted]
  cancels: [withdrawn]
  longest_pause: 24h
  warn: [50%]
"""


def test_a_clock_takes_over_what_it_does_not_write(tmp_path: Path) -> None:
    accept = clocks(tmp_path, "  accept: {}\n", SHARED)["accept"]
    assert (accept.owes, accept.budget, accept.longest_pause) == (
        "receiving",
        20 * MINUTE,
        timedelta(hours=24),
    )
    assert [rung.name for rung in accept.rungs] == ["50%", "breach"]


def test_a_clock_writes_any_key_anew_and_null_takes_it_away(tmp_path: Path) -> None:
    text = "  accept: {budget: 5m, stops: [declined], longest_pause: null, warn: [80%]}\n"
    accept = clocks(tmp_path, text, SHARED)["accept"]
    assert (accept.budget, accept.stops, accept.longest_pause) == (5 * MINUTE, (Occasion.DECLINED,), None)
    assert [rung.name for rung in accept.rungs] == ["80%", "breach"]


def test_a_shared_clock_that_a_kind_does_not_name_is_none_of_its_clocks(tmp_path: Path) -> None:
    assert list(clocks(tmp_path, "  notes: {owes: sending, budget: 1m}\n")) == ["notes"]


@pytest.mark.parametrize(
    ("written", "pauses"),
    [("any", None), ("never", ()), ("[]", ()), ("[a, b]", ("a", "b")), ("null", None)],
)
def test_the_reasons_for_which_a_clock_may_stand_still(
    tmp_path: Path, written: str, pauses: tuple[str, ...] | None
) -> None:
    found = clocks(tmp_path, f"  notes: {{owes: sending, budget: 1m, pauses: {written}}}\n")
    assert found["notes"].pauses == pauses


def test_a_clock_on_a_named_calendar(tmp_path: Path) -> None:
    write(tmp_path, "calendars.yaml", "site: {zone: UTC, week: {mon: [09:00-17:00]}}\n")
    assert (
        clocks(tmp_path, "  notes: {owes: sending, budget: 1m, calendar: site}\n")["notes"].calendar == "site"
    )


# Ladders


def ladder(folder: Path, text: str) -> list[Rung]:
    """Return the rungs after the breach."""
    found = clocks(folder, LADDER + text)["accept"].rungs
    assert found[1] is BREACH_RUNG
    return list(found[2:])


def test_a_ladder_of_two_rounds(tmp_path: Path) -> None:
    text = """\
      loops: 2
      every: 1h
      steps:
        - {after: 0m, do: notify, to: lead}
        - {after: 10m, do: reoffer}
        - {after: 20m, do: notify, to: manager, name: boss}
        - {after: 20m, do: raise-priority}
"""
    assert ladder(tmp_path, text) == [
        Rung(name="lead", effect="notify", before=timedelta(), to="lead"),
        Rung(name="re-offer", effect="reoffer", before=-10 * MINUTE),
        Rung(name="boss", effect="notify", before=-20 * MINUTE, to="manager"),
        Rung(name="priority", effect="raise-priority", before=-20 * MINUTE),
        Rung(name="lead #2", effect="notify", before=-60 * MINUTE, to="lead", loop=2),
        Rung(name="re-offer #2", effect="reoffer", before=-70 * MINUTE, loop=2),
        Rung(name="boss #2", effect="notify", before=-80 * MINUTE, to="manager", loop=2),
        Rung(name="priority #2", effect="raise-priority", before=-80 * MINUTE, loop=2),
    ]


def test_a_ladder_of_one_round_needs_no_length(tmp_path: Path) -> None:
    [rung] = ladder(tmp_path, "      steps: [{after: 3h, do: notify, to: lead}]\n")
    assert rung.offset(30 * MINUTE) == timedelta(hours=3, minutes=30)


def test_one_person_can_be_notified_twice_under_two_names(tmp_path: Path) -> None:
    text = "steps: [{after: 0m, do: notify, to: lead}, {after: 5m, do: notify, to: lead, name: again}]"
    assert [rung.name for rung in ladder(tmp_path, f"      {text}\n")] == ["lead", "again"]
