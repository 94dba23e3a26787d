"""Pages and pieces of pages from their templates."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from orchestrator.board.access.viewer import Viewer

_TEMPLATES: Final = Path(__file__).parent.parent / "templates"


class Renderer:
    """Renders templates; whatever a customer wrote is escaped, as every value is."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def page(self, request: Request, template: str, /, status: int = 200, **facts: Any) -> HTMLResponse:
        """Return a whole page: `template` extends `base.html.j2`."""
        viewer: Viewer = request.state.viewer
        html = self._templates.get_template(template).render(request=request, viewer=viewer, **facts)
        return HTMLResponse(html, status_code=status)

    def piece(self, template: str, /, language: str = "en", **facts: Any) -> str:
        """Return a piece of a page, equal for all who read `language`."""
        return self._templates.get_template(template).render(**facts)
