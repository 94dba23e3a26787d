"""What differs between two versions of the rules, as far as clocks and routing follow from it."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from orchestrator.domain.policy import Rules

_CLOCKWORK: Final[Any] = {
    "kinds": {"__all__": {"clocks", "policies", "receiving_team", "sender_keeps_case", "when_incomplete"}},
    "teams": {"__all__": {"calendar", "fallback", "most_open", "lead", "manager"}},
    "calendars": True,
    "routing": True,
}


class Difference(NamedTuple):
    """One thing that is not as it was."""

    what: str
    """Its path: `calendars.berlin.week.fri`."""
    before: str | None
    """None where there was nothing."""
    after: str | None


def differences(old: Rules, new: Rules) -> list[Difference]:
    """Return what differs in clocks, calendars, teams and routing, by path."""
    before, after = _flat(old), _flat(new)
    return [
        Difference(path, before.get(path), after.get(path))
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
    ]


def _flat(rules: Rules) -> dict[str, str]:
    found: dict[str, str] = {}
    _walk(rules.model_dump(mode="json", include=_CLOCKWORK), "", found)
    return found


def _walk(value: Any, path: str, found: dict[str, str]) -> None:
    match value:
        case dict():
            for key, each in value.items():
                _walk(each, f"{path}.{key}" if path else str(key), found)
        case list() if any(isinstance(each, dict) for each in value):
            for index, each in enumerate(value, start=1):
                name = each.get("kind") or each.get("name") or each.get("on") or each.get("opens") or index
                _walk(each, f"{path}.{name}", found)
        case list() if path.startswith("calendars."):
            for each in value:
                found[f"{path}.{each}"] = "listed"
        case list():
            if value:
                found[path] = ", ".join(map(str, value))
        case None:
            pass
        case _:
            found[path] = str(value)
