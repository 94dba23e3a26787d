"""The cases that tests and screenshots look for by name: each shows something that the pages have to show."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from orchestrator.domain import commands as c
from orchestrator.domain.model import Channel, Customer, Priority, Reason, Sentiment, Severity, Turn
from tests.board.people import customer, lead, person
from tests.board.story import Story, a_request, an_escalation

ADA: Final = Customer(
    id="customer-ada", account_id="account-17", name="Ada Lovelace", tier="gold", language="en"
)
JUERGEN: Final = Customer(
    id="customer-juergen", account_id="account-23", name="Jürgen Großmann", tier="silver", language="de"
)
LONG: Final = Customer(
    id="customer-with-a-very-long-identifier-from-the-old-crm-0000000017",
    account_id="account-31",
    name="Maria Magdalena von und zu Hohenberg-Wittgenstein-Sayn",
    tier="enterprise",
)
CAST: Final = (ADA, JUERGEN, LONG)

_TURNS = (
    ("customer", "Good morning. Invoice 4417 over 120.00 was charged twice to my card on Friday."),
    ("bot", "I am sorry to hear that. I can see two payments of 120.00 for invoice 4417."),
    ("customer", "Yes, and your app says past due although I paid two times! I need one payment back today."),
    ("agent", "I understand, Ada. The payment state is wrong because the booking of the first one failed."),
    ("customer", "This is the third time I explain it. If nobody fixes it I will cancel before the renewal."),
    ("agent", "I am bringing in billing, who can refund the second payment. I will not promise a date."),
    ("customer", "Fine. Please tell them that our books close on Tuesday."),
)


def turns(
    now: datetime, ago: float, name: str, said: tuple[tuple[str, str], ...] = _TURNS
) -> tuple[Turn, ...]:
    """Return a conversation that ended `ago` minutes before now."""
    first = now - timedelta(minutes=ago + len(said))
    return tuple(
        Turn(
            id=f"t{number}",
            at=first + timedelta(minutes=number),
            speaker=speaker,
            name={"customer": name, "bot": "the assistant"}.get(speaker, "Sarah Okafor"),
            text=text,
        )
        for number, (speaker, text) in enumerate(said, 1)
    )


def cast(now: datetime) -> dict[str, Story]:
    """Return the stories by their names."""
    return {story.name: story for story in (*_of_ada(now), *_running(now), *_over(now))}


def _of_ada(now: datetime) -> tuple[Story, ...]:
    petra, sarah = person("billing", "Petra Novak"), person("chat", "Sarah Okafor")
    whole: dict[str, Any] = {
        "turns": turns(now, 27, "Ada Lovelace"),
        "sentiment": Sentiment(score=-0.7, label="angry"),
        "done_so_far": (
            "Verified her identity with the last invoice",
            "Found both payments",
            "Promised nothing",
        ),
        "links": {
            "crm": "https://crm.example/accounts/17",
            "conversation": "https://chat.example/rooms/9917",
        },
        "checklist": {"no-promise-made": True},
        "priority": Priority.HIGH,
    }
    refund = a_request(
        "C-1001", ADA, "chat", "billing", ("double-charge", "Invoice 4417 was charged twice"),
        "Ada was charged twice for invoice 4417 (120.00 each, Friday) and asks for one payment back before "
        "her books close on Tuesday. The account shows past due although she paid.", **whole,
    )  # fmt: skip
    exports = a_request(
        "C-1002", ADA, "tier-1", "tier-2", ("defect", "Exports stop at 90 % since the update"),
        "Ada's nightly export stops at 90 % since the update; it worked the week before.",
        logs="08:50:11 ERROR export worker 7: quota=unknown\n08:50:12 WARN retry 1 of 3",
        done_so_far=("Restarted the export", "Tried with a smaller range"), priority=Priority.HIGH,
        turns=turns(now, 13, "Ada Lovelace", _TURNS[:3]), sentiment=Sentiment(score=-0.4, label="impatient"),
    )  # fmt: skip
    return (
        Story("ada-refund", now, 25, refund)
        .then(22, c.Accept, petra)
        .then(20, c.Ask, petra, question="Which of the two cards does she want it on?")
        .then(17, c.Answer, sarah, answer="The one that ends in 17, the company's.")
        .then(11, c.Ask, petra, question="May I cancel the reminder of Friday too?"),
        Story("ada-exports", now, 12, exports),
    )


def _running(now: datetime) -> tuple[Story, ...]:
    hugo, ben = person("billing", "Hugo Martin"), person("tier-2", "Ben Cole")
    marco = person("phone", "Marco Rossi")

    def asked(case: str, number: int, frm: str, to: str | None, code: str, words: str, **more: Any) -> Any:
        return a_request(case, customer(number), frm, to, (code, words), f"{words}.", **more)

    steps = {"done_so_far": ("Checked the account", "Reproduced it")}
    breached = an_escalation(
        "C-1010", customer(210), "tier-1", "tier-2", ("outage", "All logins fail for 400 users"),
        "Since 08:40 nobody of the customer can log in.", severity=Severity.SEV1, priority=Priority.URGENT,
        incident="INC-77", kind="escalation", sentiment=Sentiment(score=-0.9, label="furious"), **steps,
    )  # fmt: skip
    dealt_with = an_escalation(
        "C-1011", customer(211), "tier-2", "engineering", ("defect", "Every second API call gets 403"),
        "Every second call fails with 403; expected 200.", severity=Severity.SEV2, incident="INC-42",
        logs="09:00:00 GET /v1/orders 403 quota=unknown", **steps,
    )  # fmt: skip
    return (
        Story("breached", now, 9, breached),
        Story("acknowledged", now, 95, dealt_with).then(
            20, c.Acknowledge, lead("engineering", "Erik Lund"), note="Grace takes it after the stand-up."
        ),
        Story(
            "at-risk", now, 27, asked("C-1012", 212, "tier-1", "tier-2", "bug", "Charts stay empty", **steps)
        ),
        Story("paused", now, 130, asked("C-1013", 213, "email", "billing", "invoice", "Wants a VAT invoice"))
        .then(110, c.Accept, hugo)
        .then(104, c.Contact, hugo)
        .then(90, c.Pause, hugo, reason=Reason(code="waits-for-customer"),
              until=now + timedelta(hours=20)),
        Story("held", now, 6, a_request(
            "C-1014", customer(214), "chat", "email", ("follow-up", "Needs the contract as a PDF"),
            "Asks for the signed contract by email.", onto=Channel.EMAIL,
            turns=turns(now, 7, "Uma", _TURNS[:2]),
        )),
        Story("tossed-1", now, 200, asked("C-1015", 215, "tier-1", "tier-2", "bug", "Sync is slow", **steps))
        .then(190, c.Accept, ben)
        .then(170, c.Return, ben, reason=Reason(code="wrong-team", text="For billing")),
        Story("tossed-2", now, 160, asked("C-1015", 215, "tier-1", "billing", "bug", "Sync is slow", **steps))
        .then(150, c.Decline, hugo, reason=Reason(code="wrong-team", text="No invoice in it")),
        Story("bounced", now, 24, asked("C-1015", 215, "tier-1", "tier-2", "bug", "Sync is slow", **steps)),
        Story("for-one-agent", now, 8, asked(
            "C-1016", 216, "success", "billing", "credit", "Credit for the outage", agent=hugo.id
        )),
        Story("german", now, 14, a_request(
            "C-1017", JUERGEN, "chat", "phone", ("zu-komplex", "Rückruf wegen der Mahnung"),
            "Herr Großmann hat eine Mahnung bekommen, obwohl er bezahlt hat. Er bittet um einen Rückruf.",
            onto=Channel.PHONE, sentiment=Sentiment(score=-0.5, label="verärgert"),
            checklist={"number-confirmed": True},
        )).then(9, c.Accept, marco).then(5, c.Contact, marco),
        Story("long", now, 31, a_request(
            "CASE-2026-EMEA-0000000000001018-FROM-THE-OLD-SYSTEM", LONG, "retention", "success",
            ("contract-negotiation-with-legal-and-procurement", "Wants " + "a longer notice period, " * 9),
            "Words " * 150, done_so_far=tuple(f"Step {n}: " + "checked " * 12 for n in range(1, 9)),
        )),
        Story("sparse", now, 3, a_request(
            "C-1019", Customer(id="anonymous-9"), "phone", "tier-1", ("", ""), None
        )),
        Story("fresh", now, 0.5, asked("C-1020", 220, "bot", "chat", "address", "Moves house next week")),
    )  # fmt: skip


def _over(now: datetime) -> tuple[Story, ...]:
    def asked(case: str, number: int, frm: str, to: str, words: str) -> Any:
        return a_request(case, customer(number), frm, to, ("question", words), f"{words}.")

    ana, hugo = person("tier-2", "Ana Diaz"), person("billing", "Hugo Martin")
    omar = person("tier-1", 0)
    return (
        Story("completed", now, 300, asked("C-1030", 230, "tier-1", "tier-2", "Report shows last year"))
        .then(290, c.Accept, ana)
        .then(280, c.Contact, ana)
        .then(270, c.TickItem, ana, item="steps-read")
        .then(240, c.Complete, ana, disposition="solved", note="A filter was set."),
        Story("declined", now, 260, asked("C-1031", 231, "tier-1", "billing", "Asks for a demo")).then(
            250, c.Decline, hugo, reason=Reason(code="wrong-team", text="That is for success")
        ),
        Story("withdrawn", now, 255, asked("C-1032", 232, "tier-1", "billing", "Wants a receipt")).then(
            250, c.Withdraw, omar, reason=Reason(text="Found it in the app")
        ),
        Story("handed-on", now, 350, asked("C-1033", 233, "tier-1", "tier-2", "Webhooks come twice"))
        .then(340, c.Accept, ana),
        Story("handed-on-to", now, 320, asked("C-1033", 233, "tier-2", "billing", "Charged for both"))
        .then(300, c.Accept, hugo)
        .then(270, c.Contact, hugo),
        Story("reopened", now, 500, asked("C-1034", 234, "tier-1", "tier-2", "Login loops"))
        .then(490, c.Accept, ana)
        .then(450, c.Complete, ana, disposition="solved")
        .then(100, c.Reopen, ana, reason=Reason(text="It loops again")),
    )  # fmt: skip
