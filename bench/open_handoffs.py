"""Fills a ledger with accepted handoffs whose clocks are open.

One handoff is brought about by the domain itself; the others are copies of it, made by the database, with
ids and instants of their own. Each has two open clocks, `first_contact` and `resolve`; what falls due is the
breach of the first. They have no journal of the past, which no sweep reads.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handoff_templates import load
from orchestrator.domain.clocks import BREACH
from orchestrator.domain.deadlines import fire
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.identity import event_id
from orchestrator.domain.replies import reply
from orchestrator.domain.requests import request
from orchestrator.inbound import Delivery, Origin
from orchestrator.ledger import rows
from tests.builders import T0, a_cause, a_request, an_accept

OPEN_CLOCKS_EACH = 2
SLOW_S = 900
"""How long a statement on a million rows may take, on a slow machine."""

_HANDOFFS = """
INSERT INTO handoffs (id, case_id, customer_id, account_id, kind, status, sending_team, receiving_team,
                      priority, requested_at, state, request_type, request, chain)
SELECT id, case_id, $5, $6, $7, $8, $9, $10, $11, at,
       format($12, id, case_id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
              md5('1' || id)::uuid, md5('2' || id)::uuid, md5('3' || id)::uuid, md5('4' || id)::uuid)::json,
       $13, $14::text::json, $15
FROM (
  SELECT md5($1 || n)::uuid AS id, $1 || n AS case_id, $3::timestamptz + n * $4::interval AS at
  FROM generate_series(0, $2::int - 1) AS n
) AS each
"""
_CLOCKS = """
INSERT INTO clocks (handoff_id, kind, generation, team, state, started_at, ended_at, due_at,
                    next_rung, next_at)
SELECT md5($1 || n)::uuid, c.kind, 1, c.team, c.state, a.at + c.started, a.at + c.ended, a.at + c.due,
       c.next_rung, a.at + c.next
FROM generate_series(0, $2::int - 1) AS n
CROSS JOIN LATERAL (SELECT $3::timestamptz + n * $4::interval AS at) AS a
CROSS JOIN unnest($5::text[], $6::text[], $7::text[], $8::interval[], $9::interval[], $10::interval[],
                  $11::text[], $12::interval[])
  AS c (kind, team, state, started, ended, due, next_rung, next)
"""


_NOWHERE = Origin("", 0, 0, None, None, ())


@dataclass(frozen=True, slots=True)
class Model:
    """The handoff that all others are copies of; it was accepted at `T0`."""

    handoff: Handoff
    delivery: Delivery
    breaches_after: timedelta
    """From the acceptance to the breach of `first_contact`."""

    @property
    def state(self) -> str:
        """Its state as a format of PostgreSQL: id, case, instant, ids of the four clocks."""
        text = self.handoff.model_dump_json().replace("%", "%%")
        marks = [str(self.handoff.id), self.handoff.case_id, T0.isoformat().replace("+00:00", "Z")]
        marks += [str(clock.id) for clock in self.handoff.clocks]
        for number, mark in enumerate(marks, start=1):
            assert f'"{mark}"' in text, f"{mark} is not in the state as expected"
            text = text.replace(f'"{mark}"', f'"%{number}$s"')
        return text


def a_model() -> Model:
    """Bring one about: requested and accepted at `T0`, the warnings of `first_contact` behind it."""
    policy = load()
    command = a_request(done_so_far=("Cleared the session",))
    opened = request(command, cause=a_cause(T0), policy=policy, now=T0).handoff
    accepted = reply(opened, an_accept(opened), cause=a_cause(T0, "accept"), policy=policy, now=T0).handoff
    clock = accepted.clock("first_contact")
    assert clock is not None
    assert clock.due_at is not None
    handoff = fire(accepted, now=clock.due_at - timedelta(seconds=1)).handoff
    assert handoff.next_due() == clock.due_at
    assert len(handoff.open_clocks()) == OPEN_CLOCKS_EACH
    warned = handoff.clock("first_contact")
    assert warned is not None
    next_rung = warned.next_rung()
    assert next_rung is not None
    assert next_rung[0].name == BREACH
    cause = a_cause(T0)
    delivery = Delivery(_NOWHERE, event_id(cause.source, cause.id), cause, command)
    return Model(handoff, delivery, clock.due_at - T0)


async def insert_open(
    pool: Any,
    model: Model,
    *,
    prefix: str,
    count: int,
    first_due: datetime,
    every: timedelta,
    at_most: int | None = None,
) -> None:
    """Insert `count` handoffs whose clocks fall due one after another, from `first_due` on.

    `at_most`: insert no more handoffs than these, and only the clocks of the others.
    """
    accepted = first_due - model.breaches_after
    stored = count if at_most is None else min(count, at_most)
    row = dict(
        zip(rows.HANDOFF_COLUMNS, rows.handoff_row(model.handoff, model.delivery, b"\0" * 32), strict=True)
    )
    same = ("customer_id", "account_id", "kind", "status", "sending_team", "receiving_team", "priority")
    columns = [rows.clock_row(model.handoff.id, clock) for clock in model.handoff.clocks]
    _, kinds, _, teams, states, started, ended, due, rungs, next_at = zip(*columns, strict=True)
    await asyncio.gather(
        pool.execute(
            _HANDOFFS,
            *(prefix, stored, accepted, every),
            *(row[name] for name in same),
            *(model.state, row["request_type"], row["request"], row["chain"]),
            timeout=SLOW_S,
        ),
        pool.execute(
            _CLOCKS,
            *(prefix, count, accepted, every),
            *(list(kinds), list(teams), list(states), _since(started), _since(ended), _since(due)),
            *(list(rungs), _since(next_at)),
            timeout=SLOW_S,
        ),
    )


def _since(instants: tuple[datetime | None, ...]) -> list[timedelta | None]:
    return [None if instant is None else instant - T0 for instant in instants]
