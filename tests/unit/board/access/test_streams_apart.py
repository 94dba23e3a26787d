"""What one program is told on its stream is never told to another."""

from __future__ import annotations

from uuid import UUID

from orchestrator.board.api.events import Changed, Told
from orchestrator.board.live.events import patches


def a_change(number: int) -> Told:
    return Told(changed=Changed(handoffs=[], gone=[UUID(int=number)], happened=[]))


def test_each_program_is_told_its_own_changes() -> None:
    told = [patches([a_change(number)], 7)[0] for number in range(3)]
    assert len(set(told)) == 3
    assert all(str(UUID(int=number)).encode() in event for number, event in enumerate(told))


def test_no_two_of_them_are_equal_even_when_they_say_the_same() -> None:
    one, another = a_change(1), a_change(1)
    assert one != another
    assert one == one
