"""What a message on a topic of context says of the flow that it came by."""

from __future__ import annotations

from datetime import datetime

from orchestrator.domain.context.observation import TYPES
from orchestrator.domain.errors import Refused
from orchestrator.domain.flow_health.noted import Noted
from orchestrator.inbound import DeadLetter
from orchestrator.ledger.context import Heard, Observed
from streams.context.keys import address_of


def noted_of(message: Heard | DeadLetter, *, appended_at: datetime | None) -> Noted | None:
    """Return what to note of a message; None when it stands on no topic of context.

    Of a message that cannot be read, its key may still say which system sent it.
    """
    subject = TYPES.get(message.origin.topic)
    if subject is None:
        return None
    match message:
        case DeadLetter(origin, code):
            try:
                system = address_of(subject, origin.key).system if origin.key else None
            except Refused:
                system = None
            return Noted(subject.value, system, None, appended_at, failure=code)
        case Observed(_, observation, at):
            return Noted(subject.value, observation.system, at, appended_at, fields=observation.fields)
        case _:
            return Noted(subject.value, message.address.system, message.at, appended_at)
