"""What happens on the floor: events at instants, told as so many minutes before now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from orchestrator.domain.commands import Command, RaiseEscalation, Reply, RequestHandoff
from orchestrator.domain.identity import handoff_id
from orchestrator.domain.model import Actor, Channel, Customer, Reason, Receiver, Sender
from tests.board.people import person

SOURCE = "//desk.example"
CHANNELS = {
    "bot": Channel.BOT,
    "chat": Channel.CHAT,
    "phone": Channel.PHONE,
    "email": Channel.EMAIL,
    "tier-1": Channel.CHAT,
}
"""Team -> the channel it mostly talks on; all others have tickets."""


@dataclass(frozen=True, slots=True)
class Happening:
    """An event that somebody sends."""

    at: datetime
    id: str
    command: Command
    source: str = SOURCE


@dataclass(slots=True)
class Story:
    """A handoff, and what became of it."""

    name: str
    """Names it in a test; with the world it gives the handoff's id."""
    now: datetime
    ago: float
    """How many minutes before now it was requested."""
    command: RequestHandoff
    answers: list[Happening] = field(default_factory=list)

    @property
    def id(self) -> UUID:
        """The handoff's id."""
        return handoff_id(SOURCE, self.name)

    def then(self, ago: float, reply: type[Reply], who: Actor, **said: Any) -> Story:
        """Let somebody answer, `ago` minutes before now."""
        id = f"{self.name}-{len(self.answers) + 1}"
        command = reply.model_validate({"handoff_id": self.id, "actor": who, **said})
        self.answers.append(Happening(self.now - timedelta(minutes=ago), id, command))
        return self

    def happenings(self) -> Iterator[Happening]:
        """Return everything that happens until now, in order of time."""
        yield Happening(self.now - timedelta(minutes=self.ago), self.name, self.command)
        yield from (each for each in self.answers if each.at <= self.now)


def in_order(stories: Iterable[Story]) -> list[Happening]:
    """Return what happens in all of them, in order of time."""
    return sorted((each for story in stories for each in story.happenings()), key=lambda each: each.at)


def a_request(
    case: str,
    customer: Customer,
    frm: str,
    to: str | None,
    why: tuple[str, str],
    summary: str | None,
    *,
    by: str | int = 0,
    over: Channel | None = None,
    onto: Channel | None = None,
    agent: str | None = None,
    command: type[RequestHandoff] = RequestHandoff,
    **more: Any,
) -> RequestHandoff:
    """Return a request of `frm` to `to`; `why` is a code and words, `over` and `onto` are channels."""
    actor = person(frm, by)
    channel = over or CHANNELS.get(frm, Channel.TICKET)
    fields = {
        "case_id": case,
        "customer": customer,
        "sender": Sender(team=frm, agent=actor.id, agent_name=actor.name, channel=channel),
        "receiver": Receiver(team=to, channel=onto, agent=agent),
        "actor": actor,
        "reason": Reason(code=why[0] or None, text=why[1] or None),
        "summary": summary,
    }
    return command.model_validate(fields | more)


def an_escalation(*args: Any, **more: Any) -> RequestHandoff:
    """Return an escalation; see `a_request`."""
    return a_request(*args, command=RaiseEscalation, **more)
