"""What the page of a handoff is told while it is open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from starlette.requests import Request

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.live.change import Change, Fragment, Message
from orchestrator.board.parts import Parts
from orchestrator.board.problems import NotFound

SIGN: Final = "handoff-version"
"""Id of the element that says how much of the handoff's journal the page shows."""


class HandoffView:
    """Tells a page that its handoff changed; its script fetches what changed, as this person may see it.

    What changed stands in the ledger, and what this person may do with it follows from rules: neither is in
    memory, and no form that somebody fills in is to be torn away.
    """

    def __init__(self, id: UUID, parts: Parts, viewer: Viewer) -> None:
        self._id = id
        self._viewer = viewer
        card = parts.floor.card(id)
        # One that is not open is not in memory: nothing is told of it until it opens again.
        self._is_theirs = card is not None and viewer.may_see(card)

    def messages(self, change: Change) -> Iterable[Message]:
        """Return the newest version of the handoff, if it changed."""
        card = next((card for card in change.cards if card.id == self._id), None)
        if card is not None:
            # It may have gone to a team that is none of theirs.
            self._is_theirs = self._viewer.may_see(card)
        if not self._is_theirs:
            return
        versions = [each.version for each in change.happenings if each.journal == self._id]
        versions += [] if card is None else [card.version]
        if versions or self._id in change.gone:
            version = str(max(versions)) if versions else "gone"
            yield Message(put=(Fragment(SIGN, f'<span id="{SIGN}" data-version="{version}" hidden></span>'),))

    def tick(self) -> Iterable[Message]:
        """Return nothing: clocks tick in the browser."""
        return ()


def handoff_view(request: Request, parts: Parts, viewer: Viewer) -> HandoffView:
    """Return the view of the handoff that the address names in `id`.

    It tells that something changed and nothing else: what may be seen is decided when that is fetched.
    """
    try:
        return HandoffView(UUID(request.query_params.get("id", "")), parts, viewer)
    except ValueError:
        raise NotFound("name the handoff: id=…") from None
