from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from orchestrator.domain import events as e
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.identity import packet_id
from orchestrator.domain.model import Reason, Receiver, Turn
from orchestrator.domain.packet import Packet, PacketClock, prepare
from orchestrator.domain.policy import Policy, Wording, Words
from orchestrator.domain.routing.entitlement import Entitlement
from tests.builders import (
    CHECKLIST,
    MINUTE,
    T0,
    BrokenWords,
    PlainWords,
    a_decision,
    a_kind,
    a_large_request,
    a_policy,
    a_request,
    an_escalation,
)


def the_packet(request: RequestHandoff, policy: Policy | None = None) -> Packet:
    (prepared,) = (
        event for event in a_decision(request, policy=policy).events if isinstance(event, e.PacketPrepared)
    )
    return prepared.packet


def test_a_packet_carries_what_the_request_said() -> None:
    asked = a_large_request(7)
    packet = the_packet(asked)
    for field in ("case_id", "mode", "priority", "customer", "sender", "reason", "sentiment", "links"):
        assert getattr(packet, field) == getattr(asked, field)
    assert packet.requested_by == asked.actor
    assert packet.done_so_far == asked.done_so_far
    assert packet.requested_at == T0


def test_a_packet_of_an_escalation_carries_severity_and_incident() -> None:
    packet = the_packet(an_escalation())
    assert packet.is_escalation
    assert (packet.severity, packet.incident) == ("sev2", "INC-42")


def test_a_packet_says_which_rules_made_it() -> None:
    packet = the_packet(a_request(), a_policy(a_kind("care"), version="rules-7"))
    assert (packet.kind, packet.title, packet.policy_version) == ("care", "Care", "rules-7")
    assert packet.next_step == "Read the packet, then greet the customer"


def test_a_packet_names_the_receiving_team_that_policy_chose() -> None:
    assert the_packet(an_escalation(receiver=Receiver())).receiver.team == "engineering"


def test_a_packet_keeps_the_agent_that_the_sender_asked_for() -> None:
    receiver = Receiver(team="tier-2", agent="bob")
    assert the_packet(a_request(receiver=receiver)).receiver == receiver


def test_a_packet_has_a_stable_id_for_each_version() -> None:
    packet = the_packet(a_request())
    assert packet.packet_version == 1
    assert packet.packet_id == packet_id(packet.handoff_id, 1)


def test_a_packet_lists_every_item_with_what_is_done_and_what_is_missing() -> None:
    packet = the_packet(a_request(summary=None))
    assert [item.id for item in packet.checklist] == [item.id for item in CHECKLIST]
    assert [item.id for item in packet.checklist if item.done] == ["identity-verified", "reason-stated"]
    assert packet.missing == ("summary-given",)


def test_a_packet_shows_the_promises_that_are_open() -> None:
    complete, incomplete = the_packet(a_request()), the_packet(a_request(summary=None))
    accept = PacketClock(kind="accept", team="tier-2", due_at=T0 + 15 * MINUTE)
    notes = PacketClock(kind="notes", team="tier-1", due_at=T0 + 5 * MINUTE)
    assert complete.clocks == (accept,)
    assert incomplete.clocks == (notes, accept)


@pytest.mark.parametrize(("shown", "expected"), [(0, ()), (2, ("t1", "t2")), (9, ("t0", "t1", "t2"))])
def test_a_packet_cites_the_last_turns(shown: int, expected: tuple[str, ...]) -> None:
    turns = tuple(Turn(id=f"t{n}", speaker="customer", text="Hello") for n in range(3))
    packet = the_packet(a_request(turns=turns), a_policy(a_kind(turns_shown=shown)))
    assert tuple(turn.id for turn in packet.turns) == expected


def test_a_packet_is_worded_by_the_policy() -> None:
    packet = the_packet(a_request(summary="It broke", done_so_far=("Restarted it",)))
    assert packet.opening_line == "I see you have already spoken with Sarah via chat."
    assert packet.body == "# Tier 1 to tier 2\nIt broke\n- Restarted it"
    assert packet.customer_note == "tier-1-to-tier-2: a colleague takes over."
    assert packet.wording_error is None


def test_a_wording_error_falls_back_to_the_plain_facts() -> None:
    asked = a_request(reason=Reason(text="Needs logs"), summary="It broke", done_so_far=("One", "Two"))
    packet = the_packet(asked, a_policy(words=BrokenWords()))
    assert packet.body == "Needs logs\n\nIt broke\n\nOne\n\nTwo"
    assert (packet.opening_line, packet.customer_note) == ("", "")
    assert packet.wording_error == "tier-1-to-tier-2/packet.md.j2: 'customer.nickname' is undefined"


@pytest.mark.parametrize(
    ("reason", "body"), [(Reason(code="refund"), "refund"), (Reason(), "")], ids=["code", "nothing"]
)
def test_plain_facts_leave_out_what_is_not_known(reason: Reason, body: str) -> None:
    asked = a_request(reason=reason, summary=None)
    assert the_packet(asked, a_policy(words=BrokenWords())).body == body


def test_a_wording_error_keeps_all_other_facts() -> None:
    broken = the_packet(a_large_request(1), a_policy(words=BrokenWords()))
    texts = {"opening_line", "body", "customer_note", "wording_error"}
    assert broken.model_dump(exclude=texts) == the_packet(a_large_request(1)).model_dump(exclude=texts)


def test_a_packet_survives_the_wire() -> None:
    packet = the_packet(a_large_request(3))
    assert Packet.model_validate_json(packet.model_dump_json()) == packet


# The route and the entitlement

STALE = Entitlement(tier="gold", basis="stale", note="tier gold as of 3 days ago: stale")
NOTES = ("Billing is full (20 open): Phone has it meanwhile",)


class Listener:
    """Words that keep the facts they were given."""

    def render(self, kind: str, facts: dict[str, object]) -> Wording:
        self.facts = facts
        return Wording(opening_line="", body="", customer_note="")


def prepared(words: Words, **over: Any) -> Packet:
    kind = a_kind()
    return prepare(
        a_request(),
        handoff_id=UUID(int=1),
        version=1,
        kind=kind,
        receiver=Receiver(team="tier-2"),
        done=frozenset(),
        missing=(),
        clocks=(),
        requested_at=T0,
        policy_version="rules-1",
        words=words,
        **over,
    )


def test_a_packet_carries_its_route_and_its_entitlement() -> None:
    packet = prepared(PlainWords(), entitlement=STALE, notes=NOTES)
    assert (packet.entitlement, packet.routing_notes) == (STALE, NOTES)
    assert Packet.model_validate_json(packet.model_dump_json()) == packet


def test_a_packet_without_anything_to_say_of_them_says_nothing() -> None:
    words = Listener()
    packet = prepared(words)
    assert (packet.entitlement.note, packet.routing_notes) == (None, ())
    assert words.facts["notes"] == ()


def test_the_words_are_given_the_note_of_the_entitlement_and_those_of_the_route() -> None:
    words = Listener()
    prepared(words, entitlement=STALE, notes=NOTES)
    assert words.facts["notes"] == (STALE.note, *NOTES)


def test_a_wording_error_does_not_hide_the_notes() -> None:
    packet = prepared(BrokenWords(), entitlement=STALE, notes=NOTES)
    assert packet.body.startswith(f"{STALE.note}\n\n{NOTES[0]}\n\n")


def test_a_packet_from_before_there_were_notes_can_still_be_read() -> None:
    old = prepared(PlainWords()).model_dump(mode="json", exclude={"entitlement", "routing_notes"})
    assert Packet.model_validate(old).routing_notes == ()
