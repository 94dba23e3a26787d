"""What became of handoffs: accepted after a wait, held for a time, given back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from orchestrator.domain.clocks.custody import holds
from orchestrator.domain.clocks.occasions import Mark, Occasion
from orchestrator.domain.figures.asked import Asked
from orchestrator.domain.figures.bounces import Bounce, bounce
from orchestrator.domain.figures.history import History
from orchestrator.domain.figures.past import Past
from orchestrator.domain.figures.time_held import TimeHeld, time_held
from orchestrator.domain.figures.waits import Acceptance, acceptance, percentile
from tests.builders import MINUTE, T0
from tests.unit.domain.clock_desk import minute

O = Occasion  # noqa: E741  # one letter for a word that stands in every line
WHOLE = Asked(T0, minute(600))


def a_past(*marks: tuple[float, str, str | None], **over: Any) -> Past:
    """Return a handoff from tier-1 to tier-2 that was requested first of all, with these marks."""
    all_marks = [(0, O.REQUESTED, "tier-1"), *marks]
    fields: dict[str, Any] = {
        "id": UUID(int=1),
        "case_id": "case-1",
        "kind": "any-to-any",
        "status": "offered",
        "sending_team": "tier-1",
        "receiving_team": "tier-2",
        "requested_at": T0,
        "sender_keeps_case": False,
        "began_held": False,
        "marks": tuple(Mark(minute(at), what, team) for at, what, team in all_marks),
    }
    return Past(**(fields | over))


OFFERED = (0, O.OFFERED, "tier-2")


def test_the_wait_is_that_of_the_team_that_accepted() -> None:
    again = a_past(
        OFFERED, (20, O.OFFERED, "billing"), (25, O.ACCEPTED, "billing"), (90, O.ACCEPTED, "tier-2")
    )
    assert acceptance(again) == Acceptance("billing", minute(25), 5 * MINUTE)
    assert acceptance(a_past(OFFERED)) is None


@pytest.mark.parametrize(("share", "expected"), [(0.5, 5), (0.9, 9), (0.01, 1), (1.0, 10)])
def test_a_percentile_is_a_wait_that_really_happened(share: float, expected: int) -> None:
    waits = [timedelta(minutes=n) for n in (7, 2, 9, 4, 10, 1, 5, 3, 8, 6)]
    assert percentile(waits, share) == expected * MINUTE
    assert percentile([], share) is None


def test_what_came_back_says_from_whom() -> None:
    assert bounce(a_past(OFFERED, (5, O.DECLINED, "tier-2"))) == Bounce("declined", "tier-2", minute(5))
    back = a_past(OFFERED, (5, O.ACCEPTED, "tier-2"), (9, O.RETURNED, "tier-2"), (12, O.COMPLETED, "tier-1"))
    assert bounce(back) == Bounce("returned", "tier-2", minute(9))
    assert bounce(a_past(OFFERED, (5, O.WITHDRAWN, "tier-1"))) is None


def test_a_team_holds_a_case_until_the_next_has_accepted_and_only_the_window_counts() -> None:
    done = a_past(OFFERED, (10, O.ACCEPTED, "tier-2"), (40, O.COMPLETED, "tier-2"))
    assert time_held(holds([done]), since=T0, until=minute(60)) == {
        "tier-1": TimeHeld(waiting=10 * MINUTE),
        "tier-2": TimeHeld(working=30 * MINUTE),
    }
    assert time_held(holds([done]), since=minute(5), until=minute(20)) == {
        "tier-1": TimeHeld(waiting=5 * MINUTE),
        "tier-2": TimeHeld(working=10 * MINUTE),
    }
    assert time_held(holds([done]), since=minute(50), until=minute(60)) == {}


def test_a_case_that_is_open_is_held_up_to_the_end_of_the_window() -> None:
    assert time_held(holds([a_past(OFFERED)]), since=T0, until=minute(7)) == {
        "tier-1": TimeHeld(waiting=7 * MINUTE)
    }


def between(since: float, until: float, **over: Any) -> Asked:
    return Asked(minute(since), minute(until), **over)


def test_only_what_was_requested_in_the_window_counts() -> None:
    past = a_past(OFFERED, requested_at=minute(10))
    assert not History([past], between(0, 10)).requested
    assert History([past], between(10, 11)).requested == [past]


@pytest.mark.parametrize(
    ("filters", "is_counted"),
    [
        ({"teams": frozenset({"billing"})}, False),
        ({"teams": frozenset({"tier-1"})}, True),
        ({"kind": "escalation"}, False),
        ({"team": "tier-2"}, True),
        ({"team": "billing"}, False),
        ({"sending": "tier-1", "receiving": "tier-2"}, True),
        ({"sending": "tier-2"}, False),
    ],
)
def test_filters_part_what_is_asked_for(filters: dict[str, Any], is_counted: bool) -> None:
    history = History([a_past(OFFERED, (5, O.DECLINED, "tier-2"))], between(0, 60, **filters))
    assert bool(history.requested) is bool(history.bounced) is is_counted


def test_time_is_told_of_teams_that_may_be_seen() -> None:
    past = a_past(OFFERED, (10, O.ACCEPTED, "tier-2"))
    asked = between(0, 60, teams=frozenset({"tier-2"}))
    assert [(team, time) for _, team, time in History([past], asked).held] == [
        ("tier-2", TimeHeld(working=50 * MINUTE))
    ]


def test_all_handoffs_of_a_case_make_it_long_and_the_newest_stands_for_it() -> None:
    case = [a_past(OFFERED, id=UUID(int=n), requested_at=minute(n)) for n in range(4)]
    history = History(case, between(1, 3))
    assert [(past.id.int, count) for past, count in history.longer_than(3)] == [(2, 4)]
    assert history.longer_than(4) == []


def test_an_instant_in_the_window_is_from_its_beginning_up_to_its_end() -> None:
    instants: list[datetime] = [minute(0), minute(599), minute(600)]
    assert [WHOLE.has(at) for at in instants] == [True, True, False]
