"""`/board.csv` and `/board.json`: all that the board shows with the same filters, for other programs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from orchestrator.board.discretion import as_seen
from orchestrator.board.filters import Filters
from orchestrator.board.lead.room import room_of
from orchestrator.board.live.card import Card
from orchestrator.board.parts import parts_of
from orchestrator.board.spreadsheet import Value, cell, csv_lines

_AT_ONCE: Final = 200
"""Rows that are made before others have their turn."""
COLUMNS: Final = (
    "handoff_id",
    "case_id",
    "risk",
    "clock",
    "due_at",
    "status",
    "priority",
    "customer_id",
    "customer",
    "account_id",
    "tier",
    "kind",
    "reason",
    "sending_team",
    "receiving_team",
    "agent",
    "offered_to",
    "items_done",
    "items",
    "missing",
    "bounces",
    "questions",
    "requested_at",
)


async def as_csv(request: Request) -> Response:
    """Return what the board shows as a table."""
    cards = _cards(request)
    lines = csv_lines(COLUMNS, (list(_fields(card).values()) for card in cards))
    return _download(request, lines, "text/csv; charset=utf-8", "csv")


async def as_json(request: Request) -> Response:
    """Return what the board shows, with every open promise."""
    return _download(request, _json(request, _cards(request)), "application/json", "json")


def _cards(request: Request) -> list[Card]:
    viewer, room = request.state.viewer, room_of(request)
    selection = room.selections.of(Filters.of(request.query_params), viewer)
    return [as_seen(card, viewer) for card in selection.cards()]


def _fields(card: Card) -> dict[str, Value]:
    """Return the columns of a card, in their order."""
    values: tuple[Value, ...] = (
        str(card.id),
        card.case_id,
        card.risk.value,
        card.clocks[0].kind if card.clocks else None,
        card.due_at,
        card.status.value,
        card.priority.value,
        card.customer_id or None,
        card.customer or None,
        card.account_id,
        card.tier,
        card.kind,
        card.reason,
        card.sending_team,
        card.receiving_team,
        card.agent,
        card.offered_to,
        card.items_done,
        card.items,
        " ".join(card.missing),
        card.bounces,
        card.questions,
        card.requested_at,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _json(request: Request, cards: list[Card]) -> Iterator[str]:
    parts = parts_of(request)
    told = {
        "as_of": cell(parts.clock.now()),
        "journal_seq": parts.floor.seq,
        "filters": list(Filters.of(request.query_params).pairs()),
        "count": len(cards),
    }
    yield json.dumps(told, ensure_ascii=False)[:-1] + ', "handoffs": ['
    for n, card in enumerate(cards):
        yield (",\n" if n else "\n") + json.dumps(_object(card), ensure_ascii=False)
    yield "\n]}\n"


def _object(card: Card) -> dict[str, Any]:
    clocks = [
        {
            "kind": clock.kind,
            "generation": clock.generation,
            "team": clock.team,
            "risk": clock.risk.value,
            "started_at": cell(clock.started_at),
            "due_at": cell(clock.due_at) or None,
            "acknowledged_until": cell(clock.acknowledged_until) or None,
        }
        for clock in card.clocks
    ]
    fields: dict[str, Any] = _fields(card)
    instants = {name: cell(fields[name]) or None for name in ("due_at", "requested_at")}
    return fields | instants | {"missing": card.missing, "clocks": clocks}


def _download(request: Request, lines: Iterable[str], media_type: str, ending: str) -> Response:
    at = parts_of(request).clock.now().strftime("%Y%m%dT%H%M%SZ")
    named = {"Content-Disposition": f'attachment; filename="handoffs-{at}.{ending}"'}
    return StreamingResponse(_in_turn(lines), media_type=media_type, headers=named)


async def _in_turn(lines: Iterable[str]) -> AsyncIterator[str]:
    rest = iter(lines)
    while chunk := "".join(islice(rest, _AT_ONCE)):
        yield chunk


routes: Final[list[BaseRoute]] = [Route("/board.csv", as_csv), Route("/board.json", as_json)]
