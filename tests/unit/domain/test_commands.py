from __future__ import annotations

import pytest
from pydantic import ValidationError

from orchestrator.domain.commands import COMMANDS, Accept, RequestHandoff
from tests.builders import T0, a_large_request, a_pause, a_record, a_request, an_accept, an_actor


def test_a_reply_must_name_its_handoff() -> None:
    with pytest.raises(ValidationError, match="name the handoff"):
        Accept(actor=an_actor("tier-2"))
    with pytest.raises(ValidationError, match="name the handoff"):
        Accept(actor=an_actor("tier-2"), request_id="request-1")


@pytest.mark.parametrize("command", list(COMMANDS.values()), ids=lambda command: command.__name__)
def test_every_command_type_ends_in_its_version(command: type) -> None:
    assert command.type.startswith("support.handoff.")
    assert command.type.endswith(".v1")


def test_fields_of_a_later_schema_are_ignored() -> None:
    later = a_request().model_dump() | {"mood_ring": "teal"}
    assert RequestHandoff.model_validate(later) == a_request()


@pytest.mark.parametrize("case_id", ["", "  ", "x" * 201])
def test_an_identifier_is_neither_blank_nor_endless(case_id: str) -> None:
    with pytest.raises(ValidationError):
        a_request(case_id=case_id)


@pytest.mark.parametrize("command", [a_request(), a_large_request(5), an_accept(), a_pause()])
def test_a_record_holds_the_command_as_a_binary_cloudevent(command: RequestHandoff | Accept) -> None:
    record = a_record(command, id="e-1", at=T0)
    headers = dict(record.headers)
    assert headers == {
        "ce_specversion": b"1.0",
        "ce_id": b"e-1",
        "ce_source": b"//chat.example/desk",
        "ce_type": command.type.encode(),
        "ce_time": b"2026-03-02T09:00:00Z",
        "content-type": b"application/json",
    }
    assert COMMANDS[headers["ce_type"].decode()].model_validate_json(record.value) == command


def test_a_large_request_is_about_three_kilobytes_and_follows_from_its_number() -> None:
    assert a_large_request(7) == a_large_request(7)
    assert a_large_request(7) != a_large_request(8)
    assert a_large_request(7).case_id == "case-7"
    assert all(2_800 < len(a_record(a_large_request(n), id="x").value) < 3_300 for n in range(50))
