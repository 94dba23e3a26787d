from __future__ import annotations

import pytest

from orchestrator.domain.clocks import ClockState
from orchestrator.domain.identity import clock_id
from orchestrator.domain.model import Reason
from orchestrator.domain.story import SYSTEM, Story, words_of
from tests.builders import MINUTE, T0, a_handoff, a_kind


def a_story() -> Story:
    return Story(a_handoff(), actor=SYSTEM, cause=None, now=T0 + MINUTE, at=T0 + MINUTE)


def test_work_that_comes_back_starts_a_new_run_of_its_clock() -> None:
    story = a_story()
    story.cancel("accept")
    story.start_clock(a_kind(), "accept", at=story.at)
    _, first, second = story.handoff.clocks
    assert (first.generation, first.state) == (1, ClockState.CANCELLED)
    assert (second.generation, second.state) == (2, ClockState.RUNNING)
    assert second.id == clock_id(story.handoff.id, "accept", 2)
    assert second.consumed(T0 + 2 * MINUTE) == MINUTE


def test_a_clock_that_the_kind_does_not_have_is_not_started() -> None:
    story = a_story()
    story.start_clock(a_kind(clocks=()), "resolve", at=story.at)
    assert story.events == []


def test_ending_a_clock_that_has_ended_or_never_ran_tells_nothing() -> None:
    story = a_story()
    story.fulfil("notes", "resolve")
    assert story.events == []


def test_the_state_is_always_that_of_the_events_told() -> None:
    story = a_story()
    before = story.handoff.version
    story.cancel_all()
    assert [event.version for event in story.events] == [before + 1]
    assert story.handoff.version == before + 1
    assert story.handoff.open_clocks() == ()


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason(code="refund", text="Wants money back"), "Wants money back (refund)"),
        (Reason(text="Wants money back"), "Wants money back"),
        (Reason(code="refund"), "refund"),
        (Reason(), "no reason given"),
    ],
)
def test_a_reason_reads_like_a_person_wrote_it(reason: Reason, words: str) -> None:
    assert words_of(reason) == words
