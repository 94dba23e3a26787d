"""Who held a case, as a drawing: it leaves nothing out and fits its frame."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.board.lead.ribbon import WIDTH, Ribbon, ribbon_of, teams_known
from orchestrator.domain.calendars.calendar import ELAPSED, BusinessCalendar, Week
from orchestrator.domain.commands import Reply
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.lifecycle.replies import reply
from tests import builders as b

NIGHT = BusinessCalendar(
    name="mornings", zone="UTC", week=Week.model_validate({"mon": ["09:00-09:30"], "tue": ["09:00-17:00"]})
)


def _after(handoff: Handoff, *said: tuple[timedelta, Reply]) -> Handoff:
    policy = b.a_policy()
    for n, (length, command) in enumerate(said):
        at = b.T0 + length
        cause = b.a_cause(at, f"reply-{n}")
        handoff = reply(handoff, command, cause=cause, policy=policy, now=at).handoff
    return handoff


def _ribbon(handoff: Handoff, now: timedelta, calendar: BusinessCalendar = ELAPSED) -> Ribbon:
    found = ribbon_of(handoff, [handoff], lambda _: calendar, b.T0 + now)
    assert found is not None
    return found


def test_an_offer_is_held_by_its_sender_until_it_is_accepted() -> None:
    offered = b.a_handoff()
    handoff = _after(offered, (10 * b.MINUTE, b.an_accept(offered)))
    ribbon = _ribbon(handoff, b.HOUR)
    assert [(each.team, each.is_offered, each.lasted) for each in ribbon.stretches] == [
        ("tier-1", True, 10 * b.MINUTE),
        ("tier-2", False, 50 * b.MINUTE),
    ]
    assert [each.until for each in ribbon.stretches] == [b.T0 + 10 * b.MINUTE, None]
    assert not ribbon.is_over
    assert ribbon.stretches[1].band.x == pytest.approx(WIDTH / 6, abs=0.01)


def test_pauses_lie_within_the_stretch_of_the_team_that_paused() -> None:
    offered = b.a_handoff()
    handoff = _after(
        offered,
        (10 * b.MINUTE, b.an_accept(offered)),
        (20 * b.MINUTE, b.a_pause(offered)),
        (30 * b.MINUTE, b.a_resume(offered)),
    )
    waiting, working = _ribbon(handoff, b.HOUR).stretches
    assert (waiting.paused, waiting.paused_for) == ((), timedelta())
    assert working.paused_for == 10 * b.MINUTE
    (band,) = working.paused
    assert (band.x, band.width) == (pytest.approx(WIDTH / 3, abs=0.01), pytest.approx(WIDTH / 6, abs=0.01))


def test_hours_in_which_the_team_does_not_work_are_told_apart() -> None:
    ribbon = _ribbon(b.a_handoff(), b.HOUR, NIGHT)
    (stretch,) = ribbon.stretches
    assert stretch.closed_for == 30 * b.MINUTE
    (band,) = stretch.closed
    assert (band.x, band.width) == (pytest.approx(WIDTH / 2), pytest.approx(WIDTH / 2))


def test_a_story_of_months_shows_no_nights() -> None:
    ribbon = _ribbon(b.a_handoff(), timedelta(days=100), NIGHT)
    assert not ribbon.shows_hours
    assert ribbon.stretches[0].closed == ()


def test_a_completed_case_ends_with_its_completion() -> None:
    offered = b.a_handoff()
    handoff = _after(offered, (10 * b.MINUTE, b.an_accept(offered)), (20 * b.MINUTE, b.a_completion(offered)))
    ribbon = _ribbon(handoff, 9 * b.HOUR)
    assert ribbon.is_over
    assert ribbon.until == b.T0 + 20 * b.MINUTE
    assert (ribbon.own.x, ribbon.own.width) == (0, WIDTH)


def test_a_sender_that_keeps_the_case_holds_it_as_long_as_the_handoff_lasts() -> None:
    handoff = b.a_handoff(command=b.an_escalation())
    assert handoff.sender_keeps_case
    ribbon = _ribbon(handoff, b.HOUR)
    assert ribbon.is_kept
    assert [(each.team, each.lasted, each.is_offered) for each in ribbon.stretches] == [
        ("tier-2", b.HOUR, False)
    ]


def test_something_that_began_this_instant_can_be_drawn() -> None:
    ribbon = _ribbon(b.a_handoff(), timedelta())
    assert ribbon.stretches[0].band.x == 0
    assert ribbon.until > ribbon.since


def test_before_it_began_there_is_nothing_to_draw() -> None:
    assert ribbon_of(b.a_handoff(), [b.a_handoff()], lambda _: ELAPSED, b.T0 - b.MINUTE) is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 600), min_size=4, max_size=4).map(sorted), st.integers(0, 600))
def test_the_stretches_of_a_case_that_somebody_holds_fill_the_frame(minutes: list[int], more: int) -> None:
    offered = b.a_handoff()
    accept, pause, resume, back = (timedelta(minutes=each) for each in minutes)
    handoff = _after(
        offered,
        (accept, b.an_accept(offered)),
        (pause, b.a_pause(offered)),
        (resume, b.a_resume(offered)),
        (back, b.a_return(offered)),
    )
    ribbon = _ribbon(handoff, back + timedelta(minutes=more), NIGHT)
    ends = [0.0]
    for each in ribbon.stretches:
        assert each.band.x == pytest.approx(ends[-1], abs=0.03)
        ends.append(each.band.x + each.band.width)
        assert each.paused_for <= each.lasted
        for band in (*each.paused, *each.closed):
            assert each.band.x - 0.03 <= band.x
            assert band.x + band.width <= ends[-1] + 0.03
    if ribbon.until - ribbon.since > b.SECOND:
        assert ends[-1] == pytest.approx(WIDTH, abs=0.03)


def test_only_the_teams_of_handoffs_that_may_be_seen_are_known() -> None:
    assert teams_known([b.a_handoff(Status.ACCEPTED)]) == {"tier-1", "tier-2"}
