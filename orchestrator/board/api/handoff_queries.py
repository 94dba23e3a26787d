"""Which handoffs a program asks for."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from orchestrator.board.api.problems import Invalid, Where
from orchestrator.board.api.query import MOST_ON_A_PAGE, Query, Word
from orchestrator.board.live.card import Risk
from orchestrator.domain.handoff import Status
from orchestrator.domain.model import Priority

Limit = Annotated[int, Field(ge=1, le=MOST_ON_A_PAGE, description="How many on a page.")]
Cursor = Annotated[str | None, Field(description="Where the page before ended: follow its `next`.")]
Values = tuple[Word, ...]
_OPEN: Final = tuple(status.value for status in Status if status.is_open)
EVERY: Final = ("all", "closed")
"""Words for `status` beside the statuses themselves."""
_OF_OPEN_ONES: Final = ("risk", "tier", "owner", "with_", "q")


class Page(Query):
    """A list, page by page."""

    cursor: Cursor = None
    limit: Limit = 50


class Some(Query):
    """Some handoffs: of each parameter any of its values will do."""

    team: Annotated[Values, Field(description="Sends or receives.")] = ()
    from_: Annotated[Values, Field(alias="from", description="The sending team.")] = ()
    to: Annotated[Values, Field(description="The receiving team.")] = ()
    kind: Values = ()
    priority: tuple[Priority, ...] = ()
    risk: Annotated[tuple[Risk, ...], Field(description="Of open ones only.")] = ()
    tier: Annotated[Values, Field(description="Of open ones only.")] = ()
    owner: Annotated[Values, Field(description="Ids of agents, or `-`: nobody. Of open ones only.")] = ()
    with_: Annotated[
        tuple[Literal["missing", "questions", "bounces"], ...],
        Field(alias="with", description="Something of it is there. Of open ones only."),
    ] = ()
    q: Annotated[Values, Field(description="Words that all have to stand in it. Of open ones only.")] = ()


class BoardQuery(Some):
    """Open handoffs."""

    status: Annotated[
        tuple[Literal["held", "offered", "accepted"], ...], Field(description="Absent: these three.")
    ] = ()


class OpenQuery(BoardQuery, Page):
    """Open handoffs, by time left."""


class HandoffsQuery(Some, Page):
    """Handoffs: open ones by time left; with `status=all` or `closed` the newest first."""

    status: Annotated[
        tuple[Status | Literal["all", "closed"], ...],
        Field(description="`all`, `closed`, or any of `held`, `offered`, `accepted`; absent: these three."),
    ] = ()
    case: Annotated[Word | None, Field(description="The id of a case.")] = None

    @property
    def is_history(self) -> bool:
        """Whether handoffs that are over are asked for too, which are not in memory.

        Raises:
            Invalid: what is asked for does not go together.
        """
        words = [word for word in self.status if word in EVERY]
        if not words:
            strange = [word for word in self.status if word not in _OPEN]
            if strange:
                detail = f"{strange[0]} is over: ask for status=closed, or for {', '.join(_OPEN)}"
                raise Invalid([Where(parameter="status", detail=detail)])
            return False
        if len(self.status) > 1:
            raise Invalid([Where(parameter="status", detail=f"{words[0]} stands alone")])
        if given := [name.rstrip("_") for name in _OF_OPEN_ONES if getattr(self, name)]:
            detail = f"is for open handoffs: leave it away with status={words[0]}"
            raise Invalid([Where(parameter=name, detail=detail) for name in given])
        return True
