"""A program is told of what it may see, and reads what is its own."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.api.events import Changed, Changes, Told
from orchestrator.board.live.change import Change
from orchestrator.board.live.events import patches
from orchestrator.domain.events import ConcurrentWork, QuestionAsked
from tests.live_builders import AN_ID, a_card, a_change, a_happening, some_parts

THEIRS = UUID(int=8)


def of(team: str, *roles: Role) -> Viewer:
    return Viewer("v", "V", frozenset(roles or {Role.AGENT}), frozenset({team}))


def told(changes: Changes, change: Change) -> Changed | None:
    messages = list(changes.messages(change))
    assert len(messages) <= 1
    for message in messages:
        assert isinstance(message, Told)
        return message.changed
    return None


def test_a_handoff_is_told_to_its_two_teams_alone() -> None:
    change = a_change(5, a_card())
    for team, is_told in (("tier-1", True), ("tier-2", True), ("billing", False)):
        changed = told(Changes(some_parts(), of(team)), change)
        assert (changed is not None) is is_told
        if changed is not None:
            assert [line.id for line in changed.handoffs] == [AN_ID]
            assert [each.seq for each in changed.happened] == [5]


def test_what_ends_is_told_with_its_last_entries() -> None:
    parts = some_parts()
    parts.floor.put([a_card()])
    changes = Changes(parts, of("tier-2"))
    changed = told(changes, Change(6, (), (AN_ID,), (a_happening(6),)))
    assert changed is not None
    assert changed.gone == [AN_ID]
    assert [each.seq for each in changed.happened] == [6]
    # It is over: what comes of it now is of no handoff that is watched.
    later = told(changes, a_change(7))
    assert later is None


def test_what_ended_is_told_to_those_who_saw_it_and_to_who_comes_back() -> None:
    change = Change(6, (), (AN_ID,), (a_happening(6),))
    assert told(Changes(some_parts(), of("billing")), change) is None
    back = Changes(some_parts(), of("billing"), comes_back=True)
    changed = told(back, change)
    assert changed is not None
    assert (changed.gone, changed.happened) == ([AN_ID], [])
    assert told(back, change) is None


def test_ops_are_not_told_whose_case_it_is_nor_what_was_said() -> None:
    question = {"team": "tier-1", "question": "Which address?"}
    change = replace(
        a_change(5, a_card()), happenings=(a_happening(5, type=QuestionAsked.type, data=question),)
    )
    ops = told(Changes(some_parts(), Viewer("o", "O", frozenset({Role.OPS}), frozenset())), change)
    assert ops is not None
    assert (ops.handoffs[0].customer, ops.happened[0].data) == (None, None)
    sender = told(Changes(some_parts(), of("tier-1")), change)
    assert sender is not None
    assert sender.happened[0].data == question


def test_a_notice_is_read_by_the_team_that_it_is_for() -> None:
    notice = {"team": "tier-2", "reason": "Another team's case"}
    happened = a_happening(5, type=ConcurrentWork.type, data=notice)
    change = replace(a_change(5, a_card()), happenings=(happened,))
    for team, data in (("tier-2", notice), ("tier-1", None)):
        changed = told(Changes(some_parts(), of(team)), change)
        assert changed is not None
        assert changed.happened[0].data == data


def test_no_two_messages_are_taken_for_one() -> None:
    cards = [a_card(case_id=case) for case in ("case-1", "case-2")]
    messages = [Told(changed=told(Changes(some_parts(), of("tier-1")), a_change(5, card))) for card in cards]
    first, second = patches(messages, 5)
    assert (b"case-1" in first, b"case-2" in first) == (True, False)
    assert (b"case-1" in second, b"case-2" in second) == (False, True)


def test_nothing_that_is_theirs_is_nothing_said() -> None:
    changes = Changes(some_parts(), of("billing"))
    assert list(changes.messages(a_change(5, a_card(id=THEIRS)))) == []
    assert list(changes.tick()) == []
