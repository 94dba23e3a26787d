"""How the packaged kinds read, for a request that says all and for one that says least."""

from __future__ import annotations

import re
from typing import Any

import pytest

from handoff_templates import load
from handoff_templates.samples import facts_of, full_request, minimal_request
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.model import Channel
from orchestrator.domain.policy import Kind, Policy, Wording
from orchestrator.domain.routing.entitlement import Entitlement
from tests.unit.handoff_templates.expected_words import FULL, KNOWN, MINIMAL, UNKNOWN


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load()


def _words(policy: Policy, request: RequestHandoff, kind: Kind) -> Wording:
    return policy.words.render(kind.name, facts_of(request, kind))


def _changed(request: RequestHandoff, **over: Any) -> RequestHandoff:
    """Return the request with its fields, or theirs, replaced: `customer={"name": None}`."""
    fields = request.model_dump()
    for name, value in over.items():
        fields[name] = {**(fields[name] or {}), **value} if isinstance(value, dict) else value
    return type(request).model_validate(fields)


def _between_teams(request: RequestHandoff, kind: Kind) -> RequestHandoff:
    """Give the sample's parties names that people have."""
    sender = "chat" if not kind.match.sending_teams else kind.match.sending_teams[0]
    receiver = {} if kind.receiving_team else {"team": "success"}
    return _changed(request, sender={"team": sender}, receiver=receiver)


def _channel(kind: Kind) -> Channel:
    return (kind.match.from_channels or (Channel.CHAT,))[0]


def test_every_kind_is_worded_here(policy: Policy) -> None:
    assert set(policy.rules.kinds) == FULL.keys() == MINIMAL.keys()


@pytest.mark.parametrize("name", FULL)
def test_a_full_request_reads_well(policy: Policy, name: str) -> None:
    kind = policy.rules.kinds[name]
    words = _words(policy, _between_teams(full_request(kind, _channel(kind)), kind), kind)
    assert (words.opening_line, words.customer_note) == FULL[name]


@pytest.mark.parametrize("name", MINIMAL)
def test_a_minimal_request_invents_nothing(policy: Policy, name: str) -> None:
    kind = policy.rules.kinds[name]
    words = _words(policy, _between_teams(minimal_request(kind, _channel(kind)), kind), kind)
    assert (words.opening_line, words.customer_note) == MINIMAL[name]


@pytest.mark.parametrize("name", FULL)
@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("build", [full_request, minimal_request])
def test_no_text_has_an_artefact(policy: Policy, name: str, channel: Channel, build: Any) -> None:
    kind = policy.rules.kinds[name]
    words = _words(policy, build(kind, channel), kind)
    for text in (words.opening_line, words.customer_note, words.body):
        assert text
        assert not re.search(r"None|\(\)|``|\*\*\*|undefined|[{}]|Channel\.", text), text
        assert not re.search(r"\s[.,;:!?]|,,|\.\.|: *,|\( ", text), text
    assert "  " not in words.opening_line + words.customer_note
    assert "\n\n\n" not in words.body
    assert not re.search(r"[ \t]$", words.body, re.MULTILINE)
    assert re.findall(r"^#+ .*\n(?!\n)", words.body, re.MULTILINE) == []


def test_a_packet_says_all_that_is_needed(policy: Policy) -> None:
    kind = policy.rules.kinds["chat-to-phone"]
    request = _changed(
        full_request(kind, Channel.CHAT),
        sender={"team": "chat"},
        customer={"name": "Ada"},
        turns=[
            {"id": "t-1", "speaker": "customer", "name": "Ada", "text": "I paid twice!"},
            {"id": "t-2", "speaker": "agent", "text": "Let me look."},
        ],
    )
    assert (
        _words(policy, request, kind).body
        == """\
## From chat to phone: case `case-1`

- **Who:** Ada, customer `customer-1`, account `account-1`, tier gold, language en
- **From:** Sarah, Chat Support (chat)
- **To:** Phone Support (phone)
- **Why:** Invoice 4417 was paid twice (`invoice`)
- **Mood:** frustrated (-0.6)
- **Urgency:** high, sev2, incident `INC-12`

### In short

Two charges for one invoice; asks for one of them back.

- I paid twice! (`t-1`)

### Done so far

- Checked the invoice
- Found both payments

### Missing

- [ ] The number to call and a good time are confirmed (`number-confirmed`)

### What was said

- **Ada** (customer) `t-1`: I paid twice!
- **agent** (agent) `t-2`: Let me look.

### Next

Call the customer, say what you know from the chat, and confirm it before going on."""
    )


@pytest.mark.parametrize("name", FULL)
def test_a_packet_says_first_what_is_odd_about_its_route(policy: Policy, name: str) -> None:
    kind = policy.rules.kinds[name]
    request = full_request(kind, _channel(kind))
    stale = Entitlement(tier="gold", basis="stale", note="tier gold as of 3 days ago: stale")
    notes = ("Billing is full (20 open): it waits for Billing", "# <b>bob</b> *refused*\nit")
    plain = policy.words.render(name, facts_of(request, kind))
    noted = policy.words.render(name, facts_of(request, kind, entitlement=stale, notes=notes))
    said = (
        "- **Note:** tier gold as of 3 days ago: stale\n"
        "- **Note:** Billing is full (20 open): it waits for Billing\n"
        "- **Note:** \\# &lt;b&gt;bob&lt;/b&gt; \\*refused\\* it\n"
    )
    assert noted.body == plain.body.replace("- **Why:**", f"{said}- **Why:**", 1)
    assert (noted.opening_line, noted.customer_note) == (plain.opening_line, plain.customer_note)


def test_a_packet_for_engineering_shows_logs_as_they_are(policy: Policy) -> None:
    kind = policy.rules.kinds["support-to-engineering"]
    request = _changed(
        full_request(kind, Channel.TICKET), sender={"team": "tier-2"}, logs="a_1 [x]\n\n  b *2*\n"
    )
    body = _words(policy, request, kind).body
    assert "\n### Logs\n\n    a_1 [x]\n\n      b *2*\n\n### Done so far\n" in body.replace("    \n", "\n")
    assert "- **Severity:** sev2, incident `INC-12`, support priority high\n" in body
    assert "- **Case stays with:** Technical Support, who answers the customer\n" in body


def test_an_escalation_says_so(policy: Policy) -> None:
    kind = policy.rules.kinds["escalation"]
    assert (
        "- **Urgency:** high, escalated, sev2" in _words(policy, full_request(kind, Channel.CHAT), kind).body
    )


@pytest.mark.parametrize(
    ("channel", "agent_name", "words"),
    [
        ("chat", "Sarah", "already spoke with Sarah by chat."),
        ("phone", "Sarah", "already spoke with Sarah by phone."),
        ("in-person", "Sarah", "already spoke with Sarah in person."),
        ("email", "Sarah", "already wrote to Sarah by email."),
        ("sms", "Sarah", "already wrote to Sarah by text message."),
        ("social", "Sarah", "already wrote to Sarah on social media."),
        ("ticket", None, "already contacted us through a ticket."),
        ("chat", "   ", "already contacted us by chat."),
        ("bot", "Botty", "already talked to our assistant."),
    ],
)
def test_the_opening_line_says_with_whom_and_where(
    policy: Policy, channel: str, agent_name: str | None, words: str
) -> None:
    kind = policy.rules.kinds["team-to-team"]
    request = _changed(minimal_request(kind, Channel(channel)), sender={"agent_name": agent_name})
    assert words in _words(policy, request, kind).opening_line


@pytest.mark.parametrize(
    ("code", "text", "topic"),
    [
        ("invoice", None, " about your invoice."),
        ("billing-inquiry", "Asks for a refund", " about your billing inquiry."),
        ("BILLING_DISPUTE", None, " about your billing inquiry."),
        (None, "Two invoices for March", " about your invoice."),
        ("sign-in", None, " about your sign-in."),
        ("fraud-suspected", None, " by chat."),
        (None, "He is rude", " by chat."),
        ("ebilling", None, " by chat."),
        (None, None, " by chat."),
    ],
)
def test_the_opening_line_names_only_topics_that_a_customer_may_hear(
    policy: Policy, code: str | None, text: str | None, topic: str
) -> None:
    kind = policy.rules.kinds["team-to-team"]
    request = _changed(minimal_request(kind, Channel.CHAT), reason={"code": code, "text": text})
    assert f"{topic} {UNKNOWN}" in _words(policy, request, kind).opening_line


@pytest.mark.parametrize(
    ("score", "mood"),
    [
        (-1, "angry (-1.0)"),
        (-0.4, "unhappy (-0.4)"),
        (0, "neutral (+0.0)"),
        (0.3, "content (+0.3)"),
        (1, "delighted (+1.0)"),
    ],
)
def test_a_score_without_a_label_is_put_in_words(policy: Policy, score: float, mood: str) -> None:
    kind = policy.rules.kinds["team-to-team"]
    request = _changed(minimal_request(kind, Channel.CHAT), sentiment={"score": score})
    assert f"- **Mood:** {mood}\n" in _words(policy, request, kind).body


def test_a_summary_without_turns_is_what_the_others_have(policy: Policy) -> None:
    kind = policy.rules.kinds["team-to-team"]
    request = _changed(minimal_request(kind, Channel.CHAT), summary="Short.")
    words = _words(policy, request, kind)
    assert words.customer_note.endswith("They have a summary, so you do not need to repeat it.")
    assert words.opening_line.endswith(KNOWN)


def test_a_receiver_without_a_team_is_not_named(policy: Policy) -> None:
    kind = policy.rules.kinds["team-to-team"].model_copy(update={"name": "chat-to-phone"})
    request = _changed(minimal_request(kind, Channel.CHAT), receiver={"team": None})
    words = _words(policy, request, kind)
    assert words.customer_note == "A colleague will call you and go on from this chat."
    assert "- **To:** not named\n" in words.body


def test_the_same_facts_give_the_same_texts(policy: Policy) -> None:
    kind = policy.rules.kinds["chat-to-phone"]
    request = full_request(kind, Channel.CHAT)
    assert _words(policy, request, kind) == _words(policy, request, kind)
