"""One look at one customer: values in words with their age, and the conflicts met on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from orchestrator.domain import ages
from orchestrator.domain.context.making import make
from orchestrator.domain.context.record import Held, Record
from orchestrator.domain.context.resolve import Claim, disputes, winner
from orchestrator.domain.context.shown import BundleField, Conflict, Said
from orchestrator.domain.context.values import in_words
from orchestrator.domain.context.views import FieldView, Found

_MINUTE: Final = timedelta(minutes=1)
_NO_TIME: Final = timedelta()


class Reading:
    """What has been read so far, at one instant."""

    def __init__(self, systems: Mapping[str, str], now: datetime) -> None:
        self.now = now
        self.conflicts: list[Conflict] = []
        self._systems = systems

    def age(self, at: datetime) -> str:
        """Return how long ago `at` was, in words; a clock that is a little ahead says nothing of it."""
        return _age((self.now - at) // _MINUTE)

    def name_of(self, system: str) -> str:
        """Return what people call a system; one that the map does not know has its id."""
        return self._systems.get(system, system)

    def find(
        self, records: Sequence[Record], views: Sequence[FieldView], item: str | None = None
    ) -> list[Found]:
        """Return what counts of those fields that are there; each conflict is noted.

        The records are about the same thing: one subject, or one item of it.
        """
        if len(records) == 1:
            return _find(records[0], views)
        found: list[Found] = []
        for view in views:
            claim = winner(records, view.name, view.owner)
            if claim is None:
                continue
            others = disputes(records, view.name, claim)
            if others:
                self._note(claim, others, view, item)
            record, held = claim
            if held.value is not None:
                found.append((view, held.value, held.at, record.system))
        return found

    def fields(self, found: Iterable[Found]) -> list[BundleField]:
        """Return fields as they are shown, in the order in which they were found."""
        now, systems = self.now, self._systems
        # Most fields of a customer were observed at few instants, one after another.
        aged_at, span, age = now, _NO_TIME, _age(0)
        fields: list[BundleField] = []
        for view, value, at, system in found:
            if at != aged_at:
                aged_at, span = at, now - at
                age = _age(span // _MINUTE)
            text, code, is_unknown = in_words(value, view.type, view.vocabulary)
            stale_after = view.stale_after
            is_stale = stale_after is not None and span > stale_after
            values = {
                "name": view.field,
                "label": view.label,
                "value": text,
                "code": code,
                "is_unknown_code": is_unknown,
                "source": systems.get(system, system),
                "observed_at": at,
                "age": age,
                "state": "stale" if is_stale else "fresh",
                "fallback": view.fallback if is_stale else None,
            }
            fields.append(make(BundleField, values))
        return fields

    def _note(self, claim: Claim, others: Sequence[Claim], view: FieldView, item: str | None) -> None:
        record, held = claim
        conflict = Conflict(
            name=view.field,
            label=view.label,
            item=item,
            winner=self._said(record, held, view),
            others=tuple(self._said(*other, view) for other in others),
            decided_by="owner" if record.system == view.owner else "newest",
        )
        self.conflicts.append(conflict)

    def _said(self, record: Record, held: Held, view: FieldView) -> Said:
        words = in_words(held.value, view.type, view.vocabulary)[0] if held.value is not None else None
        source = self.name_of(record.system)
        return Said(source=source, value=words, observed_at=held.at, age=self.age(held.at))


def _find(record: Record, views: Sequence[FieldView]) -> list[Found]:
    """Return what one record says, as nearly every one does alone."""
    fields, system = record.fields, record.system
    found: list[Found] = []
    for view in views:
        held = fields.get(view.name)
        if held is not None:
            # A model's attributes cost three times as much to read as its dictionary.
            said = held.__dict__
            value = said["value"]
            if value is not None:
                found.append((view, value, said["at"], system))
    return found


@lru_cache(maxsize=10_000)
def _age(minutes: int) -> str:
    return ages.in_words(timedelta(minutes=max(minutes, 0)))
