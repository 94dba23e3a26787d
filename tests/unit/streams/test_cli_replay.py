"""Which event leaves the inbox when a dead letter is replayed."""

from __future__ import annotations

from orchestrator.domain.identity import event_id
from orchestrator.inbound import DeadLetter, Origin
from orchestrator.ledger.outbox import Buried
from orchestrator.ledger.reading import BuriedHere
from streams.cli.replay import inbox_entry
from tests import builders as b


def a_letter(code: str, *, value: bytes | None = None) -> BuriedHere:
    record = b.a_record(b.a_request())
    origin = Origin("in", 0, 0, record.key, value or record.value, tuple(record.headers))
    return BuriedHere(1, Buried(DeadLetter(origin, code, "why"), b.T0, 1), None)


def test_a_refused_event_leaves_the_inbox() -> None:
    assert inbox_entry(a_letter("unknown-team")) == event_id(b.SOURCE, "request-1")


def test_what_could_not_be_read_never_entered_it() -> None:
    assert inbox_entry(a_letter("malformed-json", value=b"{")) is None


def test_a_copy_of_what_our_code_failed_on_may_have_been_handled() -> None:
    assert inbox_entry(a_letter("processing-failed")) is None
