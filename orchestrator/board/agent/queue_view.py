"""What the page of a queue is told while it is open."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from markupsafe import escape
from starlette.requests import Request

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.agent.queue_page import may_open, selected
from orchestrator.board.agent.queue_rows import Part, part_of, row_id, rows_of
from orchestrator.board.discretion import as_seen
from orchestrator.board.filters import Filters
from orchestrator.board.live.card import Card
from orchestrator.board.live.change import Change, Fragment, Message
from orchestrator.board.look.catalogue import gettext
from orchestrator.board.look.preferences import Preferences
from orchestrator.board.parts import Parts
from orchestrator.board.problems import NotFound


class QueueView:
    """Puts, moves and drops the rows of one team's queue for one person."""

    def __init__(self, team: str, filters: Filters, parts: Parts, viewer: Viewer, language: str) -> None:
        self._team = team
        self._filters = filters
        self._parts = parts
        self._viewer = viewer
        self._language = language
        self._rows = rows_of(parts.renderer)
        lists = selected(parts, team, filters, viewer)
        self._where: dict[UUID, Part] = {card.id: part for part, cards in lists.items() for card in cards}
        # The page was rendered before: what went meanwhile is told first, and was never in these lists.
        self._is_caught_up = False

    def messages(self, change: Change) -> Iterable[Message]:
        """Return what changed in the lists."""
        _ = gettext(self._language)
        put: list[Fragment] = []
        drop: list[str] = []
        say: list[str] = []
        touched = set[Part]()
        for card in change.cards:
            before, after = self._where.get(card.id), self._part(card)
            if before is None and after is None and self._is_caught_up:
                continue
            touched |= {part for part in (before, after) if part is not None}
            if after is None or before is not after:
                drop += [f"{part.value}-{card.id}" for part in Part if part is not after]
            if after is None:
                self._where.pop(card.id, None)
                continue
            self._where[card.id] = after
            html = self._rows.html(card, after, self._viewer, self._language)
            put.append(Fragment(row_id(after, card), html, into=f"queue-{after.value}"))
            if after is Part.OFFERED and before is None:
                seen = as_seen(card, self._viewer)
                say.append(
                    _("New in the queue: {case}").format(case=f"{seen.case_id} {seen.customer}".strip())
                )
        for id in change.gone:
            part = self._where.pop(id, None)
            if part is not None or not self._is_caught_up:
                touched |= {part} if part is not None else set()
                drop += [f"{each.value}-{id}" for each in Part]
        counted = touched if self._is_caught_up else set(Part)
        self._is_caught_up = True
        if put or drop:
            yield Message(put=(*put, *self._counts(counted)), drop=tuple(drop), say=tuple(say))

    def tick(self) -> Iterable[Message]:
        """Return nothing: clocks tick in the browser."""
        return ()

    def _part(self, card: Card) -> Part | None:
        if not self._filters.shows(card, self._viewer):
            return None
        return part_of(card, self._team, self._viewer)

    def _counts(self, touched: Iterable[Part]) -> Iterable[Fragment]:
        for part in touched:
            count = sum(each is part for each in self._where.values())
            id = f"queue-count-{part.value}"
            yield Fragment(id, f'<span id="{escape(id)}" class="number soft">{count}</span>')


def queue_view(request: Request, parts: Parts, viewer: Viewer) -> QueueView:
    """Return the view of the queue of the team that the address names in `of`."""
    team = request.query_params.get("of", "")
    if not may_open(parts, viewer, team):
        raise NotFound(f"there is no team {team!r}")
    preferences: Preferences = request.state.preferences
    filters = Filters.of(request.query_params)
    return QueueView(team, filters, parts, viewer, preferences.language)
