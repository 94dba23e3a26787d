"""A program follows what happens, and misses nothing when it comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.board.people import customer
from tests.board.story import Story, a_request
from tests.integration.api.conftest import ApiFloor

pytestmark = pytest.mark.postgres


class Stream:
    """Server-sent events, one after the other."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.iter_lines()

    def next(self) -> tuple[str, str | None, Any]:
        """Return name, id and data of the next event."""
        name, id, data = "message", None, ""
        for line in self._lines:
            field, _, value = line.partition(": ")
            match field:
                case "event":
                    name = value
                case "id":
                    id = value
                case "data":
                    data += value
                case "" if data:
                    return name, id, json.loads(data)
        raise AssertionError("the stream ended")

    def until(self, handoff: str, what: str = "") -> tuple[str | None, dict[str, Any]]:
        """Return id and data of the next patch that tells `what` of a handoff."""
        for _ in range(200):
            name, id, data = self.next()
            if name == "patch" and handoff in json.dumps(data) and what in json.dumps(data):
                return id, data
        raise AssertionError("nothing was told of it")


@contextmanager
def following(floor: ApiFloor, caller: str, **headers: str) -> Iterator[Stream]:
    accept = {"Accept": "text/event-stream", **headers}
    with floor.by(caller).stream("GET", "/events", headers=accept) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Stream(answer)


def begin(floor: ApiFloor, sender: str = "chat", receiver: str = "billing", of: int = 11) -> str:
    name = uuid4().hex
    case = f"C-{name[:8]}"
    request = a_request(case, customer(of), sender, receiver, ("refund", "Paid twice"), "Paid twice.")
    return str(floor.let(Story(name, floor.clock.now(), 0, request)))


def test_a_program_is_told_what_changes_with_its_data(floor: ApiFloor) -> None:
    with following(floor, "billing") as stream:
        assert stream.next()[0] == "hello"
        id = begin(floor)
        _, told = stream.until(id)
        [line] = [each for each in told["handoffs"] if each["id"] == id]
        assert (line["status"], line["receiving_team"]) == ("offered", "billing")
        assert "support.handoff.lifecycle.requested.v1" in {each["type"] for each in told["happened"]}
        done = floor.act("billing", line["id"], "decline", reason={"text": "not ours"})
        assert done.status_code == 200
        _, told = stream.until(id, "lifecycle.declined.v1")
        assert id in told["gone"]


def test_who_comes_back_is_told_what_it_missed(floor: ApiFloor) -> None:
    with following(floor, "billing") as stream:
        stream.next()
        seen, _ = stream.until(begin(floor))
    assert seen is not None
    missed = begin(floor)
    with following(floor, "billing", **{"Last-Event-ID": seen}) as stream:
        _, told = stream.until(missed)
        assert missed in {each["id"] for each in told["handoffs"]}


def test_the_figures_name_where_to_begin(floor: ApiFloor) -> None:
    seq = floor.by("billing").get("/board").json()["seq"]
    id = begin(floor)
    address = f"/events?since={seq}"
    accept = {"Accept": "text/event-stream"}
    with floor.by("billing").stream("GET", address, headers=accept) as answer:
        assert Stream(answer).until(id)


def test_nobody_is_told_of_other_teams(floor: ApiFloor) -> None:
    with following(floor, "billing") as stream:
        stream.next()
        # Of two customers: teams are told of each other's work on one.
        theirs, own = begin(floor, "tier-1", "tier-2", of=12), begin(floor)
        for _ in range(200):
            name, _, told = stream.next()
            assert name != "patch" or theirs not in json.dumps(told)
            if name == "patch" and own in json.dumps(told):
                break


def test_what_is_said_is_for_those_who_may_read_it(floor: ApiFloor) -> None:
    id = begin(floor)
    with following(floor, "ops") as ops, following(floor, "chat") as chat:
        ops.next(), chat.next()
        floor.act("billing", id, "ask", question="Which of her cards?")
        for stream, expected in ((ops, None), (chat, "Which of her cards?")):
            _, told = stream.until(id, "question-asked.v1")
            asked = [each for each in told["happened"] if each["type"].endswith("question-asked.v1")]
            data = asked[0]["data"]
            assert (data and data["question"]) == expected
            assert told["handoffs"][0]["customer"] == (None if stream is ops else data and _customer())


def _customer() -> dict[str, str | None]:
    who = customer(11)
    return {"id": who.id, "account_id": who.account_id, "name": who.name}


def test_a_stream_is_not_for_who_wants_json(floor: ApiFloor) -> None:
    answer = floor.by("billing").get("/events", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (406, "not-acceptable")
