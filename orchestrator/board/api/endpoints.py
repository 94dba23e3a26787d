"""Every address of the API, in one table."""

from __future__ import annotations

from typing import Final

from orchestrator.board.api import (
    actions,
    board,
    breaches,
    events,
    handoffs,
    me,
    one_handoff,
    reports,
    system_map,
)
from orchestrator.board.api.endpoint import EVENT_STREAM, Endpoint
from orchestrator.board.api.handoff_models import HandoffPage, HandoffState
from orchestrator.board.api.handoff_queries import BoardQuery, HandoffsQuery, OpenQuery, Page
from orchestrator.domain.packet import Packet

_HANDOFFS, _BOARD, _REPORTS, _MAP, _YOU = "Handoffs", "Board", "Reports", "Map", "You"

READS: Final = (
    Endpoint(
        "GET",
        "/handoffs",
        handoffs.listed,
        "List handoffs, page by page",
        HandoffPage,
        _HANDOFFS,
        "Open ones by time left, as the board has them: a fifth of a second behind at most. With "
        "`status=all` or `status=closed` also those that are over, the newest first.",
        HandoffsQuery,
    ),
    Endpoint(
        "GET",
        "/handoffs/{id:uuid}",
        one_handoff.state,
        "See where a handoff stands",
        HandoffState,
        _HANDOFFS,
        "Its clocks, checklist and questions, and what you can do with it now.",
        problems=(404,),
    ),
    Endpoint(
        "GET",
        "/handoffs/{id:uuid}/packet",
        one_handoff.packet,
        "Read the newest packet of a handoff",
        Packet,
        _HANDOFFS,
        "For the receiving team and auditors: it was cut to what that team may know.",
        problems=(403, 404),
    ),
    Endpoint(
        "GET",
        "/handoffs/{id:uuid}/journal",
        one_handoff.journal,
        "Read all that happened to a handoff, page by page",
        one_handoff.Journal,
        _HANDOFFS,
        "In the order of the journal. Ignore types that you do not know.",
        Page,
        problems=(404,),
    ),
    Endpoint(
        "GET",
        "/queues/{team}",
        handoffs.queue,
        "List what is open for a team, by time left",
        handoffs.Queue,
        _HANDOFFS,
        query=OpenQuery,
        problems=(404,),
    ),
    Endpoint(
        "GET",
        "/breaches",
        breaches.breaches,
        "List broken promises, the newest first",
        breaches.Breaches,
        _BOARD,
        query=OpenQuery,
    ),
    Endpoint(
        "GET",
        "/board",
        board.board,
        "See the figures of the board",
        board.Board,
        _BOARD,
        "Whether it is live, how much is open and in danger, and who hands over to whom.",
        query=BoardQuery,
    ),
    Endpoint(
        "GET",
        "/events",
        events.events,
        "Follow changes as they happen",
        events.Changed,
        _BOARD,
        "Server-sent events: `hello` first, `patch` with what changed, `ping` each 15 s, and `reset`: read "
        "the lists again, since more was missed than can be told. The id of an event is the `seq` up to "
        "which all is told; come back with it as `Last-Event-ID`. A stream ends after 15 minutes.",
        query=events.EventsQuery,
        media_type=EVENT_STREAM,
    ),
    Endpoint(
        "GET",
        "/reports",
        reports.report,
        "Read what was promised and kept in a window",
        reports.Report,
        _REPORTS,
        "The tables of the page, with the address of what each number counts. Days are those of UTC.",
        reports.ReportQuery,
        problems=(403,),
    ),
    Endpoint(
        "GET",
        "/reports/cases",
        reports.cases,
        "List what a number of a report counts, page by page",
        reports.Cases,
        _REPORTS,
        query=reports.CasesQuery,
        problems=(403,),
    ),
    Endpoint(
        "GET",
        "/map",
        system_map.drawn,
        "Read the integration map",
        system_map.MapNow,
        _MAP,
        problems=(403,),
    ),
    Endpoint(
        "GET",
        "/map/impact/{id}",
        system_map.impact,
        "See what stops when a system or a flow fails, and whom to call",
        system_map.ImpactNow,
        _MAP,
        problems=(403, 404),
    ),
    Endpoint(
        "GET",
        "/map/health",
        system_map.health,
        "See how every flow does, the worst first",
        system_map.MapHealth,
        _MAP,
        problems=(403,),
    ),
    Endpoint("GET", "/me", me.me, "See who you are here, and what you may", me.Me, _YOU),
)

ENDPOINTS: Final = (*READS, *actions.ENDPOINTS)
