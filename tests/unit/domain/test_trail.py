from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.policy import Routing
from orchestrator.domain.routing.trail import NO_TRAIL, Hop, Trail, bounced, hop_of, refused_agents
from tests.builders import HOUR, MINUTE, T0, some_rules
from tests.unit.domain.properties import PROPERTY

RULES = some_rules().model_copy(
    update={"routing": Routing(hop_limit=3, ping_pong_within=4 * HOUR)},
)
COMES_BACK = "it comes back to Chat, which gave it to Phone 25 minutes ago"


def hops(*steps: str, status: Status = Status.HANDED_ON, is_side: bool = False) -> Trail:
    """Return a trail of hops an hour apart, the last at T0: `hops("chat>phone", "phone>email")`."""
    made = []
    for n, step in enumerate(steps):
        sending, receiving = step.split(">")
        at = T0 - (len(steps) - 1 - n) * HOUR
        made.append(Hop(UUID(int=n), sending, receiving, at, status, is_side))
    return Trail(tuple(made))


def bounce(trail: Trail, step: str, at: datetime = T0 + 25 * MINUTE) -> str | None:
    sending, receiving = step.split(">")
    return bounced(trail, sending, receiving, at, RULES)


def test_a_case_without_a_past_has_not_bounced() -> None:
    assert bounce(NO_TRAIL, "chat>phone") is None


@pytest.mark.parametrize(
    "status", [Status.OFFERED, Status.ACCEPTED, Status.COMPLETED, Status.HANDED_ON], ids=str
)
def test_a_case_that_goes_straight_back_has_bounced(status: Status) -> None:
    assert bounce(hops("chat>phone", status=status), "phone>chat") == COMES_BACK


@pytest.mark.parametrize("status", [Status.DECLINED, Status.RETURNED, Status.WITHDRAWN], ids=str)
def test_what_a_team_answered_itself_is_no_ping_pong(status: Status) -> None:
    trail = hops("chat>phone", status=status)
    assert bounce(trail, "phone>chat") is None
    assert bounce(trail, "chat>phone") is None


def test_to_be_asked_again_after_a_return_is_no_ping_pong_but_to_give_it_back_then_is() -> None:
    returned, again = hops("chat>phone", status=Status.RETURNED).hops[0], hops("chat>phone").hops[0]
    assert bounce(Trail((returned,)), "chat>phone") is None
    assert bounce(Trail((returned, again)), "phone>chat") == COMES_BACK


def test_ping_pong_between_others_does_not_count_nor_does_a_round() -> None:
    assert bounce(hops("chat>phone"), "phone>email") is None
    assert bounce(hops("chat>phone", "phone>email"), "email>chat") is None


def test_a_team_may_get_a_case_back_after_a_while() -> None:
    trail = hops("chat>phone")
    assert bounce(trail, "phone>chat", T0 + 4 * HOUR) is not None
    assert bounce(trail, "phone>chat", T0 + 4 * HOUR + MINUTE) is None


def test_a_request_that_arrives_before_the_one_it_answers_is_seen_too() -> None:
    assert bounce(hops("chat>phone"), "phone>chat", T0 - MINUTE) is not None


def test_a_case_may_move_as_often_as_the_limit_says() -> None:
    assert bounce(hops("chat>phone", "phone>email"), "email>billing") is None
    trail = hops("chat>phone", "phone>email", "email>billing")
    assert bounce(trail, "billing>tier-1") == "this is move 4 of the case, and 3 are allowed"


@pytest.mark.parametrize("status", [Status.DECLINED, Status.WITHDRAWN], ids=str)
def test_an_offer_that_came_to_nothing_is_no_move(status: Status) -> None:
    trail = hops(*["chat>phone"] * 9, status=status)
    assert bounce(trail, "chat>phone") is None


def test_work_that_was_returned_has_moved() -> None:
    trail = hops(*["chat>phone"] * 3, status=Status.RETURNED)
    assert bounce(trail, "chat>phone") == "this is move 4 of the case, and 3 are allowed"


def test_moves_are_counted_anew_once_the_case_was_completed() -> None:
    *before, done = hops("chat>phone", "phone>email", "email>billing").hops
    trail = Trail((*before, done._replace(status=Status.COMPLETED)))
    assert bounce(trail, "chat>phone") is None


def test_side_handoffs_move_nothing() -> None:
    assert bounce(hops("chat>phone", is_side=True), "phone>chat") is None
    assert bounce(hops(*["chat>phone"] * 9, is_side=True), "chat>phone") is None


def test_a_team_that_is_gone_is_named_by_its_id() -> None:
    assert bounce(hops("gone>phone"), "phone>gone") == (
        "it comes back to gone, which gave it to Phone 25 minutes ago"
    )


@PROPERTY
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(0, 600)), max_size=6),
    st.permutations(range(6)),
)
def test_the_order_in_which_hops_arrived_changes_nothing(
    steps: list[tuple[str, str, int]], order: list[int]
) -> None:
    made = [
        Hop(UUID(int=n), sending, receiving, T0 - minutes * MINUTE, Status.HANDED_ON)
        for n, (sending, receiving, minutes) in enumerate(steps)
    ]
    shuffled = [made[n] for n in order if n < len(made)]
    is_one = [bounced(Trail(tuple(t)), "a", "b", T0, RULES) is not None for t in (made, shuffled)]
    assert is_one[0] == is_one[1]
    gives = [s for s in steps if s[:2] == ("b", "a") and s[2] <= 240]
    assert is_one[0] == (bool(gives) or len(steps) + 1 > 3)


def test_everybody_who_refused_is_known() -> None:
    first, second = hops("chat>phone", "phone>email").hops
    trail = Trail((first._replace(declined_by=("ann", "bob")), second._replace(declined_by=("bob",))))
    assert refused_agents(trail) == {"ann", "bob"}
    assert refused_agents(NO_TRAIL) == frozenset()


# A trail and the handoffs that a batch holds


def a_handoff(n: int, after: timedelta = timedelta(), **over: object) -> Handoff:
    fields = {
        "id": UUID(int=n),
        "case_id": "case-1",
        "customer_id": "cust-1",
        "kind": "any-to-any",
        "policy_version": "rules-1",
        "status": Status.ACCEPTED,
        "version": 1,
        "sending_team": "chat",
        "receiving_team": "phone",
        "priority": "normal",
        "requested_at": T0 + after,
    }
    return Handoff.model_validate(fields | over)


def test_a_handoff_is_a_hop() -> None:
    handoff = a_handoff(
        1, sender_keeps_case=True, refused_by=("ann",), receiving_agent="bob", reason="Calls again"
    )
    assert hop_of(handoff) == Hop(
        UUID(int=1),
        "chat",
        "phone",
        T0,
        Status.ACCEPTED,
        True,
        ("ann",),
        kind="any-to-any",
        reason="Calls again",
        agent="bob",
    )


def test_a_trail_takes_in_new_handoffs_in_the_order_of_time() -> None:
    old, new = a_handoff(2), a_handoff(1, HOUR)
    trail = NO_TRAIL.including([new, old])
    assert [hop.handoff_id for hop in trail.hops] == [old.id, new.id]
    assert trail.newest == new


def test_a_trail_takes_the_present_state_of_a_handoff_it_knows() -> None:
    stored = a_handoff(1)
    now = stored.model_copy(update={"status": Status.DECLINED, "refused_by": ("ann",)})
    trail = NO_TRAIL.including([stored]).including([now])
    assert trail.hops == (hop_of(now),)
    assert trail.newest is now


def test_a_side_handoff_is_never_the_newest() -> None:
    main, side = a_handoff(1), a_handoff(2, HOUR, sender_keeps_case=True)
    assert NO_TRAIL.including([main, side]).newest == main
    assert NO_TRAIL.including([main]).including([side]).newest == main
    assert NO_TRAIL.including([side]).newest is None


def test_of_two_in_the_same_instant_the_open_one_is_newer() -> None:
    over, open_ = a_handoff(2, status=Status.HANDED_ON), a_handoff(1)
    assert NO_TRAIL.including([open_, over]).newest == open_


def test_a_trail_without_news_is_itself() -> None:
    trail = NO_TRAIL.including([a_handoff(1)])
    assert trail.including([]) is trail
