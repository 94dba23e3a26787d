from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.errors import Refused
from orchestrator.domain.knowledge import PublishedArticle
from orchestrator.inbound import Origin
from streams.context.decoding import Arrival
from streams.knowledge.publications import publication_of
from streams.messages.faults import Fault, Refusal
from tests.builders import HOUR, MINUTE, T0, cloudevent_headers
from tests.unit.domain.properties import PROPERTY

DATA: dict[str, Any] = {
    "id": "refunds",
    "title": "Refunds",
    "body": "Nobody but billing.",
    "teams": ["billing"],
}


def arrival(
    data: Any = DATA,
    *,
    key: bytes | None = b"refunds",
    headers: list[tuple[str, bytes]] | None = None,
    appended_after: timedelta | None = MINUTE,
) -> Arrival:
    value = data if data is None or isinstance(data, bytes) else json.dumps(data).encode()
    if headers is None:
        headers = cloudevent_headers(PublishedArticle.type, id="e-1")
    origin = Origin(PublishedArticle.type, 0, 7, key, value, tuple(headers))
    return Arrival(origin, None if appended_after is None else T0 + appended_after)


def test_an_article_is_published_at_the_time_of_its_source() -> None:
    publication = publication_of(arrival())
    assert (publication.id, publication.at) == ("refunds", T0)
    assert publication.article is not None
    assert (publication.article.title, publication.article.teams) == ("Refunds", ("billing",))


def test_a_structured_event_says_the_same() -> None:
    event = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "//chat.example/desk",
        "type": PublishedArticle.type,
        "time": T0.isoformat(),
        "data": DATA,
    }
    headers = [("content-type", b"application/cloudevents+json")]
    assert publication_of(arrival(event, headers=headers)) == publication_of(arrival())


def test_a_null_withdraws_an_article_when_its_headers_or_else_the_broker_say() -> None:
    assert publication_of(arrival(None)).at == T0
    bare = publication_of(arrival(None, headers=[]))
    assert (bare.id, bare.at, bare.article) == ("refunds", T0 + MINUTE, None)


@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        (arrival(key=None), Fault.NULL_KEY, "it must be the article's id"),
        (arrival(key=b"other"), Fault.KEY_MISMATCH, "the key is not data.id"),
        (arrival(None, key=b"\xff"), Fault.NOT_UTF8, "the key is not UTF-8"),
        (arrival(None, headers=[], appended_after=None), Fault.BAD_ATTRIBUTE, "say its time"),
        (arrival(b"{"), Fault.MALFORMED_JSON, "EOF"),
        (arrival({"id": "refunds", "title": " ", "body": "x"}), Fault.INVALID_DATA, "title"),
        (arrival(DATA | {"url": "javascript:alert(1)"}), Fault.INVALID_DATA, "url"),
        (arrival(DATA | {"body": "x" * 300_000}), Fault.INVALID_DATA, "body"),
        (arrival(headers=cloudevent_headers("other", id="e-1")), Fault.UNKNOWN_TYPE, "'other' is no article"),
        (arrival(headers=[]), Fault.NOT_CLOUDEVENTS, "missing"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(what: Arrival, code: Fault, said: str) -> None:
    with pytest.raises(Refusal) as refusal:
        publication_of(what)
    assert refusal.value.code is code
    assert said in refusal.value.message


def test_an_article_from_the_future_is_refused() -> None:
    headers = cloudevent_headers(PublishedArticle.type, id="e-1", at=T0 + 24 * HOUR)
    with pytest.raises(Refused) as refusal:
        publication_of(arrival(headers=headers))
    assert refusal.value.code == "from-the-future"


@PROPERTY
@given(st.binary(max_size=200), st.binary(max_size=20))
def test_any_bytes_are_an_article_or_refused(value: bytes, key: bytes) -> None:
    with pytest.raises(Refusal):
        publication_of(arrival(value, key=key))
