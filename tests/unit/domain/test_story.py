from __future__ import annotations

import pytest

from orchestrator.domain import events as e
from orchestrator.domain.clocks.settling import settle
from orchestrator.domain.lifecycle.evolution import evolve
from orchestrator.domain.lifecycle.story import SYSTEM, Story, words_of
from orchestrator.domain.model import Reason
from tests.builders import MINUTE, T0, a_handoff, a_policy


def a_story() -> Story:
    at = T0 + MINUTE
    return Story(a_handoff(), policy=a_policy(), actor=SYSTEM, cause=None, now=at, at=at)


def test_the_state_is_always_that_of_the_events_told() -> None:
    story = a_story()
    before = story.handoff
    story.tell_lifecycle(e.Withdrawn, reason=Reason(code="mistake"))
    settle(story)
    assert [type(event) for event in story.events] == [e.Withdrawn, e.ClockCancelled]
    assert [event.version for event in story.events] == [before.version + 1, before.version + 2]
    state = before
    for event in story.events:
        state = evolve(state, event)
    assert story.handoff == state


def test_where_nothing_happened_there_is_nothing_to_settle() -> None:
    story = a_story()
    settle(story)
    assert story.events == []


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
