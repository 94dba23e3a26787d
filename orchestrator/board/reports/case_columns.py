"""What is said of each thing in a list; of what somebody may not see, only that it counts."""

from __future__ import annotations

from collections.abc import Sequence

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.reports.table import Column, Form, Value
from orchestrator.board.reports.words import Words
from orchestrator.domain.figures.listed import Figure, Listed

_HIDDEN = ("case", "handoff", "from", "to", "kind", "status")
"""Of a handoff that has gone on to another team since."""


def columns_of(figure: Figure, _: Words) -> list[Column]:
    """Return the columns of a list."""
    at = {Figure.RUNNING: _("Since"), Figure.PAUSED: _("Since"), Figure.OVERDUE: _("Since")}
    columns = [
        Column("at", at.get(figure, _("When")), Form.INSTANT),
        Column("what", _("What"), Form.TEXT),
        Column("case", _("Case"), Form.TEXT),
        Column("from", _("From"), Form.TEAM),
        Column("to", _("To"), Form.TEAM),
        Column("kind", _("Kind"), Form.KIND),
        Column("team", _("Team"), Form.TEAM),
    ]
    if figure.is_of_runs:
        columns += [Column("clock", _("Clock"), Form.CLOCK), Column("due_at", _("Due"), Form.INSTANT)]
    elif figure is Figure.ACCEPTED:
        columns.append(Column("waited", _("Waited"), Form.LENGTH))
    elif figure is Figure.HELD:
        columns.append(Column("held", _("Held"), Form.LENGTH))
    elif figure is Figure.MANY_HANDOFFS:
        columns.append(Column("handoffs", _("Handoffs"), Form.COUNT))
    elif figure in (Figure.BOUNCED, Figure.DECLINED, Figure.RETURNED):
        columns.append(Column("reason", _("Reason"), Form.TEXT))
    return [*columns, Column("status", _("Now"), Form.TEXT), Column("handoff", _("Handoff"), Form.TEXT)]


def values_of(item: Listed, columns: Sequence[Column], viewer: Viewer) -> list[Value]:
    """Return the values of these columns."""
    told: dict[str, Value] = {
        "at": item.at,
        "what": item.what.value,
        "case": item.case_id,
        "from": item.sending_team,
        "to": item.receiving_team,
        "kind": item.kind,
        "team": item.team,
        "clock": item.clock,
        "due_at": item.due_at,
        "waited": item.length,
        "held": item.length,
        "handoffs": item.count,
        "reason": item.reason,
        "status": item.status,
        "handoff": str(item.id),
    }
    if not viewer.may_see(item):
        told |= dict.fromkeys(_HIDDEN)
    return [told[column.id] for column in columns]
