"""Small logs, as files and as lines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestrator.domain import commands as c
from orchestrator.domain.identity import handoff_id
from orchestrator.domain.model import Receiver
from tests import builders as b
from tests.unit.whatif.live import Told


def line(command: c.Command, id: str, at: datetime, case: str = "case-1", **over: Any) -> str:
    """Return an event as `handoff send` takes it."""
    event = {
        "specversion": "1.0",
        "id": id,
        "source": b.SOURCE,
        "type": command.type,
        "time": at.isoformat().replace("+00:00", "Z"),
        "partitionkey": case,
        "data": command.model_dump(mode="json", exclude_defaults=True),
    }
    return json.dumps({key: value for key, value in (event | over).items() if value is not None})


def write(file: Path, lines: Iterable[str]) -> Path:
    """Write lines into a file, and return it."""
    file.write_text("".join(f"{each}\n" for each in lines), encoding="utf-8")
    return file


def asked(
    id: str = "request-1", sending: str = "tier-1", receiving: str | None = "tier-2", **over: Any
) -> c.RequestHandoff:
    """Return a request between two teams."""
    return b.a_request(sender=b.a_sender(sending), receiver=Receiver(team=receiving), **over)


def accepted(id: str = "request-1", team: str = "tier-2", **over: Any) -> c.Accept:
    """Return an accept of the handoff that the event `id` requested."""
    return b.an_accept(handoff_id(b.SOURCE, id), actor=b.an_actor(team), **over)


def completed(id: str = "request-1", team: str = "tier-2") -> c.Complete:
    """Return a completion."""
    return b.a_completion(handoff_id(b.SOURCE, id), actor=b.an_actor(team))


def a_week() -> list[str]:
    """Return the events of forty cases: kept, broken, to and fro, declined, returned, left open."""
    lines = []
    for n in range(40):
        case, at = f"C-{n:02}", b.T0 + n * 4 * b.HOUR
        first, second = f"{case}-r1", f"{case}-r2"
        request = asked(case_id=case, reason={"code": "second-opinion", "text": "It does not work"})
        lines.append(line(request, first, at, case))
        handoff = handoff_id(b.SOURCE, first)
        taken = b.an_actor("tier-2")
        match n % 5:
            case 0:
                lines.append(line(accepted(first), f"{case}-1", at + (n + 1) * b.MINUTE, case))
                lines.append(line(b.a_contact(handoff, actor=taken), f"{case}-2", at + 2 * b.HOUR, case))
                lines.append(line(completed(first), f"{case}-3", at + (n + 3) * b.HOUR, case))
            case 1:
                lines.append(line(accepted(first), f"{case}-1", at + 5 * b.MINUTE, case))
                back = asked(sending="tier-2", receiving="tier-1", case_id=case)
                lines.append(line(back, second, at + b.HOUR, case))
                lines.append(line(accepted(second, "tier-1"), f"{case}-2", at + 2 * b.HOUR, case))
                lines.append(line(completed(second, "tier-1"), f"{case}-3", at + 9 * b.HOUR, case))
            case 2:
                lines.append(line(b.a_decline(handoff, actor=taken), f"{case}-1", at + 20 * b.MINUTE, case))
            case 3:
                lines.append(line(accepted(first), f"{case}-1", at + 10 * b.MINUTE, case))
                lines.append(line(b.a_pause(handoff, actor=taken), f"{case}-2", at + b.HOUR, case))
                lines.append(line(b.a_resume(handoff, actor=taken), f"{case}-3", at + 8 * b.HOUR, case))
                lines.append(line(b.a_return(handoff, actor=taken), f"{case}-4", at + 9 * b.HOUR, case))
            case _:
                pass
    return lines


def told(*events: tuple[float, str, c.Command]) -> list[Told]:
    """Return events of one case, each so many minutes after the first instant."""
    return [Told(b.T0 + minutes * b.MINUTE, id, command) for minutes, id, command in events]
