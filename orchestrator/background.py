"""What the desk loads beside the handoffs of a batch: ways of cases, other work, customers' context."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.context.address import keys_of
from orchestrator.domain.context.record import Record
from orchestrator.domain.open_work import OpenHandoffs, Whose, owner_of
from orchestrator.domain.routing.trail import Trail
from orchestrator.ledger.port import Transaction

_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


class Background(NamedTuple):
    """What is known around requests when a batch begins."""

    trails: Mapping[str, Trail] = _NOTHING
    """Case -> the handoffs that it has had."""
    open_work: Mapping[Whose, OpenHandoffs] = _NOTHING
    records: Mapping[str, Sequence[Record]] = _NOTHING
    """Key of an account or a customer -> what other systems said of it."""
    open_counts: Mapping[str, int] = _NOTHING
    """Team -> its open handoffs, of teams that can be full."""

    def records_of(self, request: RequestHandoff) -> Sequence[Record]:
        """Return what is held of the customer and the account of a request."""
        if not self.records:
            return ()
        return [record for key in keys_of(request.customer) for record in self.records.get(key, ())]


NO_BACKGROUND: Final = Background()


async def load_background(
    transaction: Transaction, requests: Iterable[RequestHandoff], limited: Sequence[str] = ()
) -> Background:
    """Load what stands around requests, each sort in one query; `limited` teams have their work counted."""
    asked = list(requests)
    if not asked:
        return NO_BACKGROUND
    keys = {key for each in asked for key in keys_of(each.customer)}
    return Background(
        trails=await transaction.load_trails(sorted({each.case_id for each in asked})),
        open_work=await transaction.load_open_work(list(dict.fromkeys(map(owner_of, asked)))),
        records=await transaction.load_context(sorted(keys)),
        open_counts=await transaction.open_counts(limited),
    )
