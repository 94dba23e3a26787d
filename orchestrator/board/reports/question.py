"""What is asked of the past: a window, filters, and how to group; each has a name in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from orchestrator.board.look.instants import clock_text
from orchestrator.board.reports.window import CUSTOM, Window, window_of
from orchestrator.board.said import Problem, Unclear
from orchestrator.domain.figures.asked import Asked
from orchestrator.domain.sentence import Sentence
from orchestrator.ledger.figures import By

MANY: Final = 3
"""A case with more handoffs than this is one with many, unless another number is asked for."""
_TEXTS: Final = ("team", "kind", "clock", "from", "to")
_LONGEST: Final = 200
_MOST_HANDOFFS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader asks, who may see the handoffs of `teams`; None: of all."""

    window: Window
    now: datetime
    zone: ZoneInfo
    teams: frozenset[str] | None
    team: str | None = None
    kind: str | None = None
    clock: str | None = None
    sending: str | None = None
    receiving: str | None = None
    by: By = "team"
    many: int = MANY

    def asked(self) -> Asked:
        """Return the part of the past that is meant."""
        return Asked(
            since=self.window.since,
            until=self.window.until,
            teams=self.teams,
            team=self.team,
            kind=self.kind,
            clock=self.clock,
            sending=self.sending,
            receiving=self.receiving,
        )

    def parameters(self) -> dict[str, str]:
        """Return what is asked, by the names of the address."""
        window = (
            {"since": iso(self.window.since), "until": iso(self.window.until)}
            if self.window.name == CUSTOM
            else {"window": self.window.name}
        )
        said = {
            "team": self.team,
            "kind": self.kind,
            "clock": self.clock,
            "from": self.sending,
            "to": self.receiving,
            "by": self.by if self.by != "team" else None,
            "many": str(self.many) if self.many != MANY else None,
        }
        return window | {name: value for name, value in said.items() if value}

    def address(self, path: str, /, **changed: str | None) -> str:
        """Return the address that asks the same of `path`, with parameters changed or, by None, left out.

        `from_` stands for `from`.
        """
        changes = {name.rstrip("_"): value for name, value in changed.items()}
        said = self.parameters()
        if "window" in changes:
            said = {name: value for name, value in said.items() if name not in ("since", "until")}
        return address(path, said | changes)

    def local(self, at: datetime) -> str:
        """Return an instant as a field for date and time takes it, in the reader's zone."""
        return at.astimezone(self.zone).replace(tzinfo=None, microsecond=0).isoformat()

    def span(self, language: str) -> str:
        """Return the window for a person, in the reader's zone."""
        ends = (self.window.since, self.window.until)
        return " \N{EN DASH} ".join(clock_text(at, zone=self.zone, language=language) for at in ends)

    def fixed(self, path: str, /, **changed: str | None) -> str:
        """Return such an address with the window as it is now, so that it lists what was counted."""
        window = {"window": None, "since": iso(self.window.since), "until": iso(self.window.until)}
        said = self.parameters() | window | {"by": None}
        return address(path, said | {name.rstrip("_"): value for name, value in changed.items()})


def question_of(
    parameters: Mapping[str, str], zone: ZoneInfo, teams: frozenset[str] | None, *, now: datetime
) -> Question:
    """Read a query string.

    Raises:
        Unclear: it asks for what is not there.
    """
    texts = {name: parameters.get(name, "").strip() for name in _TEXTS}
    problems = [
        Problem(name, Sentence("is not 1 to {most} printable characters", most=_LONGEST))
        for name, value in texts.items()
        if len(value) > _LONGEST or not value.isprintable()
    ]
    by: By | None = next((each for each in get_args(By) if each == (parameters.get("by") or "team")), None)
    if by is None:
        problems.append(Problem("by", Sentence("is one of: {choices}", choices=", ".join(get_args(By)))))
    many = parameters.get("many", "").strip() or str(MANY)
    if not (many.isascii() and many.isdigit() and 0 < int(many[:9]) <= _MOST_HANDOFFS):
        problems.append(Problem("many", Sentence("is a number from 1 to {most}", most=_MOST_HANDOFFS)))
    if problems or by is None:
        raise Unclear(tuple(problems))
    return Question(
        window=window_of(parameters, zone, now=now),
        now=now,
        zone=zone,
        teams=teams,
        team=texts["team"] or None,
        kind=texts["kind"] or None,
        clock=texts["clock"] or None,
        sending=texts["from"] or None,
        receiving=texts["to"] or None,
        by=by,
        many=int(many),
    )


def address(path: str, said: Mapping[str, str | None]) -> str:
    """Return a local address."""
    return f"{path}?{urlencode({name: value for name, value in said.items() if value})}"


def iso(at: datetime) -> str:
    """Return an instant as ISO 8601 in UTC, to the microsecond where it has some."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
