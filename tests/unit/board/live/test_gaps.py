"""A gap in the journal is waited for as long as somebody can fill it, and not longer."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.board.live.gaps import Gap, Position
from orchestrator.ledger.floor import ENDLESS


def test_without_a_gap_all_that_was_seen_is_known() -> None:
    position = Position(10).seeing([11, 12], xmin=5, until=5)
    assert position == Position(12)
    assert position.seq == 12
    assert position.spans == [(13, ENDLESS)]


def test_a_lower_number_that_comes_later_is_waited_for() -> None:
    position = Position(10).seeing([13], xmin=5, until=6)
    assert position.seq == 10
    assert position.spans == [(11, 12), (14, ENDLESS)]
    assert position.seeing([12], xmin=5, until=8).seq == 10
    assert position.seeing([12], xmin=5, until=8).seeing([11], xmin=5, until=8) == Position(13)


def test_a_gap_is_given_up_exactly_when_all_that_could_fill_it_is_over() -> None:
    waiting = Position(10).seeing([12], xmin=5, until=9)
    assert waiting.seeing([], xmin=8, until=20) == waiting
    assert waiting.seeing([], xmin=9, until=20) == Position(12)


def test_entries_that_come_with_the_end_of_their_transaction_are_taken_before_the_gap_is_given_up() -> None:
    waiting = Position(10).seeing([13], xmin=5, until=9)
    done = waiting.seeing([11], xmin=9, until=20)
    assert done == Position(13)


def test_a_gap_that_is_seen_in_a_quiet_moment_never_comes() -> None:
    # A rolled back transaction, long over.
    assert Position(10).seeing([15], xmin=9, until=9) == Position(15)


def test_a_part_of_a_gap_keeps_the_instant_at_which_the_gap_was_seen() -> None:
    waiting = Position(10).seeing([20], xmin=5, until=9)
    parts = waiting.seeing([15], xmin=5, until=30)
    assert parts.gaps == (Gap(11, 14, until=9), Gap(16, 19, until=9))
    assert parts.seeing([], xmin=9, until=30) == Position(20)


def test_nothing_is_given_up_while_not_all_was_read() -> None:
    waiting = Position(10).seeing([12], xmin=5, until=9)
    cut = waiting.seeing([13], xmin=50, until=50, is_whole=False)
    assert cut.seq == 10
    assert cut.seeing([11, 14], xmin=50, until=50) == Position(14)


class _Writers:
    """Transactions that take numbers in turns, and end in any order."""

    def __init__(self) -> None:
        self.seq = 0
        self.transaction = 100
        self.open: dict[int, list[int]] = {}
        self.committed: set[int] = set()

    def step(self, choice: int) -> None:
        if choice % 4 == 0 or not self.open:
            self.open[self.transaction] = []
            self.transaction += 1
        writer = sorted(self.open)[choice % len(self.open)]
        if choice % 4 in (1, 2):
            self.seq += 1
            self.open[writer].append(self.seq)
        elif choice % 4 == 3:
            numbers = self.open.pop(writer)
            # Every third is rolled back.
            self.committed |= set(numbers if choice % 3 else ())

    @property
    def snapshot(self) -> tuple[int, int]:
        return min(self.open, default=self.transaction), self.transaction


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(["look", "cut", "no"])), max_size=60))
def test_nothing_that_is_committed_is_ever_missed_or_seen_twice(
    steps: list[tuple[int, str]],
) -> None:
    writers, position, seen = _Writers(), Position(0), list[int]()

    def look(limit: int) -> Position:
        new = [s for s in sorted(writers.committed) if any(a <= s <= z for a, z in position.spans)][:limit]
        seen.extend(new)
        xmin, until = writers.snapshot
        return position.seeing(new, xmin=xmin, until=until, is_whole=len(new) < limit)

    for choice, then in steps:
        writers.step(choice)
        if then != "no":
            before, position = position.seq, look(2 if then == "cut" else 1_000)
            assert position.seq >= before
            assert not {s for s in writers.committed if s <= position.seq} - set(seen)
            assert not {s for numbers in writers.open.values() for s in numbers if s <= position.seq}
    writers.open.clear()
    for _ in range(3):
        position = look(1_000)
    assert sorted(seen) == sorted(writers.committed)
    assert len(set(seen)) == len(seen)
    assert position.seq == max(writers.committed, default=0)
