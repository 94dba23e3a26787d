"""What a request says is read whole, or refused with the place of each error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.datastructures import QueryParams

from orchestrator.board.api.actions import body_of
from orchestrator.board.api.asking import body, pointer
from orchestrator.board.api.handoff_queries import HandoffsQuery
from orchestrator.board.api.idempotency import HEADER, fingerprint, key_of
from orchestrator.board.api.problems import Invalid, KeyMissing, NotJson, WrongMediaType
from orchestrator.board.api.refusing import saying_where
from orchestrator.board.doing import ACTIONS
from orchestrator.board.said import Problem, Unclear
from orchestrator.domain.commands import Reply
from tests.unit.board.api.requests import a_request

JSON = {"content_type": "application/json; charset=utf-8"}


def read(action: str, said: Any) -> BaseModel:
    return body(a_request(**JSON), json.dumps(said).encode(), body_of(action))


def places(refused: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {error.get("pointer") or error["parameter"] for error in refused.value.more["errors"]}


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_a_body_has_the_fields_of_the_command_and_a_team(action: str) -> None:
    fields = body_of(action).model_fields
    assert fields.keys() == (ACTIONS[action].model_fields.keys() - Reply.model_fields.keys()) | {"team"}
    for name in fields.keys() - {"team"}:
        assert fields[name].is_required() == ACTIONS[action].model_fields[name].is_required()


def test_a_body_keeps_the_limits_of_the_command() -> None:
    with pytest.raises(Invalid) as refused:
        read("ask", {"question": "x" * 2_001})
    assert places(refused) == {"#/question"}


def test_no_body_is_an_empty_one_and_needs_no_kind() -> None:
    assert body(a_request(), b"", body_of("accept")).model_dump(exclude_unset=True) == {}
    with pytest.raises(Invalid) as refused:
        body(a_request(), b"", body_of("ask"))
    assert places(refused) == {"#/question"}


def test_a_body_of_another_kind_is_not_read() -> None:
    for headers in ({}, {"content_type": "text/plain"}, {"content_type": "application/jsonp"}):
        with pytest.raises(WrongMediaType):
            body(a_request(**headers), b"{}", body_of("accept"))


@pytest.mark.parametrize("raw", [b"{", b"nothing", b'"\xff"', b'{"team": "\\ud800"}', b"[" * 9_999])
def test_what_is_no_json_is_not_read(raw: bytes) -> None:
    with pytest.raises(NotJson):
        body(a_request(**JSON), raw, body_of("accept"))


def test_a_field_that_is_none_is_told_with_those_that_are() -> None:
    with pytest.raises(Invalid) as refused:
        read("tick", {"item": "a", "itme": "b"})
    assert places(refused) == {"#/itme"}
    assert "item, done, team" in refused.value.message


def test_a_pointer_is_escaped() -> None:
    assert pointer(("a/b", "c~d", 0)) == "#/a~1b/c~0d/0"
    assert pointer(()) == "#"


def test_what_is_unclear_later_has_its_place_too() -> None:
    unclear = Unclear((Problem("reason.text", "is empty"), Problem("team", "is none")))
    with pytest.raises(Invalid) as refused, saying_where(in_body=True):
        raise unclear
    assert places(refused) == {"#/reason/text", "#/team"}
    with pytest.raises(Invalid) as refused, saying_where():
        raise unclear
    assert places(refused) == {"reason.text", "team"}


def test_parameters_may_stand_there_as_often_as_they_are_lists() -> None:
    query = HandoffsQuery.read(QueryParams("to=a&to=b&from=c&with=missing&limit=7"))
    assert (query.to, query.from_, query.with_, query.limit) == (("a", "b"), ("c",), ("missing",), 7)
    with pytest.raises(Invalid) as refused:
        HandoffsQuery.read(QueryParams("limit=7&limit=8&case=a&case=b"))
    assert places(refused) == {"limit", "case"}


def test_a_typing_error_in_a_parameter_does_not_pass() -> None:
    with pytest.raises(Invalid) as refused:
        HandoffsQuery.read(QueryParams("tema=billing"))
    assert places(refused) == {"tema"}
    assert "team" in refused.value.message


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("", set()),
        ("status=held&status=offered", set()),
        ("status=completed", {"status"}),
        ("status=closed&status=held", {"status"}),
        ("status=all&owner=-&with=missing", {"owner", "with"}),
    ],
)
def test_what_is_over_is_not_mixed_with_what_is_open(query: str, wrong: set[str]) -> None:
    asked = HandoffsQuery.read(QueryParams(query))
    if wrong:
        with pytest.raises(Invalid) as refused:
            _ = asked.is_history
        assert places(refused) == wrong
    else:
        assert not asked.is_history


@pytest.mark.parametrize(
    ("given", "key"), [("a-1", "a-1"), (' "a-1" ', "a-1"), ('"', '"'), ("x" * 100, "x" * 100)]
)
def test_a_key_is_what_stands_between_quotes_or_all_of_it(given: str, key: str) -> None:
    assert key_of(a_request(**{HEADER: given})) == key


@pytest.mark.parametrize("given", [None, "", "  ", '""', "x" * 101, "ä", "a\tb"])
def test_what_is_no_key_is_refused(given: str | None) -> None:
    with pytest.raises(KeyMissing, match=HEADER):
        key_of(a_request(**({} if given is None else {HEADER: given})))


def test_a_fingerprint_is_that_of_the_address_and_of_what_is_said() -> None:
    one = fingerprint(a_request("/a"), b'{"x": 1, "y": [2]}')
    assert one == fingerprint(a_request("/a"), b'{ "y":[2],\n"x":1}')
    others = [
        (a_request("/b"), b'{"x": 1, "y": [2]}'),
        (a_request("/a"), b'{"x": 1}'),
        (a_request("/a"), b""),
    ]
    assert len({one, *(fingerprint(*each) for each in others)}) == 4
