"""`python -m bench.enrichment`: what a decision on a request costs with its packet enriched, and without.

In one process, one after the other, the best of many rounds: on a busy machine only the ratios mean anything.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final
from unittest import mock

from rich.console import Console
from rich.table import Table

from handoff_templates import load
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.context.record import Record
from orchestrator.domain.enrichment import NO_ENRICHMENT, Enricher, enricher_of
from orchestrator.domain.knowledge import Enquiry, question
from orchestrator.domain.lifecycle.requests import Earlier, request
from orchestrator.domain.policy import Policy
from orchestrator.domain.redaction.command import redact
from orchestrator.domain.summary.summary import summarise
from orchestrator.domain.surroundings import Surroundings
from streams.knowledge.library import read_library
from streams.settings import Settings
from tests.builders import HOUR, T0, a_cause, a_large_request
from tests.unit.domain.context.known import says

_ROUNDS: Final = 60
_EACH: Final = 40
_REQUESTS: Final = tuple(a_large_request(n) for n in range(_EACH))

RECORDS: Final[tuple[Record, ...]] = (
    says("account", {"name": "Acme", "since": "2026-01-02", "segment": "mid", "renewal_risk": "low"}),
    says("contract", {"plan": "gold", "tier": "gold", "renews_at": "2026-05-01"}, system="billing"),
    says("billing", {"payment_state": "grace_pd", "last_invoice": "INV-1"}, system="billing", ago=2 * HOUR),
    says("usage", {"trend": -30}, system="telemetry"),
    says("nps", {"score": 4}, system="qa-reporting"),
    says("issue", {"title": "Export stops", "status": "open"}, system="escalation-tools", item="INC-1"),
    says("interaction", {"channel": "chat", "reason": "invoice"}, system="ticketing", item="i-1"),
    says("preference", {"language": "en"}, system="ticketing"),
)
"""What eight systems say of one customer."""


def main() -> None:
    """Measure and print."""
    loaded = load()
    rules = loaded.rules.without_hours()
    library = read_library(Settings(), rules)
    assert library is not None
    policy = Policy(rules, loaded.words, library)
    enricher = enricher_of(policy, rules.version)
    kind = rules.kinds["tier-1-to-tier-2"]
    around = Surroundings(records=RECORDS)

    def decide(asked: RequestHandoff) -> Any:
        return request(asked, cause=a_cause(), policy=policy, now=T0, earlier=Earlier(records=RECORDS))

    def search(asked: RequestHandoff) -> Any:
        enquiry = Enquiry(
            text=question(asked),
            kind=kind.name,
            team="tier-2",
            reason_code=asked.reason.code,
            language="en",
        )
        return library.search(enquiry, now=T0)

    with mock.patch.object(Enricher, "enrich", return_value=NO_ENRICHMENT):
        bare = _best(decide)
    parts: dict[str, float] = {
        "a decision without": bare,
        "a decision with": _best(decide),
        "of it: summary": _best(lambda asked: summarise(asked, now=T0, lexicon=rules.lexicon)),
        "of it: all that is put together": _best(
            lambda asked: enricher.enrich(asked, kind, "tier-2", around, T0)
        ),
        "of it: articles": _best(search),
        "redaction, before": _best(redact),
    }
    table = Table("part", "µs", "of a decision without", title="Enrichment", title_justify="left")
    for name, seconds in parts.items():
        table.add_row(name, f"{seconds * 1e6:.0f}", f"{seconds / bare:.2f} x")
    for column in table.columns[1:]:
        column.justify = "right"
    Console().print(table)


def _best(work: Callable[[RequestHandoff], object]) -> float:
    """Return the seconds that one call takes in the best round."""
    best = float("inf")
    for _ in range(_ROUNDS):
        began = perf_counter()
        for each in _REQUESTS:
            work(each)
        best = min(best, (perf_counter() - began) / _EACH)
    return best


if __name__ == "__main__":
    main()
