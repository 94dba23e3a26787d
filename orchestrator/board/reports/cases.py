"""`/reports/cases`: what a number counts, one row a thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.look.catalogue import gettext
from orchestrator.board.parts import parts_of
from orchestrator.board.problems import HttpProblem
from orchestrator.board.reports.case_columns import columns_of, values_of
from orchestrator.board.reports.choices import titles_of
from orchestrator.board.reports.listing import MOST, Listing, listing_of
from orchestrator.board.reports.output import csv_answer, json_answer
from orchestrator.board.reports.place import Place
from orchestrator.board.reports.question import Question, address, iso, question_of
from orchestrator.board.reports.readers import teams_of
from orchestrator.board.reports.report import pasts_of
from orchestrator.board.reports.table import plain
from orchestrator.board.reports.words import Numbers, title_of, word_of
from orchestrator.board.said import Problem, Unclear
from orchestrator.domain.figures.listed import Figure
from orchestrator.domain.sentence import Sentence
from orchestrator.ledger import pasts as limits

_T = TypeVar("_T")


class NotClear(HttpProblem):
    """The address asks for what is not there."""

    status = 422
    code = "unclear"


class TooMuch(HttpProblem):
    """More handoffs than are read for one question."""

    status = 422
    code = "too-much"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "the window has more than {most} handoffs, too many to be listed: choose a shorter one",
                most=limits.MOST,
            )
        )


async def page(request: Request) -> Response:
    """Show a page of the list."""
    question, figure, reason, after = clearly(lambda: _asked(request))
    listing = await _listing(request, question, figure, reason, after, MOST)
    viewer: Viewer = request.state.viewer
    _ = gettext(request.state.preferences.language)
    columns = columns_of(figure, _)
    said = {"figure": figure.value, "reason": reason}
    more = {} if listing.next is None else {"after": listing.next.as_text()}
    return parts_of(request).renderer.page(
        request,
        "reports/cases.html.j2",
        question=question,
        span=question.span(request.state.preferences.language),
        kinds=titles_of(parts_of(request).policy.rules),
        numbers=Numbers(request.state.preferences.language),
        listing=listing,
        reason=reason,
        title=title_of(figure, _),
        columns=columns,
        rows=[
            {
                "item": item if viewer.may_see(item) else None,
                "what": word_of(item.what, _),
                "values": values_of(item, columns, viewer),
            }
            for item in listing.items
        ],
        next=question.fixed("/reports/cases", **said, **more) if more else None,
        first=question.fixed("/reports/cases", **said) if after is not None else None,
        back=question.fixed("/reports"),
        exports={form: question.fixed(f"/reports/cases.{form}", **said) for form in ("csv", "json")},
    )


async def as_csv(request: Request) -> Response:
    """Return all of the list, of every page."""
    question, figure, reason, _after = clearly(lambda: _asked(request))
    listing = await _listing(request, question, figure, reason, None, None)
    columns = columns_of(figure, gettext("en"))
    rows = [values_of(item, columns, request.state.viewer) for item in listing.items]
    return csv_answer([column.id for column in columns], rows, f"cases-{figure.value}")


async def as_data(request: Request) -> Response:
    """Return a page of the list, with the address of the next one."""
    question, figure, reason, after = clearly(lambda: _asked(request))
    listing = await _listing(request, question, figure, reason, after, MOST)
    columns = columns_of(figure, gettext("en"))
    rows: list[dict[str, Any]] = []
    for item in listing.items:
        values = values_of(item, columns, request.state.viewer)
        rows.append({column.id: plain(value) for column, value in zip(columns, values, strict=True)})
    said = {"figure": figure.value, "reason": reason}
    after_text = None if listing.next is None else listing.next.as_text()
    told = {
        "asked": question.parameters() | {name: value for name, value in said.items() if value},
        "now": iso(question.now),
        "count": listing.count,
        "items": rows,
        "next": address("/reports/cases.json", dict(request.query_params) | {"after": after_text})
        if after_text
        else None,
    }
    return json_answer(told, f"cases-{figure.value}")


def clearly(read: Callable[[], _T]) -> _T:
    """Return what `read` returns.

    Raises:
        NotClear: it raises `Unclear`.
    """
    try:
        return read()
    except Unclear as error:
        told = [{"field": each.field, "message": each.message} for each in error.problems]
        raise NotClear(error.message, problems=told) from None


def _asked(request: Request) -> tuple[Question, Figure, str | None, Place | None]:
    said = request.query_params
    teams = teams_of(request.state.viewer)
    question = question_of(said, request.state.preferences.zone, teams, now=parts_of(request).clock.now())
    name = said.get("figure", Figure.DECIDED.value)
    if name not in tuple(Figure):
        raise Unclear((Problem("figure", Sentence("is one of: {choices}", choices=", ".join(Figure))),))
    after = said.get("after")
    return question, Figure(name), said.get("reason") or None, Place.of(after) if after else None


async def _listing(
    request: Request,
    question: Question,
    figure: Figure,
    reason: str | None,
    after: Place | None,
    most: int | None,
) -> Listing:
    readers, pasts = parts_of(request).readers, pasts_of(request)
    found = await listing_of(readers, pasts, question, figure, reason=reason, after=after, most=most)
    if found is None:
        raise TooMuch
    return found


routes: Final[list[BaseRoute]] = [
    Route("/reports/cases", page),
    Route("/reports/cases.csv", as_csv),
    Route("/reports/cases.json", as_data),
]
