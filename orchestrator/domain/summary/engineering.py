"""What engineering gets of a handoff: severity, incident, and logs trimmed around errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.model import Frozen, Priority, Severity
from orchestrator.domain.summary.logs import TrimmedLogs, trim_logs


class EngineeringBrief(Frozen):
    """The part of a packet that only engineering reads."""

    severity: Severity | None
    severity_from: Literal["sender", "priority"] | None
    """Whether the sender set the severity, or the table of priorities did."""
    incident: str | None
    logs: TrimmedLogs | None


def brief_engineering(
    request: RequestHandoff, *, severities: Mapping[Priority, Severity], log_lines: int = 60
) -> EngineeringBrief:
    """Return what engineering needs of `request`.

    Args:
        request: the sender's severity comes before that of the table.
        severities: support priority -> engineering severity; a priority that it lacks has none.
        log_lines: the most lines of logs.
    """
    severity, source = request.severity, "sender"
    if severity is None:
        severity, source = severities.get(request.priority), "priority"
    return EngineeringBrief(
        severity=severity,
        severity_from=source if severity is not None else None,
        incident=request.incident,
        logs=trim_logs(request.logs, at_most=log_lines) if request.logs and request.logs.strip() else None,
    )
