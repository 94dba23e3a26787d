"""What a packet says beside what its sender said: decided in milliseconds, by the rules in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest
from pydantic import JsonValue

from orchestrator.desk import Desk
from orchestrator.domain import events as e
from orchestrator.domain.checklist import ChecklistItem, Stage
from orchestrator.domain.clocks.spec import BREACH_RUNG, ClockSpec, Rung
from orchestrator.domain.commands import Command, RequestHandoff
from orchestrator.domain.context.entitled import limited
from orchestrator.domain.context.record import Record
from orchestrator.domain.context.rules import ContextRules, TeamContext
from orchestrator.domain.context.shown import Bundle
from orchestrator.domain.enrichment import NO_ENRICHMENT, Enricher, enricher_of
from orchestrator.domain.handoff import Handoff, Outcome, Status
from orchestrator.domain.identity import event_id, handoff_id
from orchestrator.domain.integration_map.sources import sources_of
from orchestrator.domain.knowledge import NO_KNOWLEDGE, SHOWN, Enquiry, Found, Knowledge
from orchestrator.domain.lifecycle.requests import FIRST, request
from orchestrator.domain.model import Priority, Turn
from orchestrator.domain.open_work import OpenHandoffs, open_handoff
from orchestrator.domain.packet import Packet
from orchestrator.domain.policy import ClockPolicy, Entitlements, Policy, PolicyMatch, Routing, Rules
from orchestrator.domain.routing.trail import NO_TRAIL, hop_of
from orchestrator.domain.surroundings import Surroundings
from orchestrator.inbound import Delivery, Origin
from tests import builders as b
from tests.builders import HOUR, MINUTE, T0
from tests.fakes import InMemoryLedger, ManualClock
from tests.unit.domain.context.known import TRANSLATIONS, field_of, says
from tests.unit.domain.maps import a_feed, a_map

_Event = TypeVar("_Event", bound=e.Event)

MAP = a_map(
    a_feed("billing", "billing.payment_state"),
    a_feed("crm", "account.name", "account.contact_email", "contract.tier", "contract.plan"),
)
CONTEXT = ContextRules(
    fields=("account.name", "account.contact_email", "contract.plan", "billing.payment_state"),
    teams={"tier-2": TeamContext(), "billing": TeamContext(personal=("account.contact_email",))},
)
GOLD = (
    b.NOTES,
    b.ACCEPT.model_copy(update={"budget": 5 * MINUTE}),
    b.FIRST_CONTACT,
    b.RESOLVE,
)
KNOWN_TO_PAY = ChecklistItem(
    id="payment-known",
    stage=Stage.BEFORE,
    text="Whether the account is paid is known",
    filled_by="billing.payment_state is known",
)
PERSONAL = ("ada@example.com", "+49 30 901820")


def some_rules(version: str = "rules-1", **over: Any) -> Rules:
    """Return rules with a map, a gold policy, and an item that context fills in; `over` changes the kind."""
    gold = ClockPolicy(name="gold", match=PolicyMatch(tiers=("gold",)), clocks=GOLD)
    kind = b.a_kind(**({"checklist": (*b.CHECKLIST, KNOWN_TO_PAY), "policies": (gold,)} | over))
    entitlements = Entitlements(unpaid_states=("past_due",))
    return b.some_rules(kind, version=version).model_copy(
        update={
            "context": CONTEXT,
            "translations": TRANSLATIONS,
            "integration_map": MAP,
            "routing": Routing(entitlements=limited(entitlements, sources_of(MAP))),
        }
    )


def a_policy(knowledge: Knowledge = NO_KNOWLEDGE, **over: Any) -> Policy:
    return Policy(some_rules(**over), b.PlainWords(), knowledge)


def billed(state: JsonValue, ago: timedelta = timedelta(), **over: Any) -> Record:
    return says("billing", {"payment_state": state}, system="billing", ago=ago, **over)


def contracted(tier: str = "gold", ago: timedelta = timedelta()) -> Record:
    return says("contract", {"tier": tier, "plan": "Scale"}, ago=ago)


def told(events: Sequence[e.Event], type: type[_Event]) -> list[_Event]:
    return [event for event in events if isinstance(event, type)]


def packet_of(
    command: RequestHandoff | None = None,
    *records: Record,
    policy: Policy | None = None,
    now: datetime = T0,
    **earlier: Any,
) -> Packet:
    """Return the packet that a request leads to, with these records and what was before."""
    decision = request(
        command or b.a_request(),
        cause=b.a_cause(now),
        policy=policy or a_policy(),
        now=now,
        earlier=FIRST._replace(records=records, **earlier),
    )
    [prepared] = told(decision.events, e.PacketPrepared)
    return prepared.packet


def to(team: str, **over: Any) -> RequestHandoff:
    return b.a_request(receiver={"team": team}, **over)


# The customer's context


def test_a_fresh_field_has_its_source_and_its_age() -> None:
    field = field_of(packet_of(None, billed("grace_pd", 5 * MINUTE)).context, "billing.payment_state")
    assert (field.value, field.code, field.state) == ("Grace Period", "grace_pd", "fresh")
    assert (field.source, field.observed_at) == ("Billing", T0 - 5 * MINUTE)
    assert field.age == "5 minutes"
    assert field.fallback is None


def test_a_stale_field_keeps_its_value_and_says_what_to_do() -> None:
    field = field_of(packet_of(None, billed("paid", 2 * HOUR)).context, "billing.payment_state")
    assert (field.value, field.state, field.fallback) == ("Paid", "stale", "Look into billing.")


def test_a_missing_field_says_what_to_do() -> None:
    context = packet_of(None, billed("paid")).context
    plan = field_of(context, "contract.plan")
    assert (plan.value, plan.state, plan.fallback) == (None, "missing", "Look into crm.")


def test_what_templates_are_told_has_each_fallback_once_and_only_beside_something_known() -> None:
    enricher = enricher_of(policy := a_policy(), policy.rules.version)
    kind = policy.rules.kinds["support-to-support"]

    def facts(*records: Record) -> dict[str, Any]:
        around = Surroundings(records)
        return enricher.enrich(b.a_request(), kind, "billing", around, T0).facts

    known = facts(billed("paid"))
    assert [field.name for field in known["known"]] == ["billing.payment_state"]
    assert [(gap.labels, gap.fallback) for gap in known["gaps"]] == [
        ("Account, Contact e-mail, Plan", "Look into crm.")
    ]
    assert known["stale"] == ()
    assert [(gap.labels, gap.fallback) for gap in facts(billed("paid", 2 * HOUR))["stale"]] == [
        ("Payment", "Look into billing.")
    ]
    assert (facts()["known"], facts()["stale"], facts()["gaps"]) == ((), (), ())


def test_records_of_the_customer_and_of_the_account_are_both_read() -> None:
    own = says("account", {"name": "Ada"}, key="customer:cust-1")
    context = packet_of(None, own, billed("paid")).context
    assert {field.name for field in context.fields if field.value} == {
        "account.name",
        "billing.payment_state",
    }


# Who may read what


def a_personal_request(team: str) -> RequestHandoff:
    address, number = PERSONAL
    return to(
        team,
        summary=f"Answer to {address}, please.",
        reason={"text": f"Call {number}"},
        done_so_far=(f"wrote to {address}",),
        turns=(Turn(id="t1", speaker="customer", text=f"My number is {number}, my mail {address}."),),
    )


def test_a_team_without_personal_fields_reads_no_address_and_no_number() -> None:
    packet = packet_of(a_personal_request("tier-2"), says("account", {"contact_email": PERSONAL[0]}))
    text = packet.model_dump_json()
    assert [each for each in PERSONAL if each in text] == []
    assert packet.turns[0].text == "My number is [phone removed], my mail [e-mail removed]."
    assert "account.contact_email" not in {field.name for field in packet.context.fields}


def test_a_team_with_personal_fields_reads_them() -> None:
    packet = packet_of(a_personal_request("billing"), says("account", {"contact_email": PERSONAL[0]}))
    assert packet.turns[0].text == f"My number is {PERSONAL[1]}, my mail {PERSONAL[0]}."
    assert field_of(packet.context, "account.contact_email").value == PERSONAL[0]
    assert packet.summary is not None
    assert PERSONAL[0] in packet.summary.sentences[0].text


def test_a_team_that_is_not_listed_reads_no_address_either() -> None:
    assert packet_of(a_personal_request("phone")).turns[0].text.endswith("my mail [e-mail removed].")


def what_others_wrote(team: str) -> Packet:
    """Return a packet that shows what other teams and systems wrote."""
    said = f"write to {PERSONAL[0]} or call {PERSONAL[1]}"
    outcome = Outcome(at=T0 - MINUTE, by="Ann", team="billing", said=said)
    hop = another(1, case_id="case-1", status=Status.DECLINED, outcome=outcome, reason=said)
    texts = (*CONTEXT.fields, "nps.comment", "interaction.summary", "issue.workaround")
    rules = some_rules().model_copy(update={"context": CONTEXT.model_copy(update={"fields": texts})})
    return packet_of(
        to(team),
        says("nps", {"comment": said}),
        says("interaction", {"summary": said}),
        says("issue", {"workaround": said}),
        policy=Policy(rules, b.PlainWords()),
        trail=NO_TRAIL.including([hop]),
        open_work=OpenHandoffs((open_handoff(another(2, reason=said)),), 1),
    )


def test_what_others_wrote_shows_no_address_to_a_team_without_personal_fields() -> None:
    text = what_others_wrote("tier-2").model_dump_json()
    assert [each for each in PERSONAL if each in text] == []
    assert text.count("[e-mail removed]") == text.count("[phone removed]") == 7
    shown = what_others_wrote("billing").model_dump_json()
    assert (shown.count(PERSONAL[0]), shown.count(PERSONAL[1])) == (7, 7)


def test_without_rules_for_teams_a_request_is_shown_as_it_came() -> None:
    policy = b.a_policy()
    command = a_personal_request("tier-2")
    assert enricher_of(policy, policy.rules.version).shown_to("tier-2", command) is command


# Entitlement


def time_to_accept(packet: Packet) -> timedelta:
    [accept] = [clock for clock in packet.clocks if clock.kind == "accept"]
    assert accept.due_at is not None
    return accept.due_at - packet.requested_at


@pytest.mark.parametrize(
    ("stated", "records", "budget", "basis"),
    [
        (None, [contracted("gold"), billed("paid")], 5 * MINUTE, "stated"),
        ("gold", [contracted("silver"), billed("paid")], 15 * MINUTE, "stated"),
        ("gold", [contracted("gold"), billed("past_due")], 15 * MINUTE, "unpaid"),
        ("gold", [contracted("gold"), billed("past_due", 5 * HOUR)], 15 * MINUTE, "stale"),
        ("gold", [contracted("gold")], 15 * MINUTE, "unknown"),
        ("gold", [], 5 * MINUTE, "stated"),
    ],
    ids=["context-gives-it", "context-takes-it", "unpaid", "stale-unpaid", "no-payment-state", "no-context"],
)
def test_the_tier_of_the_context_decides_the_clocks(
    stated: str | None, records: list[Record], budget: timedelta, basis: str
) -> None:
    packet = packet_of(b.a_request(customer=b.a_customer(tier=stated)), *records)
    assert time_to_accept(packet) == budget
    assert packet.entitlement.basis == basis


def test_billing_beyond_its_limit_decides_nothing_without_a_note() -> None:
    fresh = packet_of(None, contracted(), billed("paid", 4 * HOUR))
    late = packet_of(None, contracted(), billed("paid", 4 * HOUR + MINUTE))
    assert (fresh.entitlement.basis, fresh.entitlement.note) == ("stated", None)
    assert late.entitlement.basis == "stale"
    assert late.entitlement.note is not None
    assert "stale" in late.entitlement.note


def test_the_packet_shows_the_customer_as_the_sender_stated_it() -> None:
    packet = packet_of(None, contracted("silver"), billed("past_due"))
    assert packet.customer.tier == "gold"
    assert packet.entitlement.note == "payment state past_due: treated as standard instead of silver"


# The checklist


def item_of(packet: Packet, id: str) -> tuple[bool, bool]:
    [line] = [line for line in packet.checklist if line.id == id]
    return line.done, id in packet.missing


def test_context_fills_an_item_in() -> None:
    assert item_of(packet_of(None, billed("paid")), "payment-known") == (True, False)


@pytest.mark.parametrize(
    "records", [[], [billed("paid", 2 * HOUR)], [billed(None)]], ids=["nothing", "stale", "taken-away"]
)
def test_an_item_is_owed_while_context_does_not_know(records: list[Record]) -> None:
    assert item_of(packet_of(None, *records), "payment-known") == (False, True)


def test_the_senders_own_no_wins_over_context() -> None:
    command = b.a_request(checklist={"identity-verified": True, "payment-known": False})
    assert item_of(packet_of(command, billed("paid")), "payment-known") == (False, True)


# Everyone's work


def another(n: int, **over: Any) -> Handoff:
    fields = {
        "id": UUID(int=n),
        "case_id": f"other-{n}",
        "customer_id": "cust-1",
        "account_id": "acct-1",
        "kind": "support-to-support",
        "policy_version": "rules-1",
        "status": Status.ACCEPTED,
        "version": 1,
        "sending_team": "chat",
        "receiving_team": "billing",
        "priority": Priority.HIGH,
        "reason": "charged twice",
        "requested_at": T0 - n * MINUTE,
    }
    return Handoff.model_validate(fields | over)


def test_open_work_of_others_is_shown_with_the_title_of_its_kind() -> None:
    work = OpenHandoffs((open_handoff(another(1)),), 3)
    shown = packet_of(None, open_work=work).open_work
    assert [(each.case_id, each.team, each.title, each.reason) for each in shown.shown] == [
        ("other-1", "billing", "Support to support", "charged twice")
    ]
    assert shown.more == 2


def test_earlier_handoffs_of_the_case_are_in_the_summary() -> None:
    outcome = Outcome(at=T0 - MINUTE, by="Ann", team="billing", said="wrong department")
    hop = another(1, case_id="case-1", status=Status.DECLINED, outcome=outcome)
    packet = packet_of(None, trail=NO_TRAIL.including([hop]))
    assert [(each.to_team, each.status, each.by) for each in packet.earlier.shown] == [
        ("billing", "declined", "Ann")
    ]
    assert packet.summary is not None
    history = packet.summary.sentences[-1]
    assert (history.origin, history.cites) == ("history", ("history",))
    assert history.text == "Before this: chat to billing: declined (wrong department)."


def test_a_handoff_that_ends_with_this_one_is_shown_as_over() -> None:
    hop = another(1, case_id="case-1", receiving_team="tier-1")
    trail = NO_TRAIL.including([hop])
    ending = packet_of(None, trail=trail, ending=frozenset({hop.id})).earlier.shown[0]
    going_on = packet_of(None, trail=trail).earlier.shown[0]
    assert (ending.status, going_on.status) == ("handed-on", "accepted")
    assert hop_of(hop).handoff_id == ending.handoff_id


# Knowledge


class Shelf:
    """Has one article, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Enquiry] = []

    def search(self, enquiry: Enquiry, *, now: datetime, limit: int = SHOWN) -> tuple[Found, ...]:
        self.asked.append(enquiry)
        return (
            Found(
                id="reset-mail",
                title="The reset mail does not arrive",
                url=None,
                passage="Look at the suppression list.",
                language="en",
                reviewed_on=date(2026, 1, 1),
                is_old=False,
                because=("words",),
            ),
        )


def test_articles_are_looked_for_by_what_the_handoff_is_about() -> None:
    shelf = Shelf()
    packet = packet_of(b.a_request(customer=b.a_customer(language="de")), policy=a_policy(shelf))
    assert [article.id for article in packet.articles] == ["reset-mail"]
    [asked] = shelf.asked
    assert replace(asked, text="") == Enquiry(
        text="",
        kind="support-to-support",
        team="tier-2",
        reason_code="second-opinion",
        language="de",
    )
    assert asked.text.startswith("The reset link does not arrive\nAda cannot log in")


def test_what_a_team_may_not_read_is_not_looked_for_either() -> None:
    shelf = Shelf()
    packet_of(a_personal_request("tier-2"), policy=a_policy(shelf))
    assert PERSONAL[0] not in shelf.asked[0].text


# Engineering


def test_only_what_engineering_needs_brings_a_brief() -> None:
    assert packet_of(None).engineering is None
    brief = packet_of(b.an_escalation(receiver={"team": "engineering"})).engineering
    assert brief is not None
    assert (brief.severity, brief.incident) == ("sev2", "INC-42")


# Nothing around


def test_with_nothing_around_a_packet_says_what_its_sender_said() -> None:
    packet = packet_of(None, policy=b.a_policy(b.a_kind()))
    assert packet.context == Bundle()
    assert (packet.open_work, packet.earlier, packet.articles, packet.engineering) == (
        NO_ENRICHMENT.open_work,
        NO_ENRICHMENT.earlier,
        (),
        None,
    )
    assert packet.entitlement.note is None
    assert packet.summary is not None
    assert {sentence.origin for sentence in packet.summary.sentences} == {"sender"}


def test_the_same_request_has_the_same_packet() -> None:
    records = [contracted(), billed("paid")]
    assert packet_of(None, *records) == packet_of(None, *reversed(records))


def test_each_version_of_the_rules_has_its_own_enricher_and_keeps_it() -> None:
    policy = a_policy()
    policy.remember(some_rules("rules-0"))
    first = enricher_of(policy, "rules-1")
    assert isinstance(first, Enricher)
    assert enricher_of(policy, "rules-1") is first
    assert enricher_of(policy, "rules-0") is not first
    with pytest.raises(KeyError):
        enricher_of(policy, "rules-2")


# Over the life of a handoff, with what a desk loads


class TheDesk:
    """A desk on a ledger in memory, and what it put into journals."""

    def __init__(self, policy: Policy) -> None:
        self.ledger = InMemoryLedger()
        self.clock = ManualClock(T0)
        self._desk = Desk(self.ledger, policy, self.clock)
        self._count = 0

    def knows(self, *records: Record) -> None:
        held: dict[str, list[Record]] = {}
        for record in records:
            held.setdefault(record.key, []).append(record)
        self.ledger.tables.records = held

    async def hear(self, command: Command, id: str = "request-1") -> None:
        cause = b.a_cause(self.clock.now(), id)
        self._count += 1
        origin = Origin("topic", 0, self._count, b"case-1", b"{}", ())
        await self._desk.handle([Delivery(origin, event_id(cause.source, cause.id), cause, command)])

    async def sweep(self) -> None:
        await self._desk.fire_due(10)

    def packets(self, id: str = "request-1") -> list[Packet]:
        prepared = told(self.ledger.tables.journal, e.PacketPrepared)
        return [each.packet for each in prepared if each.handoff_id == handoff_id(b.SOURCE, id)]


def payment_state(packet: Packet) -> tuple[str | None, str]:
    field = field_of(packet.context, "billing.payment_state")
    return field.value, field.state


async def test_a_packet_that_ticks_completed_has_the_context_of_its_own_time() -> None:
    desk = TheDesk(a_policy())
    desk.knows(billed("past_due"))
    await desk.hear(b.a_request(checklist={}))
    desk.clock.advance(MINUTE)
    desk.knows(billed("paid", ago=-MINUTE), contracted())
    await desk.hear(b.a_tick(handoff_id(b.SOURCE, "request-1")), "ticked")
    early, late = desk.packets()
    assert payment_state(early) == ("Past Due", "fresh")
    assert payment_state(late) == ("Paid", "fresh")
    assert field_of(late.context, "contract.plan").value == "Scale"
    # What the clocks were chosen by stays as it was.
    assert late.entitlement == early.entitlement


async def test_a_packet_that_was_held_has_the_context_of_the_time_when_it_goes_out() -> None:
    desk = TheDesk(a_policy(when_incomplete="hold"))
    desk.knows(billed("past_due"))
    await desk.hear(b.a_request(checklist={}))
    assert desk.packets() == []
    desk.clock.advance(b.NOTES.budget)
    desk.knows(billed("paid", ago=-MINUTE))
    await desk.sweep()
    [packet] = desk.packets()
    assert payment_state(packet) == ("Paid", "fresh")


async def test_work_that_is_offered_to_another_team_has_the_context_that_this_team_sees() -> None:
    reoffer = Rung(name="again", effect="reoffer", before=-MINUTE)
    accept = ClockSpec.model_validate(vars(b.ACCEPT) | {"rungs": (BREACH_RUNG, reoffer)})
    policy = a_policy(clocks=(accept,), policies=())
    fallback = policy.rules.teams["tier-2"].model_copy(update={"fallback": "billing"})
    policy.rules.teams["tier-2"] = fallback
    desk = TheDesk(policy)
    desk.knows(billed("paid"), says("account", {"contact_email": PERSONAL[0]}))
    await desk.hear(a_personal_request("tier-2"))
    desk.clock.advance(accept.budget + 2 * MINUTE)
    await desk.sweep()
    early, late = desk.packets()
    assert (early.receiver.team, late.receiver.team) == ("tier-2", "billing")
    assert early.turns[0].text == "My number is [phone removed], my mail [e-mail removed]."
    assert late.turns[0].text == f"My number is {PERSONAL[1]}, my mail {PERSONAL[0]}."
    ages = [field_of(each.context, "billing.payment_state").age for each in (early, late)]
    assert ages == ["less than a minute", "17 minutes"]


async def test_open_work_leaves_out_the_handoff_itself_and_those_that_end_with_it() -> None:
    desk = TheDesk(a_policy())
    await desk.hear(to("billing", case_id="other"), "other")
    await desk.hear(b.a_request(checklist={}))
    await desk.hear(b.an_accept(handoff_id(b.SOURCE, "request-1")), "accepted")
    await desk.hear(b.a_tick(handoff_id(b.SOURCE, "request-1")), "ticked")
    await desk.hear(to("engineering", sender=b.a_sender("tier-2")), "onward")
    expected = [("other", "billing")]
    for packet in (*desk.packets(), *desk.packets("onward")):
        assert [(each.case_id, each.team) for each in packet.open_work.shown] == expected
    [onward] = desk.packets("onward")
    assert [(each.to_team, each.status) for each in onward.earlier.shown] == [("tier-2", "handed-on")]
    [alone] = desk.packets("other")
    assert alone.open_work.shown == ()


async def test_a_customer_of_whom_nothing_is_held_is_served_like_any() -> None:
    desk = TheDesk(a_policy())
    desk.knows(billed("paid", key="account:somebody-else"))
    await desk.hear(b.a_request())
    [packet] = desk.packets()
    assert all(field.state == "missing" for field in packet.context.fields)
    assert (packet.entitlement.basis, packet.entitlement.note) == ("stated", None)
