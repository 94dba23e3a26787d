"""Where people sign in and out, and say who they are."""

from __future__ import annotations

from typing import Final

from starlette.routing import BaseRoute

from orchestrator.board.access import at_provider, sign_in, sign_out, you

routes: Final[list[BaseRoute]] = [
    *sign_in.routes,
    *at_provider.routes,
    *sign_out.routes,
    *you.routes,
]
