"""What happens in the demo: who sends which event when, and what has to come of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from orchestrator.domain import commands as c
from orchestrator.domain.identity import handoff_id
from streams.demo.short_clocks import SILENT_FLOW
from streams.demo.tally import Owed
from streams.messages.event_lines import OutgoingEvent, Problem, read_line
from streams.topics.table import in_topic_of

_TRANSFER, _ESCALATION = c.RequestHandoff.type, c.RaiseEscalation.type


@dataclass(frozen=True, slots=True)
class Step:
    """One event, so many seconds after the beginning."""

    after_s: float
    source: str
    id: str
    type: str
    case: str
    data: Mapping[str, Any]
    remark: str = ""
    """For who watches: why the next lines are worth a look."""
    is_bad: bool = False
    """Whether it has to become a dead letter."""

    @property
    def handoff(self) -> UUID | None:
        """The handoff that has to come of it."""
        is_request = self.type in (_TRANSFER, _ESCALATION) and not self.is_bad
        return handoff_id(self.source, self.id) if is_request else None

    def record(self, at: datetime) -> OutgoingEvent:
        """Return the record to produce, for an event that happens at `at`."""
        event = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "time": at.isoformat(),
            "partitionkey": self.case,
            "data": self.data,
        }
        read = read_line(json.dumps(event))
        if isinstance(read, Problem):
            raise AssertionError(f"the demo's own event {self.id}: {read.message}")
        return read


@dataclass(frozen=True, slots=True)
class Garbage(Step):
    """A message that is cut off in the middle."""

    def record(self, at: datetime) -> OutgoingEvent:
        """Return the first half of a record."""
        headers = (("content-type", b"application/cloudevents+json"),)
        value = json.dumps({"specversion": "1.0", "id": self.id, "source": self.source, "type": self.type})
        return OutgoingEvent(in_topic_of(self.type), self.case.encode(), headers, value[:-20].encode())


def _person(team: str, name: str) -> dict[str, Any]:
    return {"kind": "agent", "id": f"{team}-{name.lower()}", "name": name, "team": team}


def _request(
    after_s: float,
    case: str,
    type_: str = _TRANSFER,
    *,
    frm: tuple[str, str, str],
    to: tuple[str, str],
    customer: tuple[str, str],
    why: tuple[str, str],
    summary: str,
    remark: str = "",
    is_bad: bool = False,
    **more: Any,
) -> Step:
    """A request: `frm` is team, channel and agent; `to` team and channel; `customer` name and account."""
    team, channel, agent = frm
    name, account = customer
    actor = {"kind": "bot", "id": "assistant", "team": team} if team == "bot" else _person(team, agent)
    data = {
        "case_id": case,
        "customer": {"id": f"customer-{account}", "account_id": f"account-{account}", "name": name},
        "sender": {"team": team, "agent": actor["id"], "agent_name": agent, "channel": channel},
        "receiver": {"team": to[0], "channel": to[1]},
        "actor": actor,
        "reason": {"code": why[0], "text": why[1]},
        "summary": summary,
        "done_so_far": ["Checked the account"],
        **more,
    }
    return Step(after_s, f"//{channel}.example/desk", f"{case}-request", type_, case, data, remark, is_bad)


def _reply(
    after_s: float, to: Step, command: type[c.Reply], team: str, name: str, remark: str = "", **more: Any
) -> Step:
    word = command.type.split(".")[3]
    names = {"request_source": to.source, "request_id": to.id, "actor": _person(team, name)}
    id_ = f"{to.case}-{word}"
    return Step(after_s, f"//{team}.example/desk", id_, command.type, to.case, {**names, **more}, remark)


_MOOD = {"score": -0.6, "label": "impatient"}
_TURNS = [
    {"id": "t1", "speaker": "customer", "name": "Ada Lovelace", "text": "Invoice 4417 was charged twice."},
    {"id": "t2", "speaker": "bot", "name": "the assistant", "text": "I see two payments of 120.00 for it."},
    {"id": "t3", "speaker": "customer", "name": "Ada Lovelace", "text": "Please send one of them back."},
]

_bot = _request(
    0.3, "C-1001", frm=("bot", "bot", "the assistant"), to=("chat", "chat"),
    customer=("Ada Lovelace", "17"), why=("double-charge", "Invoice 4417 was charged twice"),
    summary="Ada was charged twice for invoice 4417 and asks for one payment back.",
    turns=_TURNS, sentiment=_MOOD,
    remark="The assistant hands a chat to a person.",
)  # fmt: skip
_phone = _request(
    1.3, "C-1002", frm=("chat", "chat", "Sarah"), to=("phone", "phone"),
    customer=("Grace Hopper", "23"), why=("too-complex-for-chat", "The export stops at 90 %"),
    summary="Exports stop at 90 % since the update; a call would be faster.",
    sentiment=_MOOD,
    remark="A chat goes on by phone, and Sarah forgot the number to call.",
)  # fmt: skip
_engineering = _request(
    1.9, "C-1003", _ESCALATION, frm=("tier-2", "ticket", "Linus"), to=("engineering", "ticket"),
    customer=("Katherine Johnson", "42"), why=("defect", "Every second API call is answered with 403"),
    summary="Since 08:50 every second call fails with 403; expected 200.",
    priority="urgent", severity="sev2", incident="INC-42", logs="08:50:11 GET /v1/orders 403 quota=unknown",
    done_so_far=["Ruled out the customer's key", "Reproduced it with a test account"],
    remark="Support asks engineering for help, with logs. Nobody there will answer.",
)  # fmt: skip
_billing = _request(
    3.0, "C-1004", frm=("tier-1", "phone", "Omar"), to=("billing", "ticket"),
    customer=("Ada Lovelace", "17"), why=("refund", "Wants invoice 4417 back"),
    summary="Ada asks for a refund of invoice 4417, 120.00.",
    remark="Ada phones as well. Two teams are at work for her now, and both are told.",
)  # fmt: skip
_late_request = _request(
    4.7, "C-1005", frm=("phone", "phone", "Marco"), to=("tier-2", "phone"),
    customer=("Barbara Liskov", "31"), why=("second-opinion", "The reset mail never arrives"),
    summary="Reset mails are not delivered; two addresses tried.",
)  # fmt: skip
_misspelt = _request(
    5.4, "C-1006", frm=("chat", "chat", "Sarah"), to=("fone", "phone"),
    customer=("Alan Turing", "5"), why=("call-back", "Asks for a call"),
    summary="Please call back.",
    remark="Two bad messages: a team that does not exist, and one that is cut off.",
    is_bad=True,
)  # fmt: skip
_DUPLICATE = "The channel sends its first event again, with the same id: nothing must come of it."
_EARLY = "Here an answer overtakes its request; it waits, and counts once the request is there."

SCRIPT: tuple[Step, ...] = (
    _bot,
    _reply(0.9, _bot, c.Accept, "chat", "Sarah"),
    _phone,
    _engineering,
    _reply(2.6, _phone, c.TickItem, "chat", "Sarah", item="number-confirmed"),
    _billing,
    _reply(3.6, _billing, c.Decline, "billing", "Petra", reason={"text": "Chat is refunding it already"}),
    _reply(3.7, _phone, c.Accept, "phone", "Marco"),
    Step(4.0, _bot.source, _bot.id, _bot.type, _bot.case, _bot.data, _DUPLICATE),
    _reply(4.2, _bot, c.Complete, "chat", "Sarah", disposition="refunded"),
    _reply(4.4, _late_request, c.Accept, "tier-2", "Linus", _EARLY),
    _late_request,
    _misspelt,
    Garbage(5.5, "//chat.example/desk", "C-1007-request", _TRANSFER, "C-1007", {}, is_bad=True),
    _reply(5.9, _phone, c.Complete, "phone", "Marco", disposition="solved-on-the-phone"),
)
"""In the order of time."""
SHOWN = str(_bot.handoff)
"""The handoff whose packet is shown as its team reads it."""
OWED = (
    Owed("stale", SHOWN),
    Owed("concurrent", str(_billing.handoff)),
    Owed("breaches", str(_engineering.handoff)),
    Owed("alerts", SILENT_FLOW),
)
"""What has to come of it, beside a packet or a dead letter for each request."""
