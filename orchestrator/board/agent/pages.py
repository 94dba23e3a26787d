"""The addresses of the agents' room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.agent.deeds import deed
from orchestrator.board.agent.handoff_page import handoff_page, pieces_now
from orchestrator.board.agent.handoff_view import handoff_view
from orchestrator.board.agent.pop import pop
from orchestrator.board.agent.queue_page import queue, queues
from orchestrator.board.agent.queue_view import queue_view
from orchestrator.board.live.change import View
from orchestrator.board.parts import Parts

routes: Final[list[BaseRoute]] = [
    Route("/queue", queues),
    Route("/queue/{team}", queue),
    Route("/handoffs/{id:uuid}", handoff_page),
    Route("/handoffs/{id:uuid}/pieces", pieces_now),
    Route("/handoffs/{id:uuid}/{action}", deed, methods=["POST"]),
    Route("/pop", pop),
]

VIEWS: Final[dict[str, Callable[[Request, Parts, Viewer], View]]] = {
    "queue": queue_view,
    "handoff": handoff_view,
}
