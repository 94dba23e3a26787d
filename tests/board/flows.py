"""How the flows of the map did: most of them well, telemetry silent, billing with unreadable messages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from orchestrator.domain.flow_health.noted import Noted
from orchestrator.domain.flow_health.tally import Tally
from orchestrator.domain.flow_health.watching import watched_flows
from orchestrator.domain.policy import Rules
from orchestrator.ledger.flow_health import PostgresFlows

_HEARD: Final = {
    ("crm", "account"): (1, 9),
    ("billing", "billing"): (1, 2),
    ("telemetry", "usage"): (47, 3),
    ("escalation-tools", "issue"): (14, 11),
    ("ai-workflow", "interaction"): (2, 7),
    ("qa-reporting", "nps"): (50, 40),
}
"""(system, subject) -> how many minutes ago it was heard last, and every how many before that."""


async def judge_flows(dsn: str, rules: Rules, now: datetime) -> None:
    """Note what arrived within two hours, and judge the flows as a worker does."""
    watched = watched_flows(rules.integration_map, rules.translations)
    flows = PostgresFlows(dsn, shards=1)
    await flows.open()
    try:
        begun = now - timedelta(hours=2)
        await flows.watch(watched, now=begun)
        tally = Tally(watched)
        for at, noted in sorted(_heard(now), key=lambda each: each[0]):
            tally.add(noted, now=at)
        await flows.note(tally.take(), now=now)
        await flows.judge_due({flow.id: flow for flow in watched}, now=now)
    finally:
        await flows.close()


def _heard(now: datetime) -> Iterator[tuple[datetime, Noted]]:
    for (system, subject), (last, every) in _HEARD.items():
        for number, ago in enumerate(range(last, 120, every)):
            at = now - timedelta(minutes=ago)
            is_bad = system == "billing" and number % 4 == 0
            took = timedelta(seconds=0.2 + number % 5)
            yield at, Noted(subject, system, at - took, at, "bad-fields" if is_bad else None)
