"""A cursor is read by the list that wrote it, and by no other."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from orchestrator.board.api.breaches import _PLACE as BROKEN
from orchestrator.board.api.cursor import decode, encode, next_page
from orchestrator.board.api.handoffs import _PLACE as ORDER
from orchestrator.board.api.history import _PLACE as NEWEST
from orchestrator.board.api.one_handoff import _VERSION as VERSION
from orchestrator.board.api.problems import Invalid
from orchestrator.board.api.reports import _PLACE as CASES
from tests.unit.board.api.requests import a_request
from tests.unit.domain.properties import PROPERTY

instants = st.datetimes(timezones=st.just(UTC))


@PROPERTY
@given(instants, st.uuids())
def test_a_place_by_time_left_comes_back_as_it_was(at: datetime, id: UUID) -> None:
    assert decode(encode("due", (at, id)), "due", ORDER) == (at, id)


@PROPERTY
@given(instants, st.uuids(), st.text(max_size=20), st.integers(1, 99))
def test_a_place_among_breaches_comes_back_as_it_was(at: datetime, id: UUID, kind: str, run: int) -> None:
    place = (at, id, kind.encode("utf-8", "replace").decode().replace("\x00", ""), run)
    assert decode(encode("broken", place), "broken", BROKEN) == place


@PROPERTY
@given(st.timedeltas(timedelta(), timedelta(days=4_000)), instants, st.text(st.characters(codec="ascii")))
def test_a_place_in_a_report_comes_back_as_it_was(length: timedelta, at: datetime, tie: str) -> None:
    place = (length, at, tie[:100].replace("\x00", ""))
    assert decode(encode("case-held", place), "case-held", CASES) == place


def test_no_cursor_is_the_beginning() -> None:
    assert decode(None, "due", ORDER) is None


@PROPERTY
@given(st.text(max_size=60) | st.binary(max_size=40).map(lambda raw: raw.hex()))
def test_whatever_else_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode(text, "due", ORDER)
    assert refused.value.more["errors"][0]["parameter"] == "cursor"


@pytest.mark.parametrize(
    ("kind", "told", "place"),
    [
        ("due", ["2026-03-02T09:00:00", str(UUID(int=1))], ORDER),
        ("version", 2**40, VERSION),
        ("version", -1, VERSION),
        ("case-met", ["PT0S", "2026-03-02T09:00:00Z", "a\x00b"], CASES),
        ("case-met", ["PT0S", "2026-03-02T09:00:00", "a"], CASES),
        ("new", ["2026-03-02T09:00:00", str(UUID(int=1))], NEWEST),
    ],
)
def test_a_place_that_no_list_has_is_refused_before_anything_is_asked(
    kind: str, told: Any, place: TypeAdapter[Any]
) -> None:
    made_up = urlsafe_b64encode(json.dumps([kind, told]).encode()).decode()
    with pytest.raises(Invalid):
        decode(made_up, kind, place)


def test_a_cursor_of_another_list_or_of_another_shape_is_refused() -> None:
    for other in (encode("new", (datetime(2026, 3, 2, tzinfo=UTC), UUID(int=1))), encode("due", (1, 2))):
        with pytest.raises(Invalid):
            decode(other, "due", ORDER)


def test_the_next_page_keeps_what_was_asked_and_leaves_the_old_cursor() -> None:
    request = a_request(query="to=billing&to=tier-2&cursor=old&q=a%20b")
    address, headers = next_page(request, "new")
    assert address == "/api/v1/handoffs?to=billing&to=tier-2&q=a+b&cursor=new"
    assert headers == {"Link": f'<{address}>; rel="next"'}
    assert next_page(request, None) == (None, {})
