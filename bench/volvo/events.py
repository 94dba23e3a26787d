"""What happened in an incident, as the commands that its teams' tools would have sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple

from bench.volvo.incidents import Change, Incident
from bench.volvo.teams import KIND
from orchestrator.domain.commands import (
    Accept,
    Command,
    Complete,
    Pause,
    RaiseEscalation,
    RequestHandoff,
    Resume,
)
from orchestrator.domain.model import Actor, Channel, Customer, Priority, Reason, Receiver, Sender

SOURCE: Final = "//help-desk.example/incidents"
_PRIORITIES: Final = {
    "Low": Priority.LOW,
    "Medium": Priority.NORMAL,
    "High": Priority.HIGH,
    "Major": Priority.URGENT,
}
_LINES: Final = ("L1", "L2", "L2/L3", "L3")
"""The support lines, each one above those before it."""


class Happening(NamedTuple):
    """A command and its envelope."""

    case_id: str
    id: str
    at: datetime
    command: Command


def events_of(
    incidents: Iterable[Incident], ids: Mapping[str, str], *, shift: timedelta = timedelta()
) -> list[Happening]:
    """Return all that happened in the incidents, in the order of time.

    Args:
        incidents: an incident that stayed with its team gives nothing.
        ids: team name -> team id.
        shift: how much later everything is said to have happened.
    """
    told = [each for incident in incidents for each in _Story(incident, ids).told]
    # Stable, and each story is in order: what happened in the same second stays in its order.
    told.sort(key=lambda each: each.at)
    return [each._replace(at=each.at + shift) for each in told] if shift else told


def line_of(happening: Happening) -> str:
    """Return it as a CloudEvent in structured mode, on one line; `handoff send` takes it."""
    command = happening.command
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": happening.id,
        "source": SOURCE,
        "type": command.type,
        "time": happening.at.isoformat().replace("+00:00", "Z"),
        "partitionkey": happening.case_id,
        "datacontenttype": "application/json",
        "data": command.model_dump(mode="json", exclude_defaults=True),
    }
    return json.dumps(event, ensure_ascii=False)


class _Story:
    """Follows one incident from row to row, and tells what the orchestrator has to be told.

    Nothing is told of what a team did before it got the case by a handoff, nor after it completed it.
    """

    def __init__(self, incident: Incident, ids: Mapping[str, str]) -> None:
        self.told: list[Happening] = []
        self._case_id = incident.number
        self._ids = ids
        self._request_id = ""
        self._stands: Literal["nowhere", "offered", "accepted", "waiting", "over"] = "nowhere"
        before = incident.changes[0]
        for change in incident.changes:
            if change.team != before.team:
                self._hand_over(before, change)
            self._work_on(change)
            before = change

    def _hand_over(self, before: Change, after: Change) -> None:
        rises = _LINES.index(after.line) > _LINES.index(before.line)
        sending, receiving = self._ids[before.team], self._ids[after.team]
        known = after.country.isalpha()
        command = (RaiseEscalation if rises else RequestHandoff)(
            case_id=self._case_id,
            kind=KIND,
            customer=Customer(
                # The log names no customer; a country that uses a product comes nearest.
                id=f"{after.product}-{after.country}".lower(),
                account_id=after.country if known else None,
            ),
            # Who moves a case is still of the team that has it.
            sender=Sender(team=sending, agent=after.agent, channel=Channel.TICKET),
            receiver=Receiver(team=receiving),
            actor=Actor(kind="agent", id=after.agent, team=sending),
            reason=Reason(code=f"{before.line}-to-{after.line}", text=f"{before.team} to {after.team}"),
            priority=_PRIORITIES[after.impact],
            summary=f"{after.product}, impact {after.impact.lower()}; "
            f"{before.team} left it at {before.status} / {before.sub_status}.",
        )
        self._request_id = self._tell(after, command)
        self._stands = "offered"

    def _work_on(self, change: Change) -> None:
        if self._stands in ("nowhere", "over"):
            return
        if self._stands == "offered" and change.status in ("Accepted", "Completed"):
            # Some teams never say that they accept: whoever works on a case has accepted it.
            self._tell(change, Accept(**self._reply(change)))
            self._stands = "accepted"
        if self._stands == "waiting" and not change.is_wait:
            self._tell(change, Resume(**self._reply(change)))
            self._stands = "accepted"
        if self._stands == "accepted" and change.is_wait:
            self._tell(change, Pause(**self._reply(change), reason=Reason(code=change.sub_status)))
            self._stands = "waiting"
        if self._stands == "accepted" and change.status == "Completed":
            self._tell(change, Complete(**self._reply(change), disposition=change.sub_status))
            self._stands = "over"

    def _reply(self, change: Change) -> dict[str, Any]:
        actor = Actor(kind="agent", id=change.agent, team=self._ids[change.team])
        return {"request_source": SOURCE, "request_id": self._request_id, "actor": actor}

    def _tell(self, change: Change, command: Command) -> str:
        id = f"{self._case_id}-{len(self.told) + 1}"
        self.told.append(Happening(self._case_id, id, change.at, command))
        return id
