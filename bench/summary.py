"""`python -m bench.summary`: what a summary and the redaction cost a handoff, in microseconds.

Processor time, the best of many rounds, so that other processes disturb it little. The conversations are made
of a few dozen different sentences of support, no two turns alike.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from time import process_time
from typing import Literal

from rich.console import Console
from rich.table import Table

from handoff_templates import load
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.model import Turn
from orchestrator.domain.redaction.command import hide_personal, redact
from orchestrator.domain.summary.summary import summarise
from tests.builders import SECOND, T0, a_large_request

_ROUNDS = 500
_CALLS = 4
_LENGTHS = (0, 5, 10, 50, 200, 500)
_OPENINGS = (
    "Since the update of {day} the {thing} of our {team} stops at {n} %.",
    "I have tried it with {n} other accounts, and the {thing} is still empty.",
    "Could you please look at the {thing} that we ordered on {day}?",
    "The {thing} shows the numbers of {day}, although the {team} closed the books.",
    "Thank you for waiting.",
    "I checked the log of the {thing}: the {team} has reached its limit of {n} requests.",
    "My {team} cannot work without the {thing}, and the deadline is {day}.",
)
_THINGS = (
    "export",
    "invoice",
    "dashboard",
    "import",
    "report",
    "mailbox",
    "calendar",
    "payment page",
    "backup",
)
_TEAMS = ("finance team", "warehouse", "sales office", "support desk", "branch in Lyon")
_DAYS = ("Monday", "3 March", "last Friday", "the 14th", "yesterday", "the end of May")
_EARLIER = ("chat declined: no capacity", "phone completed: refund promised")


def a_talk(turns: int) -> RequestHandoff:
    """Return a request with so many turns of two sentences each."""
    numbers = count(7, 13)

    def sentence(n: int) -> str:
        return _OPENINGS[n % 7].format(
            day=_DAYS[n % 6], thing=_THINGS[n % 9], team=_TEAMS[n % 5], n=next(numbers) % 97
        )

    def speaker(n: int) -> Literal["customer", "agent"]:
        return "customer" if n % 2 == 0 else "agent"

    said = tuple(
        Turn(
            id=f"t{n}",
            at=T0 + n * SECOND,
            speaker=speaker(n),
            text=f"{sentence(3 * n)} {sentence(5 * n + 1)}",
        )
        for n in range(turns)
    )
    return a_large_request(1, turns=said)


def best_us(work: Callable[[], object]) -> float:
    """Return the cost of one call."""
    best = float("inf")
    for _ in range(_ROUNDS):
        began = process_time()
        for _ in range(_CALLS):
            work()
        best = min(best, process_time() - began)
    return best / _CALLS * 1e6


def main() -> None:
    """Measure and print."""
    lexicon = load().rules.lexicon
    table = Table("µs", *(f"{n} turns" for n in _LENGTHS), title="A handoff's texts", title_justify="left")
    requests = [a_talk(turns) for turns in _LENGTHS]

    def row(what: str, work: Callable[[RequestHandoff], object]) -> None:
        table.add_row(what, *(f"{best_us(lambda r=request: work(r)):.0f}" for request in requests))  # type: ignore[misc]

    row("redact secrets", redact)
    row("hide personal data", hide_personal)
    row("summarise", lambda request: summarise(request, earlier=_EARLIER, now=T0, lexicon=lexicon))
    for column in table.columns[1:]:
        column.justify = "right"
    Console().print(table)


if __name__ == "__main__":
    main()
