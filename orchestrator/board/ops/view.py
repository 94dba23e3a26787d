"""The map, live: a flow that becomes worse or better is told as it is noticed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from starlette.requests import Request

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.live.change import Change, Fragment, Message
from orchestrator.board.look.catalogue import gettext
from orchestrator.board.ops.freshness import freshness_told
from orchestrator.board.ops.readers import require_reader
from orchestrator.board.parts import Parts
from orchestrator.domain.events.integration_events import IntegrationHealthChanged
from orchestrator.domain.sentence import say
from orchestrator.map_views.health import WORDS


class MapView:
    """What a tab with the map is told."""

    def __init__(self, parts: Parts, language: str) -> None:
        self._parts = parts
        self._language = language
        self._words = partial(say, _=gettext(language))

    def messages(self, change: Change) -> Iterable[Message]:
        """Return the row of each flow whose health changed, and a sentence about it."""
        rows: dict[str, Fragment] = {}
        said = []
        map = self._parts.policy.rules.integration_map
        for happening in change.happenings:
            if happening.type != IntegrationHealthChanged.type or happening.data is None:
                continue
            fresh = freshness_told(map, happening.data)
            if fresh is None:
                continue
            id = f"flow-health-{fresh.flow.id}"
            html = self._parts.renderer.piece(
                "ops/flow_health.html.j2", language=self._language, fresh=fresh, map=map
            )
            rows[id] = Fragment(id, html)
            said.append(f"{fresh.flow.name}: {self._words(WORDS[happening.data['state']])}")
        if rows:
            yield Message(put=tuple(rows.values()), say=tuple(said))

    def tick(self) -> Iterable[Message]:
        """Return nothing: ages are counted in the browser."""
        return ()


def make(request: Request, parts: Parts, viewer: Viewer) -> MapView:
    """Return what a tab with the map is told; who may see the map may see all of it.

    Raises:
        NotAllowed: it is not for them.
    """
    require_reader(viewer)
    return MapView(parts, request.state.preferences.language)
