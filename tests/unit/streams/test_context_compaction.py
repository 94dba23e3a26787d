"""What compaction leaves of a topic says as much as all of it, if sources keep the rule of the keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.context.address import Address
from orchestrator.domain.context.record import Held
from orchestrator.inbound import DeadLetter, Origin
from orchestrator.ledger.context_folding import fold
from streams.context.decoding import Arrival, decode
from streams.context.topics import topic_of
from tests.builders import T0, Record
from tests.context_builders import a_message, a_null, an_observation

NOW = T0 + timedelta(days=1)
BILLING = topic_of("billing")
PARTS = {
    "": ("payment_state", "amount_due"),
    "invoice": ("last_invoice",),
    "p/1": ("failed_payments", "currency"),
}
"""The parts of a source, and the fields that it always sends together."""

steps = st.lists(st.tuples(st.sampled_from([*PARTS, "delete"]), st.sampled_from(["a", "b"])), max_size=25)


@given(steps)
def test_a_compacted_log_gives_the_same_fields(said: Sequence[tuple[str, str]]) -> None:
    log: list[Record] = []
    for second, (part, account) in enumerate(said):
        at = T0 + timedelta(seconds=second)
        if part == "delete":
            address = Address.of(an_observation(account=account))
            log += [a_null(address, at=at, part=each) for each in PARTS]
        else:
            fields = {name: f"{name}-{second}" for name in PARTS[part]}
            log.append(a_message(account=account, at=at, id=f"e-{second}", part=part, fields=fields))
    last = {message.key: n for n, message in enumerate(log)}
    compacted = [message for n, message in enumerate(log) if last[message.key] == n]
    assert held(compacted) == held(log)


def test_one_key_for_fields_that_are_sent_apart_loses_them() -> None:
    """Why there are parts."""
    first = a_message(id="e-1", fields={"payment_state": "paid"})
    second = a_message(id="e-2", at=T0 + timedelta(hours=1), fields={"amount_due": 0})
    assert first.key == second.key
    [fields] = held([first, second]).values()
    assert fields.keys() == {"payment_state", "amount_due"}
    assert held([second]) != held([first, second])


def held(log: Sequence[Record]) -> dict[Address, dict[str, Held]]:
    """Return the fields that records hold after these messages."""
    heard = []
    for offset, message in enumerate(log):
        origin = Origin(BILLING, 0, offset, message.key, message.value, tuple(message.headers))
        read = decode(Arrival(origin, T0))
        assert not isinstance(read, DeadLetter), read
        heard.append(read)
    records, refused = fold({}, heard, now=NOW)
    assert not refused
    return {address: record.fields for address, record in records.items() if record.fields}
