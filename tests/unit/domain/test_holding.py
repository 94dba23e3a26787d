"""A packet waits for what its sender owes: until when, who may answer meanwhile, what late facts change."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.domain import commands as c
from orchestrator.domain import events as e
from orchestrator.domain.clocks.custody import Hold, holds
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.clocks.spec import ClockSpec, Rung
from orchestrator.domain.errors import Refused, TooEarly
from orchestrator.domain.explanation.explanation import History, explain
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.lifecycle.requests import goes_on, hand_on, request
from orchestrator.domain.model import Receiver
from orchestrator.domain.policy import Policy
from tests import builders as b
from tests.builders import ACCEPT, CLOCKS, NOTES, T0
from tests.unit.domain.clock_desk import ClockDesk, minute

ITEM = "identity-verified"
OFFERING = ACCEPT.model_copy(
    update={"rungs": (*ACCEPT.rungs, Rung(name="again", effect="reoffer", before=-5 * b.MINUTE))}
)


def a_desk(policy: Policy | None = None, **over: Any) -> ClockDesk:
    """Return a desk with a request that owes one item, unless it says otherwise."""
    return ClockDesk(policy or b.a_holding_policy(), **({"checklist": {}} | over))


def status(desk: ClockDesk) -> Status:
    return desk.handoff.status


def tick(desk: ClockDesk, at: float, *, now: float | None = None, done: bool = True) -> list[e.Event]:
    return desk.say(
        c.TickItem,
        minute(at),
        now=minute(now) if now is not None else None,
        team="tier-1",
        item=ITEM,
        done=done,
    )


def offered_at(handoff: Handoff) -> list[object]:
    return [mark.at for mark in handoff.marks if mark.what == Occasion.OFFERED]


def packets(desk: ClockDesk) -> list[tuple[int, tuple[str, ...]]]:
    return [(p.packet.packet_version, p.packet.missing) for p in desk.of(e.PacketPrepared)]


def notices(desk: ClockDesk) -> list[tuple[str, tuple[str, ...]]]:
    return [(n.topic, n.missing) for n in desk.of(e.SenderNotified)]


# What is held, and until when


def test_a_packet_that_lacks_a_required_item_is_held_and_the_sender_is_told_until_when() -> None:
    desk = a_desk()
    assert status(desk) is Status.HELD
    assert [(k.kind, k.team) for k in desk.handoff.clocks] == [("notes", "tier-1")]
    assert packets(desk) == []
    [notice] = desk.of(e.SenderNotified)
    assert (notice.topic, notice.team, notice.missing) == ("packet-held", "tier-1", (ITEM,))
    assert "tier-2 gets it when you have added identity-verified" in notice.message
    assert "goes out incomplete at 2026-03-02T09:05:00+00:00" in notice.message


def test_a_packet_that_lacks_nothing_is_sent_at_once() -> None:
    whole = ClockDesk(b.a_holding_policy())
    sent = ClockDesk(b.a_policy(b.a_kind("tier-1-to-tier-2")))
    assert [type(event) for event in whole.told] == [type(event) for event in sent.told]
    assert whole.handoff == sent.handoff


def test_an_optional_item_holds_nothing() -> None:
    assert a_desk(checklist={ITEM: True}, sentiment=None).handoff.status is Status.OFFERED


def test_a_kind_that_sends_marks_what_is_missing_as_before() -> None:
    desk = a_desk(b.a_policy(b.a_kind("tier-1-to-tier-2")))
    assert status(desk) is Status.OFFERED
    assert packets(desk) == [(1, (ITEM,))]
    assert notices(desk) == [("items-missing", (ITEM,))]


def test_the_last_item_lets_the_packet_go_whole_and_the_receivers_time_begins() -> None:
    desk = a_desk(summary=None)
    desk.say(c.TickItem, minute(1), team="tier-1", item="summary-given")
    assert status(desk) is Status.HELD
    tick(desk, 3)
    assert status(desk) is Status.OFFERED
    assert packets(desk) == [(1, ())]
    assert [topic for topic, _ in notices(desk)] == ["packet-held"]
    assert (desk.clock("notes").outcome, desk.clock("notes").ended_at) == ("met", minute(3))
    assert (desk.clock("accept").started_at, desk.clock("accept").due_at) == (minute(3), minute(18))
    [released] = desk.of(e.Released)
    assert (released.at, released.missing, released.receiving_team) == (minute(3), (), "tier-2")


def test_an_item_taken_back_holds_the_packet_on() -> None:
    desk = a_desk(summary=None)
    desk.say(c.TickItem, minute(1), team="tier-1", item="summary-given")
    desk.say(c.TickItem, minute(2), team="tier-1", item="summary-given", done=False)
    tick(desk, 3)
    assert status(desk) is Status.HELD


def test_when_the_time_for_the_notes_is_over_the_packet_goes_out_incomplete() -> None:
    desk = a_desk()
    assert desk.sweep(minute(5)) == ["half", "breach"]
    assert status(desk) is Status.OFFERED
    assert packets(desk) == [(1, (ITEM,))]
    assert notices(desk) == [("packet-held", (ITEM,)), ("items-missing", (ITEM,))]
    assert "held for the notes, and went to tier-2 incomplete" in desk.of(e.SenderNotified)[-1].message
    assert desk.of(e.Released)[0].missing == (ITEM,)
    assert desk.clock("accept").started_at == minute(5)


def test_the_receivers_time_begins_when_the_packet_goes_out_however_late_that_is() -> None:
    desk = a_desk()
    desk.sweep(minute(65))
    assert desk.of(e.ClockBreached)[0].at == minute(5)
    assert offered_at(desk.handoff) == [minute(65)]
    assert desk.clock("accept").due_at == minute(80)


def test_the_packet_waits_on_while_the_sender_has_paused() -> None:
    desk = a_desk()
    desk.say(c.Pause, minute(2), team="tier-1")
    assert desk.sweep(minute(60)) == []
    assert status(desk) is Status.HELD
    desk.say(c.Resume, minute(60), team="tier-1")
    assert desk.sweep(minute(62)) == ["half"]
    assert desk.sweep(minute(63)) == ["breach"]
    assert status(desk) is Status.OFFERED


def test_a_packet_goes_to_the_agent_it_was_for() -> None:
    desk = a_desk(receiver=Receiver(team="tier-2", agent="ann"))
    tick(desk, 1)
    assert desk.of(e.PacketPrepared)[0].packet.receiver.agent == "ann"


def test_without_time_for_notes_nothing_is_held() -> None:
    desk = a_desk(b.a_holding_policy(clocks=CLOCKS[1:]))
    assert status(desk) is Status.OFFERED
    assert packets(desk) == [(1, (ITEM,))]


def test_a_request_that_arrives_after_its_time_for_notes_is_released_by_the_next_sweep() -> None:
    policy, asked = b.a_holding_policy(), b.a_request(checklist={})
    held = request(asked, cause=b.a_cause(T0), policy=policy, now=minute(30)).handoff
    assert held.status is Status.HELD
    desk = a_desk(policy)
    desk.handoff = held
    desk.sweep(minute(30))
    assert offered_at(desk.handoff) == [minute(30)]


# Who may answer meanwhile


@pytest.mark.parametrize(
    ("command", "over"),
    [
        (c.Accept, {}),
        (c.Decline, {}),
        (c.Return, {}),
        (c.Contact, {}),
        (c.Complete, {}),
        (c.Reopen, {}),
        (c.Pause, {}),
        (c.Resume, {}),
        (c.Ask, {"question": "Which one?"}),
        (c.TickItem, {"item": "acknowledged"}),
        (c.TickItem, {"item": "customer-informed"}),
    ],
)
def test_the_receiving_team_cannot_answer_what_it_has_not_got(
    command: type[c.Reply], over: dict[str, Any]
) -> None:
    desk = a_desk()
    with pytest.raises(TooEarly) as refusal:
        desk.say(command, minute(1), **over)
    assert refusal.value.code == "packet-held"
    assert f"goes to tier-2 when tier-1 has done {ITEM}, or has no time left" in refusal.value.message


def test_an_acceptance_that_came_too_early_is_in_time_once_the_packet_is_out() -> None:
    desk = a_desk()
    tick(desk, 3, now=4)
    desk.say(c.Accept, minute(3.5), now=minute(4))
    assert status(desk) is Status.ACCEPTED
    assert desk.clock("accept").ended_at == minute(4)


def test_the_sender_may_withdraw_what_is_held_and_no_packet_goes_out() -> None:
    desk = a_desk()
    desk.say(c.Withdraw, minute(2), team="tier-1")
    assert status(desk) is Status.WITHDRAWN
    assert desk.handoff.open_clocks() == ()
    desk.sweep(minute(600))
    assert packets(desk) == []
    assert offered_at(desk.handoff) == []


def test_the_sender_may_tick_what_comes_during_the_handoff() -> None:
    desk = a_desk()
    desk.say(c.TickItem, minute(1), team="tier-1", item="customer-informed")
    assert "customer-informed" in desk.handoff.done
    assert status(desk) is Status.HELD


def test_another_team_has_no_say() -> None:
    with pytest.raises(Refused) as refusal:
        a_desk().say(c.Withdraw, minute(1), team="billing")
    assert refusal.value.code == "wrong-team"


# What comes to light late


def test_a_late_item_takes_the_breach_back_and_the_packet_that_went_out_is_corrected() -> None:
    desk = a_desk()
    desk.sweep(minute(5))
    tick(desk, 3, now=9)
    assert offered_at(desk.handoff) == [minute(5)]
    assert packets(desk) == [(1, (ITEM,)), (2, ())]
    assert [type(event) for event in desk.of(e.BreachUndone)] == [e.MetLateDelivery]
    assert (desk.clock("notes").outcome, desk.clock("notes").ended_at) == ("met", minute(3))
    assert desk.clock("accept").started_at == minute(5)
    assert len(desk.of(e.Released)) == 1


def test_an_item_that_comes_after_the_release_leads_to_a_packet_that_is_whole() -> None:
    desk = a_desk()
    desk.sweep(minute(5))
    tick(desk, 7)
    assert packets(desk) == [(1, (ITEM,)), (2, ())]
    assert desk.clock("notes").is_breached


def test_a_pause_that_comes_to_light_late_calls_no_packet_back() -> None:
    desk = a_desk()
    desk.sweep(minute(5))
    desk.say(c.Pause, minute(2), now=minute(8), team="tier-1")
    assert status(desk) is Status.OFFERED
    assert not desk.clock("notes").is_breached
    assert offered_at(desk.handoff) == [minute(5)]


def test_an_item_that_is_in_time_releases_the_packet_even_if_no_sweep_has_come() -> None:
    desk = a_desk()
    tick(desk, 3, now=90)
    assert packets(desk) == [(1, ())]
    assert not desk.clock("notes").is_breached
    assert desk.clock("accept").started_at == minute(90)


def test_once_it_went_out_nothing_is_held_again() -> None:
    desk = a_desk()
    tick(desk, 1)
    tick(desk, 2, done=False)
    assert status(desk) is Status.OFFERED
    assert [clock.generation for clock in desk.handoff.clocks if clock.kind == "notes"] == [1, 2]


# Every path


def test_an_escalation_is_held_like_any_other() -> None:
    kind = b.a_kind("up", when_incomplete="hold", receiving_team="engineering")
    held = b.a_decision(b.an_escalation(checklist={}), policy=b.a_policy(kind)).handoff
    assert (held.status, held.receiving_team) == (Status.HELD, "engineering")


def test_work_that_was_released_is_offered_to_the_next_team_at_once() -> None:
    policy = b.a_holding_policy(clocks=(NOTES, OFFERING))
    teams = dict(policy.rules.teams)
    teams["tier-2"] = teams["tier-2"].model_copy(update={"fallback": "billing"})
    policy = Policy(policy.rules.model_copy(update={"teams": teams}), policy.words)
    desk = a_desk(policy)
    desk.sweep(minute(5))
    desk.sweep(minute(25))
    assert (desk.handoff.status, desk.handoff.receiving_team) == (Status.OFFERED, "billing")
    assert packets(desk) == [(1, (ITEM,)), (2, (ITEM,))]


def test_nothing_is_offered_again_while_it_is_held() -> None:
    notes = NOTES.model_copy(
        update={"rungs": (*NOTES.rungs, Rung(name="again", effect="reoffer", before=b.MINUTE))}
    )
    desk = a_desk(b.a_holding_policy(clocks=(notes, ACCEPT)))
    desk.sweep(minute(4))
    assert desk.of(e.Reoffered) == []
    assert status(desk) is Status.HELD


def test_a_case_that_was_declined_and_is_requested_again_is_held_again() -> None:
    desk = a_desk()
    tick(desk, 1)
    desk.say(c.Decline, minute(2))
    again = request(
        b.a_request(checklist={}),
        cause=b.a_cause(minute(3), "request-2"),
        policy=desk.policy,
        now=minute(3),
    ).handoff
    assert again.status is Status.HELD


def test_work_that_is_reopened_stays_with_its_team() -> None:
    desk = a_desk()
    tick(desk, 1)
    desk.say(c.Accept, minute(2))
    desk.say(c.Complete, minute(3))
    desk.say(c.Reopen, minute(4))
    assert status(desk) is Status.ACCEPTED


def test_a_new_request_of_the_sender_takes_the_place_of_what_is_held() -> None:
    desk = a_desk()
    asked = b.a_request(receiver=Receiver(team="billing"))
    assert goes_on(desk.handoff, asked)
    assert not goes_on(desk.handoff, b.a_request(sender=b.a_sender("tier-2")))
    cause = b.a_cause(minute(2), "request-2")
    to = request(asked, cause=cause, policy=b.a_policy(), now=minute(2)).handoff
    after, events = hand_on(desk.handoff, to=to, cause=cause, policy=desk.policy, now=minute(2))
    assert after.status is Status.WITHDRAWN
    assert not any(isinstance(event, e.PacketPrepared) for event in events)
    [withdrawn] = [event for event in events if isinstance(event, e.Withdrawn)]
    assert withdrawn.is_automatic
    assert str(to.id) in (withdrawn.reason.text or "")


def test_a_side_handoff_that_is_held_goes_on_beside_a_new_request() -> None:
    desk = a_desk(b.a_holding_policy(sender_keeps_case=True))
    assert not goes_on(desk.handoff, b.a_request(receiver=Receiver(team="billing")))
    assert not goes_on(desk.handoff, b.a_request(sender=b.a_sender("tier-2")))


@pytest.mark.parametrize("clocks", [CLOCKS, CLOCKS[1:]], ids=["sends now", "has no time for notes now"])
def test_rules_that_hold_no_more_let_the_packet_go(clocks: tuple[ClockSpec, ...]) -> None:
    desk = a_desk()
    how = "send" if clocks is CLOCKS else "hold"
    kind = b.a_kind("tier-1-to-tier-2", clocks=clocks, when_incomplete=how)
    desk.edit(b.a_policy(kind, version="rules-2"))
    desk.remeasure(minute(2))
    assert status(desk) is Status.OFFERED
    assert packets(desk) == [(1, (ITEM,))]
    assert desk.clock("accept").started_at == minute(2)


# What is shown of it


def test_the_sender_works_on_the_case_while_it_is_held_and_waits_once_it_is_offered() -> None:
    desk = a_desk()
    tick(desk, 3)
    desk.say(c.Accept, minute(7))
    assert holds([desk.handoff]) == [
        Hold("tier-1", T0, minute(3), is_offered=False),
        Hold("tier-1", minute(3), minute(7), is_offered=True),
        Hold("tier-2", minute(7), None, is_offered=False),
    ]


def test_the_clocks_of_a_held_packet_can_be_explained() -> None:
    desk = a_desk()
    for stands in (Status.HELD, Status.OFFERED):
        assert status(desk) is stands
        told = explain([History(desk.handoff, desk.told)], policy=desk.policy, now=minute(2))
        [story] = told.handoffs
        assert story.status is stands
        if stands is Status.HELD:
            tick(desk, 2)
    start = next(clock.started for clock in story.clocks if clock.kind == "accept")
    assert (start.at, start.what, start.by) == (minute(2), Occasion.OFFERED, "Sarah")


# What the receiving team has to do


def accepted(how: str) -> ClockDesk:
    desk = ClockDesk(b.a_policy(b.a_kind("tier-1-to-tier-2", when_unfinished=how)))
    desk.say(c.Accept, minute(1))
    return desk


def test_work_may_be_completed_with_items_left_and_says_which() -> None:
    desk = accepted("warn")
    desk.say(c.Complete, minute(2))
    assert status(desk) is Status.COMPLETED
    assert desk.of(e.Completed)[0].unfinished == ("acknowledged",)


def test_where_the_kind_refuses_it_the_items_come_first() -> None:
    desk = accepted("refuse")
    with pytest.raises(TooEarly) as refusal:
        desk.say(c.Complete, minute(2))
    assert refusal.value.code == "items-unfinished"
    assert "tier-2 has not done acknowledged; tick them first" in refusal.value.message
    desk.say(c.TickItem, minute(3), item="acknowledged")
    desk.say(c.Complete, minute(4))
    assert desk.of(e.Completed)[0].unfinished == ()


def test_an_item_ticked_after_the_completion_was_not_done_by_then() -> None:
    desk = accepted("refuse")
    desk.say(c.TickItem, minute(3), item="acknowledged")
    with pytest.raises(TooEarly):
        desk.say(c.Complete, minute(2), now=minute(4))
    desk.say(c.Complete, minute(3), now=minute(4))
    assert status(desk) is Status.COMPLETED


def test_a_sender_that_closes_its_own_case_owes_no_item_of_the_receivers() -> None:
    desk = ClockDesk(b.a_policy(b.a_kind("tier-1-to-tier-2", when_unfinished="refuse")))
    desk.say(c.Decline, minute(1))
    desk.say(c.Complete, minute(2), team="tier-1")
    assert desk.of(e.Completed)[0].unfinished == ()


@pytest.mark.parametrize("team", ["tier-1", "tier-2"])
def test_either_side_ticks_what_comes_during_the_handoff(team: str) -> None:
    desk = accepted("warn")
    desk.say(c.TickItem, minute(2), team=team, item="customer-informed")
    assert "customer-informed" in desk.handoff.done
