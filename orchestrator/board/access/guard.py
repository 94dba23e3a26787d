"""What rooms ask before they show or do something with one thing: what one may not see is not there."""

from __future__ import annotations

from typing import TypeVar

from orchestrator.board.access.viewer import BetweenTeams, Role, Viewer
from orchestrator.board.problems import NotAllowed, NotFound

_It = TypeVar("_It", bound=BetweenTeams)


def visible(viewer: Viewer, it: _It | None, name: str = "page") -> _It:
    """Return it, if it is there and they may know of it.

    Raises:
        NotFound: it is not there, or not for them: both sound the same.
    """
    if it is None or not viewer.may_see(it):
        raise NotFound(f"there is no such {name}")
    return it


def readable(viewer: Viewer, it: _It | None, name: str = "page") -> _It:
    """Return it, if they may read what its packet says of the customer.

    Raises:
        NotFound: it is not there, or not for them.
        NotAllowed: they may know that it is there, and no more.
    """
    found = visible(viewer, it, name)
    if not viewer.may_read(found):
        raise NotAllowed(f"what it says of the customer is for {found.receiving_team} to read")
    return found


def require(viewer: Viewer, *roles: Role) -> None:
    """Make sure that they have one of these roles.

    Raises:
        NotAllowed: they have none.
    """
    if not viewer.has(*roles):
        raise NotAllowed(f"this is for {' or '.join(each.value for each in roles)}")


def require_team(viewer: Viewer, team: str) -> None:
    """Make sure that they may know what a team has to do.

    Raises:
        NotFound: they are of other teams; which teams there are is not theirs to know.
    """
    if not (viewer.is_of(team) or viewer.has(Role.OPS, Role.AUDITOR)):
        raise NotFound(f"there is no team {team}")
