"""Fills a ledger with accepted handoffs whose clocks are open, on the calendars of three sites.

For each site one handoff is brought about by the domain itself; the others are copies of it with ids of their
own and every instant moved. That holds because no site closes or opens between a handoff and its copies.
Each has two open clocks, `first_contact` and `resolve`; what falls due are the last warning, the breach and
the ladder of the first. They have no journal of the past, which no sweep reads.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import md5
from typing import Any
from uuid import UUID

from bench.sites import BUDGET, KIND, SITES, WARNS_BEFORE, Site
from orchestrator.domain.clocks.deadlines import fire
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.identity import clock_id, event_id
from orchestrator.domain.lifecycle.replies import reply
from orchestrator.domain.lifecycle.requests import request
from orchestrator.domain.model import Receiver
from orchestrator.domain.policy import Policy
from orchestrator.inbound import Delivery, Origin
from orchestrator.ledger import rows
from tests.builders import a_cause, a_pause, a_request, a_resume, an_accept, an_actor

OPEN_CLOCKS_EACH = 2
SLOW_S = 900
"""How long a statement on a million rows may take, on a slow machine."""
_INSTANT = re.compile(r'"(\d{4}-\d\d-\d\dT[\d:.]+Z)"')
_MARK = re.compile("\0([^\0]*)\0")

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
    """The handoff that others are copies of."""

    handoff: Handoff
    delivery: Delivery
    due_at: datetime
    """The breach of `first_contact`."""

    @property
    def since(self) -> datetime:
        """When it was requested; every instant of a copy is as far from the copy's request."""
        return self.handoff.requested_at

    def copies(self, prefix: str, count: int, first: datetime, every: timedelta) -> Iterator[rows.Row]:
        """Return rows of handoffs, requested one after another from `first` on."""
        row = dict(
            zip(rows.HANDOFF_COLUMNS, rows.handoff_row(self.handoff, self.delivery, b"\0" * 32), strict=True)
        )
        pieces = _MARK.split(self._marked())
        kinds = [(clock.kind, clock.generation) for clock in self.handoff.clocks]
        since = [datetime.fromisoformat(piece) - self.since for piece in pieces[1::2] if _is_instant(piece)]
        for number in range(count):
            case, at = f"{prefix}{number}", first + number * every
            id = UUID(md5(case.encode(), usedforsecurity=False).hexdigest())
            instants = iter([(at + each).isoformat() for each in since])
            ids = {"id": str(id), "case": case}
            ids |= {kind: str(clock_id(id, kind, generation)) for kind, generation in kinds}
            filled = list(pieces)
            filled[1::2] = [ids.get(piece) or next(instants) for piece in pieces[1::2]]
            row |= {"id": id, "case_id": case, "requested_at": at, "state": "".join(filled)}
            yield tuple(row.values())

    def _marked(self) -> str:
        """Return its state with a mark around every instant and in the place of every id."""
        text = _INSTANT.sub(r'"\0\1\0"', self.handoff.model_dump_json())
        places = {str(self.handoff.id): "id", self.handoff.case_id: "case"}
        places |= {str(clock.id): clock.kind for clock in self.handoff.clocks}
        for value, place in places.items():
            assert f'"{value}"' in text, f"{place} is not in the state as expected"
            text = text.replace(f'"{value}"', f'"\0{place}\0"')
        return text


def _is_instant(piece: str) -> bool:
    return piece[:1].isdigit()


def models(policy: Policy, now: datetime) -> list[Model]:
    """Return one for each site, whose first contact is due at about `now`."""
    return [_model(site, policy, now) for site in SITES]


def _model(site: Site, policy: Policy, now: datetime) -> Model:
    waits = timedelta(hours=1) if site.is_waiting else site.waits
    at = now - BUDGET - (site.break_since - site.break_until) - waits
    who = an_actor(site.team)
    command = a_request(kind=KIND, receiver=Receiver(team=site.team))
    handoff = request(command, cause=a_cause(at), policy=policy, now=at).handoff
    replies = [(an_accept(handoff, actor=who), at)]
    if site.is_waiting:
        # Seconds before the warning, so that going on by itself falls due in the run as well.
        since = now - waits - 2 * WARNS_BEFORE
        replies.append((a_pause(handoff, actor=who, until=since + waits), since))
    elif waits:
        since = at + waits
        replies += [(a_pause(handoff, actor=who), since), (a_resume(handoff, actor=who), since + waits)]
    for number, (answer, then) in enumerate(replies):
        handoff = reply(handoff, answer, cause=a_cause(then, f"{number}"), policy=policy, now=then).handoff
    handoff = fire(handoff, policy=policy, now=now - 3 * WARNS_BEFORE).handoff
    assert len(handoff.open_clocks()) == OPEN_CLOCKS_EACH
    clock = handoff.clock("first_contact")
    assert clock is not None
    assert clock.next_rung == ("resume" if site.is_waiting else "soon"), clock
    assert clock.due_at is not None or site.is_waiting
    cause = a_cause(at)
    return Model(handoff, Delivery(_NOWHERE, event_id(cause.source, cause.id), cause, command), now)


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
    requested = first_due - (model.due_at - model.since)
    stored = count if at_most is None else min(count, at_most)
    columns = [rows.clock_row(model.handoff.id, clock) for clock in model.handoff.clocks]
    _, kinds, _, teams, states, *times = zip(*columns, strict=True)
    started, ended, due, rungs, next_at = times

    def since(instants: tuple[datetime | None, ...]) -> list[timedelta | None]:
        return [None if instant is None else instant - model.since for instant in instants]

    await asyncio.gather(
        pool.copy_records_to_table(
            "handoffs",
            records=model.copies(prefix, stored, requested, every),
            columns=rows.HANDOFF_COLUMNS,
            timeout=SLOW_S,
        ),
        pool.execute(
            _CLOCKS,
            *(prefix, count, requested, every),
            *(list(kinds), list(teams), list(states), since(started), since(ended), since(due)),
            *(list(rungs), since(next_at)),
            timeout=SLOW_S,
        ),
    )
