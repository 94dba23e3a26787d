"""What the page of a queue is told while it is open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from starlette.requests import Request

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.agent.queue_list import Stretch
from orchestrator.board.agent.queue_page import lists_of, may_open
from orchestrator.board.agent.queue_place import Place
from orchestrator.board.agent.queue_rows import Part, part_of, row_id, rows_of
from orchestrator.board.discretion import as_seen
from orchestrator.board.live.card import Card
from orchestrator.board.live.change import Change, Fragment, Message
from orchestrator.board.live.shown import Shown
from orchestrator.board.look.catalogue import gettext
from orchestrator.board.look.preferences import Preferences
from orchestrator.board.parts import Parts
from orchestrator.board.problems import NotFound
from orchestrator.domain.sentence import Sentence


class QueueView:
    """Puts, moves and drops the rows of one team's queue for one person."""

    def __init__(self, place: Place, parts: Parts, viewer: Viewer, language: str) -> None:
        self._place = place
        self._renderer = parts.renderer
        self._viewer = viewer
        self._language = language
        self._rows = rows_of(parts.renderer)
        self._lists = lists_of(parts, place, viewer)
        self._shown: dict[Part, Shown[Card]] = {}
        self._stretches: dict[Part, Stretch] = {}
        # The page was rendered before: what went meanwhile is told first, and was never in these lists.
        self._is_caught_up = False

    def messages(self, change: Change) -> Iterable[Message]:
        """Return what changed in the lists."""
        touched: set[Part] = set()
        new: list[Card] = []
        for card in change.cards:
            before, after = self._part(card.id), self._part_of(card)
            touched |= self._moved(card.id, before, after, card)
            if after is Part.OFFERED and before is None:
                new.append(card)
        for id in change.gone:
            touched |= self._moved(id, self._part(id), None)
        if not self._is_caught_up:
            touched = set(Part)
        self._is_caught_up = True
        changed = {*(card.id for card in change.cards), *change.gone}
        shown = [part for part in self._place.parts if part in touched]
        drop: list[str] = []
        put: list[Fragment] = []
        for part in shown:
            cards, gone = self._changes_in(part, changed)
            drop += gone
            put += [self._row(part, card) for _, card in cards]
        # What goes makes room before what comes is put in: a list lets nothing in beyond its limit.
        if drop:
            yield Message(drop=tuple(drop))
        put += self._figures(shown) if changed else ()
        say = tuple(map(self._news, new)) if Part.OFFERED in shown else ()
        if put or say:
            yield Message(put=tuple(put), say=say)

    def tick(self) -> Iterable[Message]:
        """Return nothing: clocks tick in the browser."""
        return ()

    def _part(self, id: UUID) -> Part | None:
        return next((part for part, cards in self._lists.items() if id in cards), None)

    def _part_of(self, card: Card) -> Part | None:
        if not self._place.filters.shows(card, self._viewer):
            return None
        return part_of(card, self._place.team, self._viewer)

    def _moved(
        self, id: UUID, before: Part | None, after: Part | None, card: Card | None = None
    ) -> set[Part]:
        if before is not None and before is not after:
            self._lists[before].remove(id)
        if after is not None and card is not None:
            self._lists[after].put(card)
        return {part for part in (before, after) if part is not None}

    def _changes_in(
        self, part: Part, changed: Collection[UUID]
    ) -> tuple[Iterable[tuple[str, Card]], Iterable[str]]:
        """Return the rows of a list to put, and the ids to drop."""
        cards = self._lists[part]
        if part not in self._shown:
            unmoved = cards.unmoved(len(changed))
            self._shown[part] = Shown(lambda card: card.id in unmoved)
        now = {row_id(part, card.id): card for card in cards.shown()}
        return self._shown[part].update(now, {row_id(part, id) for id in changed})

    def _row(self, part: Part, card: Card) -> Fragment:
        html = self._rows.html(card, part, self._viewer, self._language)
        return Fragment(row_id(part, card.id), html, into=f"queue-{part.value}")

    def _news(self, card: Card) -> str:
        _ = gettext(self._language)
        seen = as_seen(card, self._viewer)
        return _("New in the queue: {case}").format(case=f"{seen.case_id} {seen.customer}".strip())

    def _figures(self, touched: Collection[Part]) -> Iterator[Fragment]:
        """Return how much stands in lists, and which of it the page shows, where that is not as it was."""
        for part in touched:
            stretch, before = self._lists[part].stretch(), self._stretches.get(part)
            if stretch == before:
                continue
            self._stretches[part] = stretch
            yield self._figure("count", part, stretch)
            if before is None or not (before.is_whole and stretch.is_whole):
                yield self._figure("more", part, stretch)

    def _figure(self, name: str, part: Part, stretch: Stretch) -> Fragment:
        facts = {"part": part, "stretch": stretch, "place": self._place}
        html = self._renderer.piece(f"agent/queue_{name}.html.j2", language=self._language, **facts)
        return Fragment(f"queue-{name}-{part.value}", html)


def queue_view(request: Request, parts: Parts, viewer: Viewer) -> QueueView:
    """Return the view of the queue of the team that the address names in `of`."""
    team = request.query_params.get("of", "")
    if not may_open(parts, viewer, team):
        raise NotFound(Sentence("there is no team {team}", team=repr(team)))
    preferences: Preferences = request.state.preferences
    return QueueView(Place.of(team, request.query_params), parts, viewer, preferences.language)
