"""Messages of a knowledge base to publications, or to the reason why they are none."""

from __future__ import annotations

from pydantic_core import ValidationError

from orchestrator.domain.context.observation import refuse_future
from orchestrator.domain.identity import event_id
from orchestrator.domain.knowledge import PublishedArticle
from orchestrator.knowledge.shelf import Publication
from streams.context.decoding import Arrival
from streams.messages.cloudevents import REQUIRED, read_envelope, read_event, read_headers
from streams.messages.faults import Fault, Refusal
from streams.messages.json_bytes import refuse_invalid


def publication_of(arrival: Arrival) -> Publication:
    """Return what a message says.

    Raises:
        Refusal: it says nothing that can be used.
        Refused: it comes from the future, by the broker's clock.
    """
    publication = _publication(arrival)
    if arrival.appended_at is not None:
        refuse_future(publication.at, arrival.appended_at)
    return publication


def _publication(arrival: Arrival) -> Publication:
    origin = arrival.origin
    if not origin.key:
        raise Refusal(Fault.NULL_KEY, "the key is null or empty; it must be the article's id")
    if origin.value is None:
        return _withdrawn(arrival, origin.key)
    kind, cause, data = read_event(origin.headers, origin.value)
    if kind != PublishedArticle.type:
        raise Refusal(Fault.UNKNOWN_TYPE, f"the type {kind[:100]!a} is no article")
    try:
        article = PublishedArticle.model_validate_json(data)
    except ValidationError as error:
        raise refuse_invalid(data, error) from None
    if article.id.encode() != origin.key:
        raise Refusal(Fault.KEY_MISMATCH, "the key is not data.id")
    return Publication(article.id, cause.at, str(event_id(cause.source, cause.id)), article)


def _withdrawn(arrival: Arrival, key: bytes) -> Publication:
    try:
        id = key.decode()
    except UnicodeDecodeError:
        raise Refusal(Fault.NOT_UTF8, "the key is not UTF-8; it must be the article's id") from None
    attributes = read_headers(arrival.origin.headers)
    if any(name in attributes for name in (*REQUIRED, "time")):
        _, cause = read_envelope(attributes)
        return Publication(id, cause.at, str(event_id(cause.source, cause.id)), None)
    if arrival.appended_at is None:
        raise Refusal(Fault.BAD_ATTRIBUTE, "neither the headers of the null nor the broker say its time")
    return Publication(id, arrival.appended_at, "", None)
