"""Build what tests need, with sensible defaults; a keyword overrides any field.

Everything here is deterministic: the same arguments always give the same values and the same bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from orchestrator.domain import commands as c
from orchestrator.domain.checklist import ChecklistItem, Stage
from orchestrator.domain.clocks.clock import Clock
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.clocks.spec import BREACH_RUNG, ClockSpec, Rung
from orchestrator.domain.commands import RaiseEscalation, Reply, RequestHandoff
from orchestrator.domain.errors import WordingError
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.lifecycle.decision import Decision
from orchestrator.domain.lifecycle.replies import reply
from orchestrator.domain.lifecycle.requests import hand_on, request
from orchestrator.domain.model import (
    Actor,
    Cause,
    Channel,
    Customer,
    Priority,
    Reason,
    Receiver,
    Sender,
    Sentiment,
    Severity,
    Turn,
)
from orchestrator.domain.policy import Kind, KindMatch, Policy, Rules, Team, Wording, Words

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning; every default instant is this one."""
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

SOURCE = "//chat.example/desk"
"""The CloudEvents source of every event that does not say otherwise."""

_Reply = TypeVar("_Reply", bound=Reply)


# Commands


def an_actor(team: str | None = "tier-1", **over: Any) -> Actor:
    """Return an agent of `team`."""
    fields = {"kind": "agent", "id": f"agent-{team}", "name": "Sarah", "team": team}
    return Actor.model_validate(fields | over)


def a_customer(**over: Any) -> Customer:
    """Return a customer with a name, an account and a tier."""
    fields = {
        "id": "cust-1",
        "account_id": "acct-1",
        "name": "Ada Lovelace",
        "tier": "gold",
        "language": "en",
    }
    return Customer.model_validate(fields | over)


def a_sender(team: str = "tier-1", **over: Any) -> Sender:
    """Return a sender who chats."""
    fields = {"team": team, "agent": f"agent-{team}", "agent_name": "Sarah", "channel": Channel.CHAT}
    return Sender.model_validate(fields | over)


def a_request(command: type[RequestHandoff] = RequestHandoff, **over: Any) -> RequestHandoff:
    """Return a request from tier-1 to tier-2 that owes nothing: every required item is there."""
    sender = over.get("sender") or a_sender()
    fields: dict[str, Any] = {
        "case_id": "case-1",
        "customer": a_customer(),
        "sender": sender,
        "receiver": Receiver(team="tier-2"),
        "actor": an_actor(sender.team),
        "reason": Reason(code="second-opinion", text="The reset link does not arrive"),
        "summary": "Ada cannot log in since the update; the reset mail never arrives.",
        "checklist": {"identity-verified": True},
    }
    return command.model_validate(fields | over)


def an_escalation(**over: Any) -> RaiseEscalation:
    """Return an escalation from tier-2 to engineering that owes nothing."""
    fields: dict[str, Any] = {
        "sender": a_sender("tier-2", channel=Channel.TICKET),
        "receiver": Receiver(),
        "priority": Priority.HIGH,
        "severity": Severity.SEV2,
        "incident": "INC-42",
        "logs": "09:00:00 ERROR mailer timeout",
    }
    escalation = a_request(RaiseEscalation, **(fields | over))
    assert isinstance(escalation, RaiseEscalation)
    return escalation


_COMPLAINTS = (
    "I paid the invoice on Friday, but the app still says past due and locks my team out of the reports.",
    "The export stops at about 90 % every time, with no message at all; it worked until last week's update.",
    "The password reset mail never arrives. I checked the junk folder and tried two other addresses.",
    "We were moved to the new plan, and since then every second API call is answered with 403.",
)
_ANSWERS = (
    "Thank you for waiting. I can see the payment, and that the sync to the entitlement service failed.",
    "I have cleared the session and restarted the job from our side; could you please try once more?",
    "I checked the delivery log: the mail provider has put your domain on its suppression list.",
    "I reproduced it with a test account on the same plan, so I will bring in a colleague who can fix it.",
)
_NAMES = ("Ada Lovelace", "Grace Hopper", "Katherine Johnson", "Edsger Dijkstra", "Barbara Liskov")


def a_large_request(n: int, **over: Any) -> RequestHandoff:
    """Return request number `n` of a busy day: about 3 KB of JSON, its content follows from `n` alone."""
    complaint = _COMPLAINTS[n % len(_COMPLAINTS)]
    turns = tuple(
        Turn(
            id=f"turn-{n}-{i}",
            at=T0 + n * SECOND + i * 40 * SECOND,
            speaker="customer" if i % 2 == 0 else "agent",
            name=_NAMES[n % len(_NAMES)] if i % 2 == 0 else "Sarah",
            text=(_COMPLAINTS if i % 2 == 0 else _ANSWERS)[(n + i // 2) % 4],
        )
        for i in range(10)
    )
    fields: dict[str, Any] = {
        "case_id": f"case-{n}",
        "customer": a_customer(
            id=f"cust-{n % 500}", account_id=f"acct-{n % 500}", name=_NAMES[n % len(_NAMES)]
        ),
        "sender": a_sender(agent=f"agent-{n % 40}"),
        "actor": an_actor("tier-1", id=f"agent-{n % 40}"),
        "priority": tuple(Priority)[n % 4],
        "summary": f"Case {n}. {complaint} Two workarounds were tried without success; the customer has "
        "been with us for three years, has a renewal next month, and asks for an answer today.",
        "sentiment": Sentiment(score=round(-1 + (n % 20) / 10, 1), label="frustrated"),
        "turns": turns,
        "done_so_far": (
            "Verified the identity with the last invoice and the mail address",
            "Cleared the session, and asked the customer to log in again from a private window",
            "Searched the known issues: nothing that fits",
        ),
        "checklist": {"identity-verified": True, "customer-informed": True},
        "links": {"crm": f"https://crm.example/cases/{n}", "chat": f"https://chat.example/rooms/{n}"},
    }
    return a_request(**(fields | over))


def an_accept(handoff: Handoff | UUID | None = None, **over: Any) -> c.Accept:
    """Return an accept by the receiving team."""
    return _reply(c.Accept, handoff, "receiving", over)


def a_decline(handoff: Handoff | UUID | None = None, **over: Any) -> c.Decline:
    """Return a decline by the receiving team."""
    return _reply(c.Decline, handoff, "receiving", {"reason": Reason(code="no-capacity")} | over)


def a_return(handoff: Handoff | UUID | None = None, **over: Any) -> c.Return:
    """Return a give-back by the receiving team."""
    return _reply(c.Return, handoff, "receiving", {"reason": Reason(code="wrong-team")} | over)


def a_pause(handoff: Handoff | UUID | None = None, **over: Any) -> c.Pause:
    """Return a pause by the receiving team."""
    return _reply(c.Pause, handoff, "receiving", {"reason": Reason(code="waits-for-customer")} | over)


def a_resume(handoff: Handoff | UUID | None = None, **over: Any) -> c.Resume:
    """Return a resume by the receiving team."""
    return _reply(c.Resume, handoff, "receiving", over)


def a_tick(handoff: Handoff | UUID | None = None, item: str = "identity-verified", **over: Any) -> c.TickItem:
    """Return a tick of one of the sending team's items."""
    return _reply(c.TickItem, handoff, "sending", {"item": item} | over)


def a_contact(handoff: Handoff | UUID | None = None, **over: Any) -> c.Contact:
    """Return the receiver's first contact with the customer."""
    return _reply(c.Contact, handoff, "receiving", over)


def a_completion(handoff: Handoff | UUID | None = None, **over: Any) -> c.Complete:
    """Return a completion by the receiving team."""
    return _reply(c.Complete, handoff, "receiving", {"disposition": "solved"} | over)


def a_reopening(handoff: Handoff | UUID | None = None, **over: Any) -> c.Reopen:
    """Return a reopening by the receiving team."""
    return _reply(c.Reopen, handoff, "receiving", over)


def an_acknowledgement(handoff: Handoff | UUID | None = None, **over: Any) -> c.Acknowledge:
    """Return an acknowledgement by a lead of the receiving team."""
    lead = an_actor("tier-2", kind="lead", id="lead-tier-2", name="Lena")
    return _reply(c.Acknowledge, handoff, "receiving", {"actor": lead} | over)


def a_question(handoff: Handoff | UUID | None = None, **over: Any) -> c.Ask:
    """Return a question of the receiving team."""
    return _reply(c.Ask, handoff, "receiving", {"question": "Which address did she try?"} | over)


def an_answer(handoff: Handoff | UUID | None = None, **over: Any) -> c.Answer:
    """Return an answer of the sending team, to the newest question that is open."""
    return _reply(c.Answer, handoff, "sending", {"answer": "The one at her company"} | over)


def a_withdrawal(handoff: Handoff | UUID | None = None, **over: Any) -> c.Withdraw:
    """Return a withdrawal by the sending team."""
    return _reply(c.Withdraw, handoff, "sending", over)


def instant(text: str) -> datetime:
    """Return an instant as our events write it."""
    return datetime.fromisoformat(text)


def _reply(command: type[_Reply], handoff: Handoff | UUID | None, side: str, over: dict[str, Any]) -> _Reply:
    teams = {"sending": "tier-1", "receiving": "tier-2"}
    fields: dict[str, Any] = {}
    if isinstance(handoff, Handoff):
        teams = {"sending": handoff.sending_team, "receiving": handoff.receiving_team}
        fields["handoff_id"] = handoff.id
    elif handoff is not None:
        fields["handoff_id"] = handoff
    elif "handoff_id" not in over:
        # A channel that looked up nothing names the event that it sent.
        fields |= {"request_source": SOURCE, "request_id": "request-1"}
    fields["actor"] = an_actor(teams[side])
    return command.model_validate(fields | over)


def a_cause(at: datetime = T0, id: str = "request-1", source: str = SOURCE) -> Cause:
    """Return the envelope of an event that happened at `at`."""
    return Cause(source=source, id=id, at=at)


# Policy


class PlainWords:
    """Words a test can predict: no templates, the facts in a fixed order."""

    def render(self, kind: str, facts: dict[str, object]) -> Wording:
        """Render the facts of a request."""
        asked, missing = facts["request"], facts["missing"]
        assert isinstance(asked, RequestHandoff)
        assert isinstance(missing, tuple)
        who = asked.sender.agent_name or asked.sender.team
        body = [f"# {facts['title']}", asked.summary or "", *(f"- {step}" for step in asked.done_so_far)]
        body += [f"Missing: {', '.join(missing)}"] if missing else []
        return Wording(
            opening_line=f"I see you have already spoken with {who} via {asked.sender.channel.value}.",
            body="\n".join(filter(None, body)),
            customer_note=f"{kind}: a colleague takes over.",
        )


class BrokenWords:
    """Words whose templates fail on every fact."""

    def render(self, kind: str, facts: dict[str, object]) -> Wording:
        """Fail."""
        raise WordingError(f"{kind}/packet.md.j2: 'customer.nickname' is undefined")


CHECKLIST = (
    ChecklistItem(id="identity-verified", stage=Stage.BEFORE, text="The customer's identity is verified"),
    ChecklistItem(id="reason-stated", stage=Stage.BEFORE, text="The reason is stated", filled_by="reason"),
    ChecklistItem(id="summary-given", stage=Stage.BEFORE, text="A summary is given", filled_by="summary"),
    ChecklistItem(
        id="sentiment-noted", stage=Stage.BEFORE, text="Mood noted", required=False, filled_by="sentiment"
    ),
    ChecklistItem(id="customer-informed", stage=Stage.DURING, text="The customer knows who comes next"),
    ChecklistItem(id="acknowledged", stage=Stage.AFTER, text="The receiver has read the packet"),
)

BACK = (Occasion.DECLINED, Occasion.RETURNED, Occasion.WITHDRAWN)
OVER = (Occasion.HANDED_ON, Occasion.COMPLETED)
NOTES = ClockSpec(
    kind="notes",
    starts=(Occasion.REQUESTED, Occasion.ITEMS_MISSING),
    stops=(Occasion.ITEMS_COMPLETE,),
    cancels=(*BACK, *OVER),
    owes="sending",
    budget=5 * MINUTE,
    rungs=(Rung(name="half", share=0.5), BREACH_RUNG),
)
ACCEPT = ClockSpec(
    kind="accept",
    starts=(Occasion.OFFERED,),
    stops=(Occasion.ACCEPTED, Occasion.DECLINED),
    cancels=(Occasion.RETURNED, Occasion.WITHDRAWN, *OVER),
    owes="receiving",
    budget=15 * MINUTE,
    rungs=(Rung(name="80%", share=0.8), Rung(name="last-minute", before=MINUTE), BREACH_RUNG),
)
FIRST_CONTACT = ClockSpec(
    kind="first_contact",
    starts=(Occasion.ACCEPTED,),
    stops=(Occasion.CONTACTED,),
    cancels=(*BACK, *OVER),
    reopening="first",
    owes="receiving",
    budget=30 * MINUTE,
    rungs=(Rung(name="10-min", before=10 * MINUTE), BREACH_RUNG),
)
RESOLVE = ClockSpec(
    kind="resolve",
    starts=(Occasion.ACCEPTED, Occasion.REOPENED),
    stops=OVER,
    cancels=BACK,
    reopening="total",
    owes="receiving",
    budget=4 * HOUR,
    rungs=(Rung(name="half", share=0.5), Rung(name="80%", share=0.8), BREACH_RUNG),
)
CLOCKS = (NOTES, ACCEPT, FIRST_CONTACT, RESOLVE)

TEAMS = ("chat", "phone", "email", "tier-1", "tier-2", "billing", "engineering")


def a_kind(name: str = "support-to-support", **over: Any) -> Kind:
    """Return a kind with the whole checklist and all four clocks."""
    fields: dict[str, Any] = {
        "name": name,
        "title": name.replace("-", " ").capitalize(),
        "next_step": "Read the packet, then greet the customer",
        "checklist": CHECKLIST,
        "clocks": CLOCKS,
    }
    return Kind.model_validate(fields | over)


def some_kinds() -> tuple[Kind, ...]:
    """Return kinds for several paths, in the order in which they are tried; the last is a catch-all."""
    engineering = (
        *CHECKLIST,
        ChecklistItem(id="severity-set", stage=Stage.BEFORE, text="Severity is set", filled_by="severity"),
        ChecklistItem(id="logs-attached", stage=Stage.BEFORE, text="Logs are attached", filled_by="logs"),
    )
    return (
        a_kind(
            "support-to-engineering",
            match=KindMatch(is_escalation=True),
            receiving_team="engineering",
            sender_keeps_case=True,
            checklist=engineering,
        ),
        a_kind(
            "billing-question",
            match=KindMatch(reasons=("refund", "invoice"), is_escalation=False),
            receiving_team="billing",
        ),
        a_kind(
            "chat-to-email",
            match=KindMatch(from_channels=(Channel.CHAT,), to_channels=(Channel.EMAIL,)),
            receiving_team="email",
        ),
        a_kind("tier-1-to-tier-2", match=KindMatch(sending_teams=("tier-1",), receiving_teams=("tier-2",))),
        a_kind("any-to-any"),
    )


def some_rules(*kinds: Kind, version: str = "rules-1") -> Rules:
    """Return rules with these kinds, or the usual ones."""
    teams = {team: Team(id=team, name=team.capitalize(), lead=f"lead-{team}") for team in TEAMS}
    return Rules(version=version, kinds={k.name: k for k in kinds or some_kinds()}, teams=teams)


def a_policy(*kinds: Kind, version: str = "rules-1", words: Words | None = None) -> Policy:
    """Return a policy with these kinds, or the usual ones."""
    return Policy(some_rules(*kinds, version=version), words or PlainWords())


def a_holding_policy(**over: Any) -> Policy:
    """Return a policy of one kind whose packets wait for what the sender owes."""
    return a_policy(a_kind("tier-1-to-tier-2", **({"when_incomplete": "hold"} | over)))


# Handoffs, by the way they really come about


def a_decision(
    command: RequestHandoff | None = None,
    *,
    cause: Cause | None = None,
    policy: Policy | None = None,
    now: datetime = T0,
) -> Decision:
    """Return what a request leads to; it happened and arrived at `now`."""
    return request(command or a_request(), cause=cause or a_cause(now), policy=policy or a_policy(), now=now)


def a_handoff(
    status: Status = Status.OFFERED,
    *,
    command: RequestHandoff | None = None,
    policy: Policy | None = None,
    at: datetime = T0,
) -> Handoff:
    """Return a handoff in `status`; everything that led to it happened at `at`."""
    if status is Status.HELD:
        command = command or a_request(checklist={})
        return a_decision(command, policy=policy or a_holding_policy(), now=at).handoff
    policy = policy or a_policy()
    handoff = a_decision(command, policy=policy, now=at).handoff
    if status is Status.OFFERED:
        return handoff
    if status in (Status.DECLINED, Status.WITHDRAWN):
        last: Reply = a_decline(handoff) if status is Status.DECLINED else a_withdrawal(handoff)
        return reply(handoff, last, cause=a_cause(at, "last"), policy=policy, now=at).handoff
    handoff = reply(handoff, an_accept(handoff), cause=a_cause(at, "accept"), policy=policy, now=at).handoff
    if status is Status.ACCEPTED:
        return handoff
    if status is Status.HANDED_ON:
        to = a_decision(
            a_request(sender=a_sender("tier-2"), receiver=Receiver(team="billing")),
            cause=a_cause(at, "on"),
            now=at,
        )
        return hand_on(handoff, to=to.handoff, cause=a_cause(at, "on"), policy=policy, now=at).handoff
    last = a_return(handoff) if status is Status.RETURNED else a_completion(handoff)
    return reply(handoff, last, cause=a_cause(at, "last"), policy=policy, now=at).handoff


def a_clock(spec: ClockSpec = ACCEPT, *, at: datetime = T0, **over: Any) -> Clock:
    """Return a run of a clock, started at `at`."""
    fields: dict[str, Any] = {
        "id": UUID(int=1),
        "kind": spec.kind,
        "team": "tier-2",
        "generation": 1,
        "budget": spec.budget,
        "calendar": spec.calendar,
        "started_at": at,
        "due_at": at + spec.budget,
    }
    return Clock.model_validate(fields | over)


# Records, as they stand on Kafka


class RawName(str):
    """The name of a header that goes out as any bytes; aiokafka's builder in pure Python takes it."""

    def __new__(cls, raw: bytes) -> RawName:
        self = super().__new__(cls, raw.decode(errors="replace"))
        self._raw = raw  # type: ignore[attr-defined]
        return self

    def encode(self, *_: str, **__: str) -> bytes:
        return self._raw  # type: ignore[attr-defined,no-any-return]


class Record(NamedTuple):
    """A Kafka record without its topic."""

    key: bytes
    headers: list[tuple[str, bytes]]
    value: bytes


def cloudevent_headers(
    type: str, *, id: str, at: datetime = T0, source: str = SOURCE, **extensions: str
) -> list[tuple[str, bytes]]:
    """Return the headers of a CloudEvent in binary mode."""
    fields = {
        "ce_specversion": "1.0",
        "ce_id": id,
        "ce_source": source,
        "ce_type": type,
        "ce_time": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "content-type": "application/json",
        **{f"ce_{name}": value for name, value in extensions.items()},
    }
    return [(name, value.encode()) for name, value in fields.items()]


def a_record(
    command: RequestHandoff | Reply,
    *,
    id: str = "request-1",
    at: datetime = T0,
    source: str = SOURCE,
    key: str | None = None,
) -> Record:
    """Return `command` as a binary-mode CloudEvent, keyed by its case where it names one.

    A reply names none: pass the case id as `key` where the order within a case matters.
    """
    if key is None:
        key = command.case_id if isinstance(command, RequestHandoff) else str(command.handoff)
    headers = cloudevent_headers(command.type, id=id, at=at, source=source)
    return Record(key.encode(), headers, command.model_dump_json(exclude_none=True).encode())
