"""The order of open handoffs: by time left."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from orchestrator.board.live.card import Card
from orchestrator.board.said import Problem, Unclear
from orchestrator.domain.sentence import Sentence

FAR: Final = datetime.max.replace(tzinfo=UTC)
"""Where a handoff stands of which nothing is due: last."""

Order = tuple[datetime, UUID]
"""When the first promise is due, and the handoff."""
END: Final[Order] = (FAR, UUID(int=2**128 - 1))
"""Behind every handoff."""


def order_of(card: Card) -> Order:
    """Return the place of a card by time left."""
    return card.due_at or FAR, card.id


def order_text(order: Order) -> str:
    """Return a place as text that sorts as the place does."""
    at, id = order
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z~{id}"


def order_from(text: str) -> Order:
    """Return the place that `order_text` wrote.

    Raises:
        Unclear: it is no such text.
    """
    at, _, id = text.partition("~")
    try:
        return datetime.fromisoformat(at).astimezone(UTC), UUID(id)
    except (ValueError, OverflowError):
        raise Unclear(
            (Problem("after", Sentence("is no place in the queue: follow the link of a page")),)
        ) from None
