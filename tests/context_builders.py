"""Observations and their messages, for tests: sensible unless a test says otherwise."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import count
from typing import Any

from orchestrator.domain.context.address import Address
from orchestrator.domain.context.observation import Observation
from orchestrator.domain.context.subjects import Subject
from orchestrator.inbound import Origin
from orchestrator.ledger.context import Observed, Tombstone
from streams.context.topics import topic_of
from tests.builders import T0, Record, cloudevent_headers

_offsets = count()


def an_observation(subject: Subject = Subject.BILLING, account: str = "acct-1", **over: Any) -> Observation:
    """Return what billing says of an account."""
    given = {
        "subject": subject,
        "account_id": account,
        "system": "billing",
        "fields": {"payment_state": "paid"},
    }
    return Observation.model_validate(given | over)


def observed(
    at: datetime = T0, *, by: str = "event-1", observation: Observation | None = None, **over: Any
) -> Observed:
    """Return an observation as it arrives, each from a place of its own on its topic."""
    observation = observation or an_observation(**over)
    return Observed(an_origin(observation.subject), observation, at, by)


def a_tombstone(at: datetime = T0, *, address: Address | None = None) -> Tombstone:
    """Return what takes a record away."""
    address = address or Address.of(an_observation())
    return Tombstone(an_origin(address.subject), address, at)


def an_origin(subject: Subject = Subject.BILLING, **over: Any) -> Origin:
    """Return a place on a topic of context that no other message has."""
    fields = {"key": b"k", "value": b"{}", "headers": ()}
    return Origin(**{"topic": topic_of(subject), "partition": 0, "offset": next(_offsets), **fields, **over})


def a_message(
    observation: Observation | None = None,
    *,
    at: datetime = T0,
    id: str = "event-1",
    source: str = "//billing",
    part: str = "",
    **over: Any,
) -> Record:
    """Return the message of an observation, in binary mode; `part` is that of its key."""
    observation = observation or an_observation(**over)
    data = observation.model_dump(mode="json", exclude_none=False, exclude={"subject"})
    data = {name: value for name, value in data.items() if value is not None}
    return Record(
        a_key(Address.of(observation), part),
        cloudevent_headers(topic_of(observation.subject), id=id, at=at, source=source),
        json.dumps(data).encode(),
    )


def a_null(address: Address, *, at: datetime | None = None, part: str = "") -> Record:
    """Return the message that takes a record away, with its time in headers if it is given."""
    headers = cloudevent_headers(topic_of(address.subject), id="gone", at=at) if at is not None else []
    return Record(a_key(address, part), headers, None)  # type: ignore[arg-type]


def a_key(address: Address, part: str = "") -> bytes:
    """Return the key of a record's messages."""
    return f"{address.text}#{part}".encode() if part else address.text.encode()
