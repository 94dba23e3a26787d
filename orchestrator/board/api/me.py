"""Who asks, as the board knows them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from orchestrator.board.access.viewer import Role
from orchestrator.board.api.endpoint import Call
from orchestrator.domain.model import Frozen


class Me(Frozen):
    """Who you are, and what you may."""

    id: str
    name: str
    roles: list[Role]
    teams: Annotated[list[str] | None, Field(description="Those you belong to; None: all.")]
    csrf: Annotated[
        str | None,
        Field(description="For the header X-CSRF-Token of writes; None with a token, which needs none."),
    ]


async def me(call: Call) -> Me:
    """Return who asks."""
    viewer = call.viewer
    has_token = call.request.headers.get("authorization") is not None
    return Me(
        id=viewer.id,
        name=viewer.name,
        roles=sorted(viewer.roles),
        teams=sorted(viewer.teams) if viewer.teams is not None else None,
        csrf=None if has_token else call.request.state.csrf,
    )
