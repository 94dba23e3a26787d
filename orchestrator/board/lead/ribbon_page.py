"""`/handoffs/<id>/ribbon`: who held a case, as a page, or (`?piece=1`) as a piece of one."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from orchestrator.board.lead.ribbon import ribbon_of, teams_known
from orchestrator.board.parts import parts_of
from orchestrator.board.problems import NotFound
from orchestrator.board.rules import remember
from orchestrator.domain.calendars.calendar import ELAPSED, BusinessCalendar
from orchestrator.domain.sentence import Sentence
from orchestrator.ledger import reading


async def ribbon(request: Request) -> Response:
    """Show who held the case of a handoff, and for how long."""
    parts, viewer = parts_of(request), request.state.viewer
    id = request.path_params["id"]
    async with parts.readers.connection() as db:
        handoff = await reading.handoff(db, id)
        if handoff is None or not viewer.may_see(handoff):
            raise NotFound(Sentence("there is no handoff {id}", id=id))
        case = await reading.handoffs_of_case(db, handoff.case_id)
        await remember(parts.policy, db, [handoff.calendars_version])
    rules = parts.policy.rules_of(handoff.calendars_version)

    def calendar_of(team: str) -> BusinessCalendar:
        known = rules.teams.get(team) or parts.policy.rules.teams.get(team)
        return rules.calendar(known.calendar) if known and known.calendar in rules.calendars else ELAPSED

    template = "lead/ribbon.html.j2" if request.query_params.get("piece") else "lead/ribbon_page.html.j2"
    return parts.renderer.page(
        request,
        template,
        handoff=handoff,
        ribbon=ribbon_of(handoff, case, calendar_of, parts.clock.now()),
        known=teams_known(each for each in case if viewer.may_see(each)),
    )


routes: Final[list[BaseRoute]] = [Route("/handoffs/{id:uuid}/ribbon", ribbon, name="ribbon")]
