"""The board in figures: how it does itself, what is open and in danger, who hands over to whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import Field

from orchestrator.board.api.endpoint import Call
from orchestrator.board.api.handoff_queries import BoardQuery
from orchestrator.board.filters import Filters
from orchestrator.board.lead.room import room_of
from orchestrator.board.lead.tally import Tally
from orchestrator.domain.figures.in_time import InTime
from orchestrator.domain.model import Frozen

_NONE: Final = Tally()


class Strip(Frozen):
    """Whether what the board says is true now."""

    is_live: bool
    read_at: Annotated[datetime | None, Field(description="When the journal was read last.")]
    consumer_lag: Annotated[int | None, Field(description="Events no worker took in; None: nobody can tell.")]
    dead_letters: Annotated[int | None, Field(description="Messages that were given up and not replayed.")]
    clock_skew: Annotated[
        timedelta | None, Field(description="How far the board's clock is ahead of the database's.")
    ]
    overdue: Annotated[timedelta, Field(description="How long the oldest rung has waited for a worker.")]
    error: str | None


class Kept(Frozen):
    """Promises to accept that were decided in the last 24 hours."""

    met: int
    breached: int
    share: Annotated[float | None, Field(description="met ÷ (met + breached); None: none was decided.")]


class Figures(Frozen):
    """How many handoffs are open."""

    open: int
    at_risk: Annotated[int, Field(description="A warning was reached, and no promise is broken.")]
    breached: Annotated[int, Field(description="A promise is broken now.")]
    accepted_in_time: Annotated[Kept | None, Field(description="None: it could not be read yet.")]


class Pair(Figures):
    """The same of one team to another."""

    sending_team: str
    receiving_team: str


class Board(Frozen):
    """What a lead looks at."""

    now: datetime
    seq: Annotated[int, Field(description="The journal was read up to here: `Last-Event-ID` of /events.")]
    strip: Strip
    cards: Figures
    matrix: list[Pair]


async def board(call: Call) -> Board:
    """Return the figures."""
    assert isinstance(call.query, BoardQuery)
    # Before anything is counted: who follows from here is told some of it again, and misses nothing.
    seq = call.parts.floor.seq
    room, filters = room_of(call.request), Filters.of(call.request.query_params)
    selection = room.selections.of(filters, call.viewer)
    rates = await room.rates.get()
    counts, now = selection.counts, call.parts.clock.now()
    between = rates.between(filters, call.viewer) if rates is not None else {}
    pulse = call.parts.pulse
    return Board(
        now=now,
        seq=seq,
        strip=Strip(
            is_live=pulse.error is None and pulse.is_live(now),
            read_at=pulse.read_at,
            consumer_lag=pulse.lag,
            dead_letters=pulse.dead_letters,
            clock_skew=pulse.clock_skew,
            overdue=pulse.overdue,
            error=pulse.error,
        ),
        cards=Figures(**_figures(counts.all, rates.of(filters, call.viewer) if rates is not None else None)),
        matrix=[
            Pair(
                sending_team=sender,
                receiving_team=receiver,
                **_figures(
                    counts.pairs.get((sender, receiver), _NONE),
                    between.get((sender, receiver), InTime()) if rates is not None else None,
                ),
            )
            for sender, receiver in sorted({*counts.pairs, *between})
        ],
    )


def _figures(tally: Tally, in_time: InTime | None) -> dict[str, object]:
    kept = None
    if in_time is not None:
        kept = Kept(met=in_time.met, breached=in_time.breached, share=in_time.share)
    return {
        "open": tally.open,
        "at_risk": tally.at_risk,
        "breached": tally.breached,
        "accepted_in_time": kept,
    }
