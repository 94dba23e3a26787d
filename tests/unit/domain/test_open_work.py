from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain import events as e
from orchestrator.domain.handoff import Handoff, Outcome, Status
from orchestrator.domain.lifecycle.evolution import fold
from orchestrator.domain.lifecycle.outcomes import in_a_line, outcome_after
from orchestrator.domain.lifecycle.replies import reply
from orchestrator.domain.lifecycle.story import SYSTEM
from orchestrator.domain.model import Priority, Reason
from orchestrator.domain.open_work import (
    LOADED,
    NOTHING_OPEN,
    SHOWN,
    EarlierList,
    OpenHandoff,
    OpenHandoffs,
    OpenWorkList,
    Whose,
    list_earlier,
    list_open,
    newest_first,
    open_handoff,
    whose,
)
from orchestrator.domain.routing.trail import NO_TRAIL, Trail, hop_of
from orchestrator.open_book import OpenBook
from tests.builders import (
    HOUR,
    MINUTE,
    T0,
    a_cause,
    a_completion,
    a_decision,
    a_handoff,
    a_policy,
    a_reopening,
    a_request,
    a_withdrawal,
    an_accept,
    some_rules,
)
from tests.unit.domain.properties import PROPERTY

RULES = some_rules()
MINE = Whose("acct-1", "cust-1")


def a_row(n: int, minutes: int = 0, **over: object) -> Handoff:
    fields = {
        "id": UUID(int=n),
        "case_id": f"case-{n}",
        "customer_id": "cust-1",
        "account_id": "acct-1",
        "kind": "any-to-any",
        "policy_version": "rules-1",
        "status": Status.OFFERED,
        "version": 1,
        "sending_team": "chat",
        "receiving_team": "phone",
        "priority": "normal",
        "reason": f"reason {n}",
        "requested_at": T0 + minutes * MINUTE,
    }
    return Handoff.model_validate(fields | over)


def found(*handoffs: Handoff, total: int | None = None) -> OpenHandoffs:
    newest = newest_first(map(open_handoff, handoffs))
    return OpenHandoffs(newest[:LOADED], len(newest) if total is None else total)


# Whose work it is


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        (Whose("a", "ada"), Whose("a", "bob"), True),  # two people of one company
        (Whose("a", "ada"), Whose("b", "ada"), False),  # one person who works for two
        (Whose("a", "ada"), Whose(None, "ada"), True),
        (Whose(None, "ada"), Whose("a", "ada"), True),
        (Whose(None, "ada"), Whose(None, "ada"), True),
        (Whose(None, "ada"), Whose(None, "bob"), False),
        (Whose("a", "ada"), Whose(None, "bob"), False),
    ],
)
def test_the_account_decides_whose_work_it_is_and_the_person_where_none_is_named(
    one: Whose, other: Whose, is_one: bool
) -> None:
    assert one.owns(other) is is_one
    assert other.owns(one) is is_one


# What a packet shows


def test_open_work_is_shown_with_the_title_of_its_kind_and_who_has_it_since_when_and_why() -> None:
    row = a_row(1, kind="billing-question", status=Status.ACCEPTED, priority=Priority.HIGH)
    (work,) = list_open(found(row), RULES).shown
    assert (work.handoff_id, work.case_id, work.title) == (UUID(int=1), "case-1", "Billing question")
    assert (work.team, work.status, work.since) == ("phone", Status.ACCEPTED, T0)
    assert (work.priority, work.reason) == (Priority.HIGH, "reason 1")


def test_the_newest_are_shown_and_the_others_counted() -> None:
    rows = [a_row(n, minutes=n) for n in range(1, 8)]
    listed = list_open(found(*rows, total=19), RULES)
    assert [work.case_id for work in listed.shown] == ["case-7", "case-6", "case-5", "case-4", "case-3"]
    assert len(listed.shown) == SHOWN
    assert listed.more == 14


def test_where_nothing_is_open_nothing_is_shown() -> None:
    assert list_open(NOTHING_OPEN, RULES) == OpenWorkList()
    assert list_earlier(NO_TRAIL, RULES) == EarlierList()


def test_a_kind_that_is_gone_from_the_rules_is_shown_by_its_name() -> None:
    assert list_open(found(a_row(1, kind="gone")), RULES).shown[0].title == "gone"


# Earlier handoffs of the case


def trail_of(*handoffs: Handoff) -> Trail:
    return NO_TRAIL.including(handoffs)


def test_an_earlier_handoff_is_shown_with_what_became_of_it_the_newest_first() -> None:
    declined = a_row(
        1,
        case_id="case-1",
        status=Status.DECLINED,
        outcome=Outcome(at=T0 + HOUR, by="Ann", team="phone", said="no capacity"),
    )
    accepted = a_row(
        2, minutes=90, case_id="case-1", status=Status.ACCEPTED, receiving_agent="bob", receiving_team="email"
    )
    newest, oldest = list_earlier(trail_of(declined, accepted), RULES).shown
    assert (newest.to_team, newest.status, newest.by) == ("email", Status.ACCEPTED, "bob")
    assert (newest.outcome, newest.ended_at) == ("", None)
    assert (oldest.from_team, oldest.to_team, oldest.status) == ("chat", "phone", Status.DECLINED)
    assert (oldest.outcome, oldest.by, oldest.ended_at) == ("no capacity", "Ann", T0 + HOUR)
    assert (oldest.title, oldest.reason) == ("Any to any", "reason 1")


def test_a_handoff_that_the_request_goes_on_from_is_shown_as_ended() -> None:
    rows = [
        a_row(1, status=Status.ACCEPTED),
        a_row(2, minutes=1, status=Status.HELD),
        a_row(3, minutes=2, status=Status.DECLINED),
        a_row(4, minutes=3, status=Status.OFFERED),
    ]
    listed = list_earlier(trail_of(*rows), RULES, ending=[row.id for row in rows[:3]])
    assert [each.status for each in reversed(listed.shown)] == [
        Status.HANDED_ON,
        Status.WITHDRAWN,
        Status.DECLINED,
        Status.OFFERED,
    ]


def test_of_a_long_way_the_newest_are_shown_and_the_others_counted() -> None:
    listed = list_earlier(trail_of(*(a_row(n, minutes=n) for n in range(1, 10))), RULES)
    assert [each.handoff_id.int for each in listed.shown] == [9, 8, 7, 6, 5]
    assert listed.more == 4


# How a handoff ended


@pytest.mark.parametrize(
    ("status", "said", "by"),
    [
        (Status.DECLINED, "no-capacity", "Sarah"),
        (Status.RETURNED, "wrong-team", "Sarah"),
        (Status.WITHDRAWN, "", "Sarah"),
        (Status.COMPLETED, "solved", "Sarah"),
        (Status.HANDED_ON, "", None),
    ],
)
def test_a_handoff_knows_how_it_ended(status: Status, said: str, by: str | None) -> None:
    outcome = a_handoff(status).outcome
    assert outcome is not None
    assert (outcome.said, outcome.by, outcome.at) == (said, by, T0)


@pytest.mark.parametrize("status", [Status.OFFERED, Status.ACCEPTED])
def test_an_open_handoff_has_no_outcome(status: Status) -> None:
    assert a_handoff(status).outcome is None


def test_a_handoff_that_is_reopened_has_no_outcome_any_more() -> None:
    done = a_handoff(Status.COMPLETED)
    again = reply(
        done, a_reopening(done), cause=a_cause(T0 + HOUR, "again"), policy=a_policy(), now=T0 + HOUR
    )
    assert again.handoff.outcome is None


def test_the_journal_gives_the_same_outcome() -> None:
    first = a_decision()
    handoff, journal = first.handoff, list(first.events)
    for n, answer in enumerate((an_accept(handoff), a_completion(handoff)), start=1):
        at = T0 + n * MINUTE
        done = reply(handoff, answer, cause=a_cause(at, f"reply-{n}"), policy=a_policy(), now=at)
        handoff, journal = done.handoff, journal + done.events
    assert fold(journal).outcome == handoff.outcome
    assert handoff.outcome is not None


def an_end(type: type[e.LifecycleEvent], at_minutes: int, **over: object) -> e.LifecycleEvent:
    fields = {
        "handoff_id": UUID(int=1),
        "case_id": "case-1",
        "version": 3,
        "at": T0 + at_minutes * MINUTE,
        "actor": SYSTEM,
        "sending_team": "chat",
        "receiving_team": "phone",
    }
    return type.model_validate(fields | over)


def test_what_comes_late_and_decided_nothing_leaves_the_outcome() -> None:
    completed = outcome_after(None, an_end(e.Completed, 9, disposition="solved"), Status.COMPLETED)
    assert completed == Outcome(at=T0 + 9 * MINUTE, said="solved")
    declined = an_end(e.Declined, 2, reason=Reason(code="busy"))
    assert outcome_after(completed, declined, Status.COMPLETED) is completed
    earlier = an_end(e.Completed, 3, disposition="too early")
    assert outcome_after(completed, earlier, Status.COMPLETED) is completed


def test_a_reason_is_one_line_its_words_before_its_code() -> None:
    assert in_a_line(Reason(code="refund", text=" charged \n twice\x00 ")) == "charged twice"
    assert in_a_line(Reason(code="refund")) == "refund"
    assert in_a_line(Reason()) == ""
    assert in_a_line(Reason(text="word " * 100)) == "word " * 39 + "word…"


def test_a_handoff_keeps_why_it_was_requested() -> None:
    assert a_handoff(command=a_request(reason=Reason(code="refund", text="twice"))).reason == "twice"


# While a batch is decided


def test_what_the_batch_does_not_touch_is_as_it_was_loaded() -> None:
    loaded = found(a_row(1))
    assert OpenBook({MINE: loaded}).of(MINE) is loaded
    assert OpenBook({MINE: loaded}).of(Whose("acct-2", "cust-2")) == NOTHING_OPEN


def test_a_handoff_of_the_same_batch_is_seen_and_one_that_ends_is_not() -> None:
    stored = a_row(1)
    book = OpenBook({MINE: found(stored)})
    book.enter(stored)
    new = a_row(2, minutes=1)
    book.note(new)
    assert book.of(MINE) == found(stored, new)
    book.note(stored.model_copy(update={"status": Status.COMPLETED}))
    assert book.of(MINE) == found(new)
    assert book.of(MINE, but=[new.id]) == NOTHING_OPEN


def test_a_handoff_of_the_batch_is_seen_under_its_person_when_no_account_is_named() -> None:
    book = OpenBook()
    book.note(a_row(1))
    assert book.of(Whose(None, "cust-1")).total == 1
    assert book.of(Whose("acct-1", "cust-9")).total == 1
    assert book.of(Whose("acct-2", "cust-1")) == NOTHING_OPEN


def test_work_that_was_offered_to_another_team_is_that_teams() -> None:
    stored = a_row(1)
    book = OpenBook({MINE: found(stored)})
    book.enter(stored)
    book.note(stored.model_copy(update={"receiving_team": "email"}))
    assert [each.receiving_team for each in book.of(MINE).newest] == ["email"]


def as_stored(rows: list[Handoff]) -> OpenHandoffs:
    return found(*(row for row in rows if row.status.is_open and whose(row) == MINE))


_STATUSES = st.sampled_from([Status.OFFERED, Status.ACCEPTED, Status.COMPLETED, Status.HELD])


@PROPERTY
@given(
    before=st.lists(_STATUSES, max_size=12),
    changes=st.lists(st.tuples(st.integers(0, 15), _STATUSES), max_size=10),
)
def test_the_book_of_a_batch_is_what_the_ledger_would_say_after_it(
    before: list[Status], changes: list[tuple[int, Status]]
) -> None:
    rows = [a_row(n, minutes=n, status=status) for n, status in enumerate(before)]
    book = OpenBook({MINE: as_stored(rows)})
    for n in sorted({n for n, _ in changes if n < len(rows)}):
        book.enter(rows[n])  # a batch loads what it changes, and nothing else
    for n, status in changes:
        if n < len(rows):
            rows[n] = rows[n].model_copy(update={"status": status})
        else:
            n = len(rows)
            rows.append(a_row(n, minutes=n, status=status))
        book.note(rows[n])
    says, truth = book.of(MINE), [row for row in rows if row.status.is_open]
    assert says.total == len(truth)
    assert says.newest == newest_first(says.newest)
    assert set(says.newest) <= set(map(open_handoff, truth))
    if len(before) <= LOADED:
        assert says == as_stored(rows)


def test_a_withdrawn_offer_says_so() -> None:
    handoff = a_handoff()
    taken_back = reply(
        handoff,
        a_withdrawal(handoff, reason=Reason(text="solved meanwhile")),
        cause=a_cause(T0 + MINUTE, "back"),
        policy=a_policy(),
        now=T0 + MINUTE,
    ).handoff
    assert hop_of(taken_back).outcome == Outcome(
        at=T0 + timedelta(minutes=1), by="Sarah", team="tier-1", said="solved meanwhile"
    )


def test_open_handoffs_of_the_same_instant_have_one_order() -> None:
    rows = [a_row(2), a_row(3), a_row(1)]
    expected: tuple[OpenHandoff, ...] = tuple(open_handoff(a_row(n)) for n in (3, 2, 1))
    assert newest_first(map(open_handoff, rows)) == expected
