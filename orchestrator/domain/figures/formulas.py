"""What each figure means, for a person who asks: one sentence or two a figure."""

from __future__ import annotations

from typing import Final

from orchestrator.domain.figures.in_time import IN_TIME_FORMULA

IN_TIME: Final = IN_TIME_FORMULA
OPEN_NOW: Final = (
    "Runs of clocks that are open now, whatever the window. Running and paused ones are not decided yet; "
    "an overdue one was breached, and nobody has answered it so far."
)
TREND: Final = "The same runs, each in the hour or on the day in which it was decided."
WAITS: Final = (
    "From the offer to the team until it accepted first, in time as it passes, of handoffs requested in the "
    "window. Half of them were accepted within the first length, nine of ten within the second."
)
HELD: Final = (
    "Of the cases of which a handoff was requested in the window: how long each team held them within the "
    "window, to the second. A team holds a case until the next one has accepted it; it waits while it has "
    "offered it. Pauses and nights are in it. The spans of a case leave nothing out."
)
BOUNCES: Final = (
    "Handoffs requested in the window, and how many of them the receiving team declined, or returned after "
    "it had accepted."
)
REASONS: Final = "The same handoffs, by the code that the receiving team gave."
MANY: Final = "Cases of which a handoff was requested in the window, and that have more handoffs in all."
