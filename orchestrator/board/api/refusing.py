"""What the rooms find unclear, as the API says it: with the place of each error in the request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from orchestrator.board.api.asking import pointer
from orchestrator.board.api.problems import Invalid, Where
from orchestrator.board.said import Unclear


@contextmanager
def saying_where(*, in_body: bool = False) -> Iterator[None]:
    """Name the places of what is unclear: fields of the body, or parameters of the address."""
    try:
        yield
    except Unclear as error:
        raise Invalid(
            [
                Where(pointer=pointer(tuple(each.field.split("."))), detail=each.message)
                if in_body
                else Where(parameter=each.field, detail=each.message)
                for each in error.problems
            ]
        ) from error
