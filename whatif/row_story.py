"""The rows of one case, told as the events that its teams' tools would have sent."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from pydantic import ValidationError

from orchestrator.domain import commands as c
from orchestrator.domain.model import Actor, Channel, Customer, Priority, Reason, Receiver, Sender, Severity
from whatif.case_log import CaseLog
from whatif.log_events import WHOLE, Answered, Asked, Happening, Slimmer
from whatif.mapping import REQUESTS, STAGE_AFTER, Mapping, Rule, Stage
from whatif.row_values import BadValue, Row, holds, text_of, time_of

_REPLIES: Final[ReadOnly[str, type[c.Reply]]] = {
    "accepted": c.Accept,
    "declined": c.Decline,
    "returned": c.Return,
    "withdrawn": c.Withdraw,
    "paused": c.Pause,
    "resumed": c.Resume,
    "contacted": c.Contact,
    "completed": c.Complete,
    "reopened": c.Reopen,
    "ticked": c.TickItem,
    "unticked": c.TickItem,
    "acknowledged": c.Acknowledge,
}
_CHOICES: Final[ReadOnly[str, type[Channel] | type[Priority] | type[Severity]]] = {
    "channel": Channel,
    "to_channel": Channel,
    "priority": Priority,
    "severity": Severity,
}
_DETAIL: Final = {"paused": "reason", "ticked": "item", "unticked": "item", "acknowledged": "clock"}
_GIVEN: Final = "given"
_NOBODY: Final = UUID(int=0)


class Line(NamedTuple):
    """A row of the log."""

    number: int
    at: datetime | None
    cells: Sequence[str]


class _Stands(NamedTuple):
    """Where a case stands after some of its rows."""

    stage: Stage = Stage.NONE
    before_pause: Stage = Stage.NONE
    request_id: str = ""
    """Of the newest handoff."""
    told: int = 0
    """How many events were told."""


class RowStory:
    """Follows one case from row to row; nothing is told of it before its first handoff."""

    def __init__(
        self, case: str, mapping: Mapping, columns: ReadOnly[str, int], slimmer: Slimmer, log: CaseLog
    ) -> None:
        self._case = case
        self._mapping = mapping
        self._columns = columns
        self._slimmer = slimmer
        self._log = log
        self._stands = _Stands()

    def tell(self, lines: list[Line]) -> None:
        """Add what the rows tell; one that is wrong is refused, and the others go on without it."""
        if self._mapping.time is not None:
            lines.sort(key=lambda line: (line.at is None, line.at))
        before: Sequence[str] | None = None
        for line in lines:
            row = Row(self._columns, line.cells, before)
            before = line.cells
            stands = self._stands
            try:
                told = self._tell(row, line)
            except (BadValue, ValidationError) as bad:
                # All of it or nothing: half a row would be neither told nor refused.
                self._stands = stands
                self._log.refuse(line.number, "bad-value", _words(bad))
                continue
            for happening in told:
                self._log.add(self._case, happening)
            self._log.silent += not told

    def _tell(self, row: Row, line: Line) -> list[Happening]:
        told: list[Happening] = []
        has_asked = False
        for rule in self._mapping.rules:
            is_request = rule.event in REQUESTS
            is_elsewhere = rule.stages is not None and self._stands.stage not in rule.stages
            if (
                is_elsewhere
                or (is_request and has_asked)
                or not all(holds(condition, row) for condition in rule.when)
            ):
                continue
            at = time_of(rule.time, row) if rule.time is not None else line.at
            if at is None:
                continue
            if is_request:
                told.append(self._asked(rule, row, at, line.number))
                has_asked = True
            elif self._stands.request_id:
                told.append(self._answered(rule, row, at, line.number))
            else:
                continue
            self._move(rule.event)
        return told

    def _asked(self, rule: Rule, row: Row, at: datetime, number: int) -> Asked:
        sending, receiving = (self._required(rule, key, row) for key in ("from", "to"))
        request = self._request(rule, row, sending, receiving)
        id = self._next_id()
        self._stands = self._stands._replace(request_id=id)
        return Asked(at, number, self._mapping.source, id, self._slimmer.slim(request))

    def _answered(self, rule: Rule, row: Row, at: datetime, number: int) -> Answered:
        team = self._required(rule, "team", row)
        source = rule.sources.get(_DETAIL.get(rule.event, ""))
        detail = text_of(source, row) if source is not None else None
        facts: dict[str, Any] = {
            "handoff_id": _NOBODY,
            "actor": {"kind": _actor(rule), "id": _GIVEN, "team": team},
        }
        match rule.event:
            case "paused":
                until = time_of(rule.until, row) if rule.until is not None else None
                facts |= {"reason": {"code": detail}, "until": until}
            case "declined" | "returned":
                facts["reason"] = {}
            case "ticked" | "unticked":
                facts |= {"item": detail, "done": rule.event == "ticked"}
            case "acknowledged":
                facts["clock"] = detail
            case "completed":
                facts["disposition"] = _GIVEN
            case _:
                pass
        reply = self._slimmer.slim_reply(_REPLIES[rule.event].model_validate(facts))
        handoff = self._mapping.source, self._stands.request_id
        return Answered(at, number, self._mapping.source, self._next_id(), handoff, reply)

    def _move(self, event: str) -> None:
        stands = self._stands
        stage = STAGE_AFTER[event] or stands.stage
        if event == "paused" and stands.stage is not Stage.PAUSED:
            stands = stands._replace(before_pause=stands.stage)
        elif event == "resumed" and stands.stage is Stage.PAUSED:
            stage = stands.before_pause
        self._stands = stands._replace(stage=stage)

    def _required(self, rule: Rule, key: str, row: Row) -> str:
        text = text_of(rule.sources[key], row)
        if text is None:
            raise BadValue(
                f"{rule.event!r} needs {key!r} (line {rule.place.line} of the mapping): it is empty"
            )
        return text

    def _request(self, rule: Rule, row: Row, sending: str, receiving: str) -> c.RequestHandoff:
        told = {key: text_of(source, row) for key, source in self._mapping.request.items()}
        chosen: dict[str, Any] = {}
        for key, choices in _CHOICES.items():
            text = told.get(key)
            try:
                chosen[key] = choices(text) if text is not None else None
            except ValueError:
                known = ", ".join(choice.value for choice in choices)
                message = f"the {key} {text!r} is none of {known}; translate it under 'values'"
                raise BadValue(message) from None
        as_of = self._mapping.entitled_as_of
        own_reason = rule.sources.get("reason")
        reason = text_of(own_reason, row) if own_reason is not None else told.get("reason")
        channel = chosen["channel"] or Channel.TICKET
        command = c.RaiseEscalation if rule.event == "escalated" else c.RequestHandoff
        return command(
            case_id=_GIVEN,
            kind=told.get("kind"),
            customer=Customer(
                id=_GIVEN,
                account_id=told.get("account_id"),
                name=told.get("customer_name"),
                tier=told.get("tier"),
                payment_state=told.get("payment_state"),
                entitled_as_of=time_of(as_of, row) if as_of is not None else None,
            ),
            sender=Sender(team=sending, channel=channel),
            receiver=Receiver(team=receiving, channel=chosen["to_channel"]),
            actor=Actor(kind="agent", id=_GIVEN, team=sending),
            reason=Reason(code=reason),
            priority=chosen["priority"] or Priority.NORMAL,
            severity=chosen["severity"],
            incident=told.get("incident"),
            logs=told.get("logs"),
            summary=told.get("summary"),
            sentiment={"score": 0} if told.get("sentiment") else None,
            turns=[{"id": _GIVEN, "speaker": "customer", "text": _GIVEN}] if told.get("turns") else (),
            done_so_far=[_GIVEN] if told.get("done_so_far") else (),
            checklist={WHOLE: True} if self._mapping.all_items else {},
        )

    def _next_id(self) -> str:
        number = self._stands.told + 1
        self._stands = self._stands._replace(told=number)
        return f"{self._case}-{number}"


def _actor(rule: Rule) -> str:
    if rule.is_automatic:
        return "system"
    return "lead" if rule.event == "acknowledged" else "agent"


def _words(error: BadValue | ValidationError) -> str:
    if isinstance(error, BadValue):
        return str(error)
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
