"""What happened to handoffs, each event in one line for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streams.feed.signs import Sign, clock_at


def lifecycle_line(what: str, data: Mapping[str, Any]) -> tuple[Sign, str]:
    """Return what a record of the lifecycle stream says."""
    who = data["actor"].get("name") or data["actor"]["id"]
    receiver, sender = data["receiving_team"], data["sending_team"]
    match what:
        case "requested":
            customer = data["customer"].get("name") or data["customer"]["id"]
            urgent = "".join(f", {fact}" for fact in (data.get("severity"), data.get("incident")) if fact)
            held = f"; held, needs {', '.join(data['missing'])}" if data.get("is_held") else ""
            return Sign.REQUESTED, f"{sender} → {receiver}{urgent}: {customer}, {_reason(data)}{held}"
        case "released":
            still = f", though it lacks {', '.join(data['missing'])}" if data["missing"] else ", complete"
            return Sign.RELEASED, f"to {receiver}{still}"
        case "accepted":
            return Sign.ACCEPTED, f"by {who} of {receiver}"
        case "completed":
            return Sign.COMPLETED, f"by {who} of {receiver}: {data['disposition']}"
        case "declined":
            return Sign.DECLINED, f"by {who} of {receiver}: {_reason(data)}"
        case "returned":
            return Sign.RETURNED, f"by {who} of {receiver} to {sender}: {_reason(data)}"
        case "reopened":
            return Sign.REOPENED, f"by {who}, and {receiver} has it again: {_reason(data)}"
        case "reoffered":
            return Sign.REOFFERED, f"to {receiver}, since {data['from_team']} did not accept in time"
        case "priority-raised":
            return Sign.RAISED, f"the priority, from {data['priority_before']} to {data['priority']}"
        case "rules-changed":
            what_of = "calendars" if data["calendars_only"] else "everything"
            return Sign.NEW_RULES, f"{what_of} as in {data['policy_version']}, by {who}: {data['reason']}"
        case "acknowledged":
            note = f": {data['note']}" if data.get("note") else ""
            until = clock_at(data["until"], data["at"])
            return Sign.SEEN, f"by {who}, no further step on {_list(data['clocks'])} until {until}{note}"
        case "paused" | "resumed":
            return Sign.OTHER, _paused(what, who, data)
    return Sign.OTHER, _other(what, who, data)


def _paused(what: str, who: str, data: Mapping[str, Any]) -> str:
    until = f" until {clock_at(data['until'], data['at'])}" if data.get("until") else ""
    why = f": {_reason(data)}" if what == "paused" or data["reason"].get("code") else ""
    return f"{_list(data['clocks'])} of {data['team']}, by {who}{until}{why}"


def _other(what: str, who: str, data: Mapping[str, Any]) -> str:
    receiver, sender = data["receiving_team"], data["sending_team"]
    match what:
        case "item-ticked":
            return f"{'done' if data['done'] else 'not done after all'}: {data['item']}, by {who}"
        case "contacted":
            return f"{who} of {receiver} spoke to the customer"
        case "withdrawn":
            return f"by {who} of {sender}: {_reason(data)}"
        case "case-carried":
            return f"the case, back with {sender}, goes on with another handoff"
        case "handed-on":
            return f"{receiver} gave the case to another team"
    return f"by {who}, {sender} → {receiver}"


def _list(clocks: list[str]) -> str:
    return ", ".join(clocks) if clocks else "no clock"


def _reason(data: Mapping[str, Any]) -> str:
    return data["reason"].get("text") or data["reason"].get("code") or "no reason given"
