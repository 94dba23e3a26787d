"""The breach feed: what is broken now, who has seen it, and what is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.filters import Filters
from orchestrator.board.lead.feed import Feed, as_breach, over
from orchestrator.board.lead.selection import Selection
from orchestrator.board.live.card import Risk
from orchestrator.board.live.floor import Floor
from orchestrator.ledger.breaches import Acknowledgement, Over
from tests import builders as b
from tests.live_builders import a_card, a_card_clock

LEAD = Viewer("lena", "Lena", frozenset({Role.LEAD}), frozenset({"tier-2"}))
AGENT = Viewer("ana", "Ana", frozenset({Role.AGENT}), frozenset({"tier-2"}))
CLOCK = a_card_clock(risk=Risk.BREACHED, due_at=b.T0)
CARD = a_card(clocks=(CLOCK,))


def _selection(viewer: Viewer = LEAD, filters: Filters | None = None) -> Selection:
    return Selection(Floor(), filters or Filters(), viewer)


def _seen(at: datetime, *clocks: str) -> Acknowledgement:
    return Acknowledgement("Lena", at, at + 30 * b.MINUTE, "on it", clocks or ("accept",))


def _over(n: int, sender: str = "tier-1", receiver: str = "tier-2") -> Over:
    at = b.T0 + n * b.MINUTE
    return Over(
        UUID(int=n), "accept", 1, receiver, b.T0, at, f"case-{n}", "kind", sender, receiver, "completed"
    )


@pytest.mark.parametrize(
    ("seen", "now", "is_shown", "is_acknowledged"),
    [
        (None, b.T0 + b.MINUTE, False, False),
        (_seen(b.T0 + b.MINUTE), b.T0 + 2 * b.MINUTE, True, True),
        (_seen(b.T0 + b.MINUTE), b.T0 + b.HOUR, True, False),
        (_seen(b.T0 + b.MINUTE, "resolve"), b.T0 + 2 * b.MINUTE, False, False),
        (_seen(b.T0 - b.MINUTE), b.T0 + 2 * b.MINUTE, False, False),
    ],
    ids=["none", "fresh", "expired", "of another clock", "of an earlier breach"],
)
def test_an_acknowledgement_is_of_its_breach_until_it_expires(
    seen: Acknowledgement | None, now: datetime, is_shown: bool, is_acknowledged: bool
) -> None:
    breach = as_breach(_selection(), CARD, CLOCK, seen, now=now)
    assert (breach.acknowledgement is not None, breach.is_acknowledged) == (is_shown, is_acknowledged)


def test_a_lead_may_acknowledge_and_an_agent_may_not() -> None:
    assert as_breach(_selection(), CARD, CLOCK, None, now=b.T0).may_acknowledge
    assert not as_breach(_selection(AGENT), CARD, CLOCK, None, now=b.T0).may_acknowledge


def test_the_newest_breach_comes_first() -> None:
    older = as_breach(_selection(), CARD, CLOCK, None, now=b.T0)
    later_clock = a_card_clock(risk=Risk.BREACHED, due_at=b.T0 + timedelta(seconds=1), kind="resolve")
    newer = as_breach(_selection(), CARD, later_clock, None, now=b.T0)
    assert newer.order < older.order
    assert len(newer.order) == len(older.order) + len("resolve") - len("accept")


def test_what_is_over_is_told_of_the_teams_that_are_asked_for() -> None:
    ended = [_over(3), _over(2, "chat", "phone"), _over(1, "tier-2", "billing")]
    assert [each.handoff.int for each in over(_selection(), ended)] == [3, 1]
    to_billing = _selection(filters=Filters(receiver=("billing",)))
    assert [each.handoff.int for each in over(to_billing, ended)] == [1]
    assert not any(each.may_acknowledge for each in over(_selection(), ended))


def test_no_more_is_over_than_fits() -> None:
    assert len(over(_selection(), [_over(n) for n in range(1, 60)])) == 20


def test_a_breach_and_its_end_are_two_lines() -> None:
    standing = as_breach(_selection(), CARD, CLOCK, None, now=b.T0)
    (ended,) = over(_selection(), [_over(CARD.id.int)])
    feed = Feed.of([standing], [ended])
    assert feed.standing.keys() != feed.over.keys()
