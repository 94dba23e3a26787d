"""One handoff as the oracle knows it: the facts that the walk through its journal has passed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.faults.timeline_oracle import Fact, Run, micros, rungs, runs

_FACTS = {"released": "offered", "reoffered": "offered", "case-carried": "handed-on"}
_ENDINGS = ("declined", "returned", "withdrawn", "completed", "handed-on")
_SAME = ("accepted", "contacted", "reopened", *_ENDINGS, *_FACTS)
_WITHOUT_CLOCKS = {"priority-raised"}


class OracleCase:
    """The facts about one handoff that the walk has passed, and what follows from them."""

    def __init__(self, rules: dict[str, dict[str, Any]], first: dict[str, Any]) -> None:
        self._first = first
        self._facts: list[Fact] = []
        self._runs: list[Run] | None = None
        in_force = rules[first["policy_version"]]
        kind = in_force["kinds"][first["kind"]]
        policies = {each["name"]: each["clocks"] for each in kind["policies"]}
        self._specs = policies.get(first["clock_policy"], kind["clocks"])
        self._teams = in_force["teams"]

    def learn(self, word: str, data: dict[str, Any]) -> Iterator[str]:
        """Add what an entry tells of the handoff; yield what this oracle does not know."""
        self._runs = None
        at, offered = micros(data["at"]), micros(self._first["offered_at"])
        if word == "requested":
            if data["carried"] is not None:
                yield "this oracle knows no clock that is carried from one handoff to the next"
            self._facts.append(Fact(at, "requested", data["sending_team"]))
            if not data["is_held"]:
                self._facts.append(Fact(offered, "offered", data["receiving_team"]))
        elif word in _SAME:
            what, team = _FACTS.get(word, word), data["receiving_team"]
            fact = Fact(max(at, offered), what, team, is_automatic=data["is_automatic"])
            self._facts.append(fact)
        elif word == "item-ticked":
            self._facts.append(Fact(at, "ticked" if data["done"] else "unticked", None, data["item"]))
        elif word in ("paused", "resumed"):
            reason, until = data["reason"], data.get("until")
            detail = (reason["code"] or reason["text"] or "") if word == "paused" else ""
            happened = data.get("happened_at")
            fact = Fact(at, word, data["team"], detail, micros(until) if until else None)
            self._facts.append(fact._replace(happened=micros(happened) if happened else None))
        elif word not in _WITHOUT_CLOCKS:
            yield f"this oracle does not know what {word!r} means for clocks"

    def runs(self) -> list[Run]:
        """Return the runs that follow from what is known."""
        if self._runs is None:
            first = self._first
            required, brought = set(first["required"]), set(first["done"])
            self._runs = runs(
                self._specs, self._facts, sender=first["sending_team"], required=required, brought=brought
            )
        return self._runs

    def run(self, key: tuple[str, int]) -> Run | None:
        """Return one of them."""
        return next((run for run in self.runs() if (run.spec["kind"], run.generation) == key), None)

    def rungs(self, run: Run) -> list[tuple[int, dict[str, Any]]]:
        """Return the rungs of a run, each with the time used up at it."""
        return rungs(run.spec, self._teams.get(run.team, {}))
