"""What a tab with the board is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from orchestrator.board.lead.feed import Breach, Feed, as_breach, over
from orchestrator.board.lead.matrix import matrix_of
from orchestrator.board.lead.more import more_of
from orchestrator.board.lead.room import Room
from orchestrator.board.lead.selection import Selection
from orchestrator.board.lead.strip import strip_of
from orchestrator.board.lead.tab import Figures, Tab
from orchestrator.board.live.change import Change, Fragment, Message
from orchestrator.board.live.shown import Shown
from orchestrator.board.order import Order
from orchestrator.domain.figures.in_time import IN_TIME_FORMULA

_LOOKED_AT_EVERY_S: Final = 10


class BoardTab(Tab):
    """The queue, the figures, the matrix and the breach feed."""

    row = "lead/row.html.j2"
    into = "queue"

    def __init__(
        self,
        room: Room,
        selection: Selection,
        around: Selection,
        language: str,
        *,
        limit: int,
        after: Order | None,
        last: Order | None,
    ) -> None:
        super().__init__(room, selection, language, limit=limit, after=after, last=last)
        self._around = around
        self._feed: Feed | None = None
        self._standing: Shown[Breach] = Shown()
        self._over: Shown[Breach] = Shown()

    def refresh(self, change: Change) -> None:
        """Take in what changed, also of the teams that are not chosen."""
        super().refresh(change)
        if self._around is not self.selection:
            self._around.refresh([*(card.id for card in change.cards), *change.gone])

    def figures(self) -> Iterator[Figures]:
        """Return the strip, the cards, the matrix, and the line under the queue."""
        room, key = self.room, self.selection.key
        rates = room.rates.peek()
        strip = strip_of(room.parts.pulse, room.parts.clock.now())
        yield Figures("strip", "lead/strip.html.j2", "strip", {"strip": strip})
        yield Figures("figures", "lead/figures.html.j2", key, figures_of(self.selection, room))
        matrix = room.memo.get(
            ("matrix", key),
            (self._around.revision, room.rates.version),
            lambda: matrix_of(self._around, self.filters, rates),
        )
        yield Figures("matrix", "lead/matrix.html.j2", key, {"matrix": matrix})
        more = room.memo.get(
            ("more", key, self.after),
            self.selection.revision,
            lambda: more_of(self.selection, self.after, self.limit),
        )
        yield Figures("more", "lead/more.html.j2", (key, self.after), {"more": more})

    def lists(self) -> Iterator[Message]:
        """Return the lines of the breach feed that are not as they were."""
        feed = feed_of(self.selection, self.room)
        if feed is self._feed:
            return
        if self._feed is None:
            # What the page came with may be over by now: this replaces all of it.
            html = self.room.parts.renderer.piece("lead/feed.html.j2", language=self.language, feed=feed)
            yield Message(put=(Fragment("feed", html),))
            self._standing.take(feed.standing)
            self._over.take(feed.over)
        self._feed = feed
        for shown, into, breaches in (
            (self._standing, "feed-standing", feed.standing),
            (self._over, "feed-over", feed.over),
        ):
            put, drop = shown.update(breaches, ())
            yield Message(drop=tuple(drop))
            yield Message(put=tuple(self._line(id, each, into) for id, each in put))

    def _line(self, id: str, breach: Breach, into: str) -> Fragment:
        place = (id, breach.may_acknowledge)
        html = self.room.pieces.render(place, "lead/breach.html.j2", self.language, {"breach": breach})
        return Fragment(id, html, into=into)


def feed_of(selection: Selection, room: Room) -> Feed:
    """Return the breach feed as far as it is known; what is not is read meanwhile."""
    ended, now = room.over.peek() or [], room.parts.clock.now()

    def make() -> Feed:
        broken = selection.broken()
        room.notes.ask(card for card, _ in broken)
        standing = [
            as_breach(selection, card, clock, room.notes.peek(card), now=now) for card, clock in broken
        ]
        return Feed.of(standing, over(selection, ended))

    # Acknowledgements expire, and what could not be read is asked for again.
    state = (
        selection.revision,
        room.over.version,
        room.notes.revision,
        now.timestamp() // _LOOKED_AT_EVERY_S,
    )
    return room.memo.get(("feed", selection.key), state, make)


def figures_of(selection: Selection, room: Room) -> dict[str, Any]:
    """Return what the cards say."""
    rates, filters = room.rates.peek(), selection.filters
    tally = selection.counts.all
    return {
        "formula": IN_TIME_FORMULA,
        "open": tally.open,
        "at_risk": tally.at_risk,
        "breached": tally.breached,
        "at_risk_query": filters.query(risk="at-risk"),
        "breached_query": filters.query(risk="breached"),
        "open_query": filters.query(risk=None),
        "in_time": rates.of(filters, selection.viewer) if rates is not None else None,
    }
