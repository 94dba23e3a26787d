"""The rows of a team's queue: which list a handoff stands in, and its HTML, rendered once for all tabs."""

from __future__ import annotations

from collections import OrderedDict
from enum import StrEnum
from typing import Final
from uuid import UUID
from weakref import WeakKeyDictionary

from markupsafe import escape

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.discretion import as_seen, knows_customer
from orchestrator.board.live.card import Card
from orchestrator.board.look.rendering import Renderer
from orchestrator.board.order import order_of, order_text
from orchestrator.domain.handoff import Status

_KEPT: Final = 5_000
"""Rows of HTML, of about 1.5 KB each."""


class Part(StrEnum):
    """A list of the queue's page."""

    MINE = "mine"
    """Accepted by who looks."""
    OFFERED = "offered"
    """Waits for somebody of the team to accept it."""
    SENT = "sent"
    """The team gave it away, and owes an answer or an item."""
    OTHERS = "others"
    """Accepted by somebody else of the team."""
    COMING = "coming"
    """Its packet is held until its sending team has done what it owes."""


def part_of(card: Card, team: str, viewer: Viewer) -> Part | None:
    """Return in which list of a team's queue a handoff stands for who looks; None: in none."""
    if card.receiving_team == team:
        match card.status:
            case Status.HELD:
                return Part.COMING
            case Status.OFFERED:
                return Part.OFFERED
            case _:
                return Part.MINE if card.agent == viewer.id else Part.OTHERS
    owes = card.questions > 0 or (bool(card.missing) and card.status is not Status.ACCEPTED)
    return Part.SENT if card.sending_team == team and owes else None


def row_id(part: Part, id: UUID) -> str:
    """Return the id of the element of a handoff's row: another one in each list, so that a row can move."""
    return f"{part.value}-{id}"


def signed(html: str, csrf: str) -> str:
    """Return rows, which all readers share, with the token of one: without it their forms are refused."""
    return html.replace('name="csrf" value=""', f'name="csrf" value="{escape(csrf)}"')


class Rows:
    """Renders rows, and keeps what was rendered last."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._kept: OrderedDict[tuple[object, ...], str] = OrderedDict()

    def html(self, card: Card, part: Part, viewer: Viewer, language: str) -> str:
        """Return the row of a handoff for who looks."""
        is_known = knows_customer(viewer, card)
        can_accept = part is Part.OFFERED and viewer.may_act(card.receiving_team)
        key = (card.id, card.version, part, language, is_known, can_accept)
        html = self._kept.get(key)
        if html is None:
            html = self._renderer.piece(
                "agent/row.html.j2",
                language=language,
                card=as_seen(card, viewer),
                part=part.value,
                id=row_id(part, card.id),
                order=order_text(order_of(card)),
                can_accept=can_accept,
                is_known=is_known,
            )
            self._kept[key] = html
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return html


_ROWS: Final[WeakKeyDictionary[Renderer, Rows]] = WeakKeyDictionary()


def rows_of(renderer: Renderer) -> Rows:
    """Return the rows that a renderer renders."""
    return _ROWS.setdefault(renderer, Rows(renderer))
