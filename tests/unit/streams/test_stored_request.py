"""A request is stored as it is read: nothing of a message that nobody reads gets into the ledger."""

from __future__ import annotations

import json

import pytest

from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.lifecycle.requests import request
from orchestrator.inbound import Delivery, Origin
from orchestrator.ledger import rows
from streams.messages.cloudevents import decode
from tests import builders as b

CARD = "4111 1111 1111 1111"
COLUMN = rows.HANDOFF_COLUMNS.index("request")


def stored(value: bytes) -> str:
    """Return the request of a message as the ledger keeps it."""
    record = b.a_record(b.a_request())
    read = decode(Origin(RequestHandoff.type, 0, 0, record.key, value, tuple(record.headers)))
    assert isinstance(read, Delivery)
    assert isinstance(read.command, RequestHandoff)
    handoff = request(read.command, cause=read.cause, policy=b.a_policy(), now=b.T0).handoff
    text = rows.handoff_row(handoff, read, b"chain")[COLUMN]
    assert RequestHandoff.model_validate_json(text) == read.command
    return str(text)


def data(**over: object) -> dict[str, object]:
    return {**json.loads(b.a_request().model_dump_json(exclude_none=True)), **over}


@pytest.mark.parametrize(
    "value",
    [
        json.dumps(data(comment=f"my card is {CARD}")),
        json.dumps(data(customer=b.a_customer().model_dump() | {"payment": {"card": CARD}})),
        f'{{"summary": "my card is {CARD}", {json.dumps(data())[1:]}',
    ],
    ids=["an-unknown-field", "an-unknown-field-below", "a-field-that-stands-twice"],
)
def test_what_nobody_reads_is_not_stored(value: str) -> None:
    assert CARD in value
    assert CARD not in stored(value.encode())


def test_what_was_removed_is_not_stored() -> None:
    text = stored(json.dumps(data(summary=f"my card is {CARD}, try it")).encode())
    assert "my card is [card removed], try it" in text
