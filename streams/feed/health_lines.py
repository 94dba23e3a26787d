"""What happened to the flows of the integration map, each change in one line for a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from streams.feed.signs import Sign, clock_at, instant_of

_SIGNS: Final = {"ok": Sign.FLOW_WELL, "warn": Sign.FLOW_WARNS, "error": Sign.FLOW_FAILS}
_LATE: Final = timedelta(seconds=30)


def health_line(data: Mapping[str, Any]) -> tuple[Sign, str]:
    """Return what a record of the health stream says: what is wrong, what stops, and whom to call."""
    sign = _SIGNS[data["state"]]
    late = instant_of(data["noticed_at"]) - instant_of(data["at"])
    since = f", since {clock_at(data['at'], data['noticed_at'])}" if late >= _LATE else ""
    if data["state"] == "ok":
        return sign, data["summary"]
    stops = f"; it feeds {_list(data['fields'])}" if data["fields"] else ""
    hits = f"; hits {_list([each['name'] for each in data['workflows']])}" if data["workflows"] else ""
    call = f"; call {_who(data['calls'][0])}" if data["calls"] else ""
    instead = f"; instead: {data['fallback']}" if data["fallback"] else ""
    return sign, f"{data['summary']}{since}{stops}{hits}{call}{instead}"


def _who(call: Mapping[str, Any]) -> str:
    return f"{call['name']} ({call['contact']})" if call["contact"] else str(call["name"])


def _list(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
