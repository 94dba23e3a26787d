"""Whoever sits at this machine, and the agent that they say they are."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import StringConstraints, ValidationError

from orchestrator.board.access.sessions import Signer
from orchestrator.board.access.viewer import ALL_ROLES, Viewer
from orchestrator.domain.model import Frozen, Id

LOCAL_ID: Final = "local"
LOCAL_NAME: Final = "Local user"


class You(Frozen):
    """As whom somebody acts who did not have to sign in."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")] = LOCAL_ID
    name: Annotated[Id, StringConstraints(max_length=80)] = LOCAL_NAME
    team: Id | None = None
    """What opens first; all teams are theirs."""

    def as_viewer(self) -> Viewer:
        """Return them as who looks."""
        return Viewer(self.id, self.name, ALL_ROLES, None, is_local=True, home=self.team)


class Yous:
    """Keeps it in a signed cookie, so that two browsers can be two agents."""

    def __init__(self, key: bytes) -> None:
        self._signer = Signer(key, "you")

    def sign(self, you: You) -> str:
        """Return the cookie."""
        return self._signer.sign(you.model_dump_json())

    def read(self, cookie: str | None) -> You:
        """Return who a cookie says they are; somebody without a name where it says nothing."""
        text = self._signer.read(cookie)
        if text is None:
            return You()
        try:
            return You.model_validate_json(text)
        except ValidationError:
            return You()
