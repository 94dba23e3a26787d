"""What the figures of each table mean, for a person. Defined in `orchestrator.domain.figures`."""

from __future__ import annotations

from orchestrator.board.reports.words import Words


def formula_of(table: str, _: Words) -> str:
    """Return what the figures of a table mean, by the table's id."""
    return {
        "summary": _(
            "Each number leads to what it counts. Accepted in time is the same figure as on the board."
        ),
        "clocks": _(
            "met / (met + breached), of the runs of the clock that were decided in the window. A run is"
            " decided when it is met, or at its due instant when it is not; an answer that comes later "
            "changes nothing. Cancelled runs, breaches that were withdrawn, and what still runs or "
            "stands still do not count."
        ),
        "trend": _("The same runs, each in the hour or on the day in which it was decided."),
        "open-now": _(
            "Runs of clocks that are open now, whatever the window. Running and paused ones are not "
            "decided yet; an overdue one was breached, and nobody has answered it so far."
        ),
        "waits": _(
            "From the offer to the team until it accepted first, in time as it passes, of handoffs "
            "requested in the window. Half of them were accepted within the first length, nine of ten "
            "within the second."
        ),
        "held": _(
            "Of the cases of which a handoff was requested in the window: how long each team held them "
            "within the window, to the second. A team holds a case until the next one has accepted it; "
            "it waits while it has offered it. Pauses and nights are in it. The spans of a case leave "
            "nothing out."
        ),
        "bounces": _(
            "Handoffs requested in the window, and how many of them the receiving team declined, or "
            "returned after it had accepted."
        ),
        "reasons": _("The same handoffs, by the code that the receiving team gave."),
    }[table]
