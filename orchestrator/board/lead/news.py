"""What a tab says aloud: breaches at once, new work now and then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from orchestrator.board.lead.selection import Selection
from orchestrator.board.live.change import Change, Happening
from orchestrator.board.look.catalogue import gettext, ngettext
from orchestrator.board.look.labels import labels
from orchestrator.board.look.rendering import Renderer
from orchestrator.domain.events import ClockBreached, HandoffRequested

_MOST_ALERTS: Final = 3
"""More breaches than these are told as a number."""
_SAID_EVERY: Final = timedelta(seconds=20)


class News:
    """Of what one selection shows, in one language."""

    def __init__(self, selection: Selection, renderer: Renderer, language: str) -> None:
        self._selection = selection
        self._teams = renderer.teams
        self._language = language
        self._arrived = 0
        self._said_at: datetime | None = None

    def alerts(self, change: Change) -> Iterator[str]:
        """Return a sentence about each promise that broke, or about all of them where they are many."""
        _ = gettext(self._language)
        told = [
            each for each in change.happenings if each.type == ClockBreached.type and self._is_shown(each)
        ]
        if len(told) > _MOST_ALERTS:
            many = ngettext(self._language)
            text = many("{count} promise was broken", "{count} promises were broken", len(told))
            yield text.format(count=len(told))
            return
        for each in told:
            assert each.data is not None
            said = _("Breached: {case}, {clock}, owed by {team}")
            yield said.format(
                case=each.data["case_id"],
                clock=labels(self._language).clock.get(each.data["kind"], each.data["kind"]),
                team=self._teams.get(each.data["team"], each.data["team"]),
            )

    def hear(self, change: Change) -> None:
        """Note what is worth a word later."""
        new = [each for each in change.happenings if each.type == HandoffRequested.type]
        self._arrived += sum(self._selection.has(each.journal) for each in new)

    def says(self, now: datetime) -> Iterator[str]:
        """Return a sentence about what has arrived, not too often."""
        if not self._arrived or (self._said_at is not None and now - self._said_at < _SAID_EVERY):
            return
        many = ngettext(self._language)
        text = many("{count} new handoff", "{count} new handoffs", self._arrived)
        yield text.format(count=self._arrived)
        self._arrived, self._said_at = 0, now

    def _is_shown(self, happening: Happening) -> bool:
        return happening.data is not None and self._selection.has(happening.journal)
