"""What stands at the bars of a trend, and where they lead."""

from __future__ import annotations

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.filters import Filters
from orchestrator.board.lead.rates import CLOCK
from orchestrator.board.lead.trend import Bar, Part, asked_for
from orchestrator.board.look.preferences import Preferences
from orchestrator.board.reports.question import iso
from orchestrator.domain.figures.periods import Step

_HOURS_BETWEEN_LABELS = 6


class TrendWords:
    """For one reader of one page."""

    def __init__(self, filters: Filters, viewer: Viewer, preferences: Preferences) -> None:
        self._filters = filters
        self._viewer = viewer
        self._zone: ZoneInfo = preferences.zone
        self._language = preferences.language

    def name(self, bar: Bar, step: Step) -> str:
        """Return which hour or day a bar is about."""
        skeleton = "EEEHm" if step is Step.HOUR else "EEEMMMd"
        return self._format(bar, skeleton)

    def label(self, bar: Bar, step: Step) -> str:
        """Return what stands under a bar; of hours only under some."""
        if step is Step.DAY:
            return self._format(bar, "EEE")
        local = bar.since.astimezone(self._zone)
        return self._format(bar, "Hm") if local.hour % _HOURS_BETWEEN_LABELS == 0 else ""

    def cases(self, bar: Bar, part: Part) -> str | None:
        """Return the address of the cases behind a part of a bar; None for who may not read reports."""
        if not self._viewer.has(Role.LEAD, Role.OPS, Role.AUDITOR):
            return None
        asked = asked_for(self._filters, self._viewer, (bar.since, bar.until))
        said = {
            "figure": part.what,
            "clock": CLOCK,
            "since": iso(bar.since),
            "until": iso(bar.until),
            "team": asked.team,
            "kind": asked.kind,
            "from": asked.sending,
            "to": asked.receiving,
        }
        return "/reports/cases?" + urlencode({name: value for name, value in said.items() if value})

    def _format(self, bar: Bar, skeleton: str) -> str:
        return format_skeleton(
            skeleton, bar.since.astimezone(self._zone), tzinfo=self._zone, locale=self._language
        )
