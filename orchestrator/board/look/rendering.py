"""Pages and pieces of pages from their templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from orchestrator.board.look.catalogue import SOURCE, languages
from orchestrator.board.look.environment import environment
from orchestrator.board.look.navigation import entries
from orchestrator.board.look.preferences import Preferences


class Renderer:
    """Renders templates; whatever a customer wrote is escaped, as every value is."""

    def __init__(self, teams: Mapping[str, str] | None = None) -> None:
        self.teams: Mapping[str, str] = teams or {}
        """Id -> name of the teams, as pages call them."""
        self._environments = {language: environment(language, self._team) for language in languages()}

    def page(self, request: Request, template: str, /, status: int = 200, **facts: Any) -> HTMLResponse:
        """Return a whole page: `template` extends `base.html.j2`.

        Beside `facts` it knows `request`, `viewer` (None before anybody is known), `csrf`, `preferences`
        and `now`.
        """
        state = request.state
        preferences: Preferences = getattr(state, "preferences", None) or Preferences.of(request)
        viewer = getattr(state, "viewer", None)
        known = {
            "request": request,
            "viewer": viewer,
            "csrf": getattr(state, "csrf", ""),
            "preferences": preferences,
            "now": request.app.state.parts.clock.now(),
            "navigation": entries(viewer),
        }
        environment = self._environments[preferences.language]
        html = environment.get_template(template).render(known | facts)
        return HTMLResponse(html, status_code=status, headers={"content-language": preferences.language})

    def piece(self, template: str, /, language: str = SOURCE, **facts: Any) -> str:
        """Return a piece of a page, equal for all who read `language`; their browsers put in their zone."""
        return self._environments[language].get_template(template).render(facts)

    def _team(self, id: str) -> str:
        return self.teams.get(id, id)
