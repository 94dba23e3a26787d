"""The issues and the interactions of a bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from orchestrator.domain.context.making import make
from orchestrator.domain.context.reading import Reading
from orchestrator.domain.context.record import Record
from orchestrator.domain.context.resolve import winner
from orchestrator.domain.context.shown import KnownIssue, PastInteraction
from orchestrator.domain.context.values import codes_of, in_words, instant_of
from orchestrator.domain.context.views import FieldView

Items = Mapping[str, Sequence[Record]]
"""The id of an issue or interaction -> what systems say of it."""
_ISSUE: Final = vars(KnownIssue(id="-"))
_INTERACTION: Final = vars(PastInteraction(id="-"))


class Choice(NamedTuple):
    """Which items are shown; it may look at fields that the team does not see."""

    begins: FieldView
    """The field that says when an item began: the latest come first."""
    most: int
    status: FieldView | None = None
    closed: frozenset[str] = frozenset()
    """Codes of `status` of items that are left out."""

    def of(self, items: Items) -> list[tuple[datetime, str]]:
        """Return when each chosen item began, and its id."""
        found: list[tuple[datetime, str]] = []
        for id, records in items.items():
            if self.status is not None and self._is_closed(records, self.status):
                continue
            at = self._beginning(records)
            if at is not None:
                found.append((at, id))
        found.sort(reverse=True)
        return found[: self.most]

    def _is_closed(self, records: Sequence[Record], status: FieldView) -> bool:
        claim = winner(records, status.name, status.owner)
        return claim is not None and not self.closed.isdisjoint(codes_of(claim[1].value))

    def _beginning(self, records: Sequence[Record]) -> datetime | None:
        """Return when an item began, else when it was first heard of; None when all of it is gone."""
        claim = winner(records, self.begins.name, self.begins.owner)
        at = instant_of(claim[1].value) if claim is not None else None
        if at is not None:
            return at
        return min((held.at for each in records for held in each.fields.values()), default=None)


def issues_of(
    items: Items, choice: Choice, views: Sequence[FieldView], reading: Reading
) -> tuple[KnownIssue, ...]:
    """Return the open issues, the newest first, as far as the team may see them."""
    shown = []
    for _, id in choice.of(items) if views else ():
        read = _read(id, items[id], views, reading)
        if read is None:
            continue
        words, at = read
        words["age"] = reading.age(at)
        if choice.status is not None and choice.status.is_stale(at, reading.now):
            words |= {"state": "stale", "fallback": choice.status.fallback}
        shown.append(make(KnownIssue, {**_ISSUE, **words}))
    return tuple(shown)


def interactions_of(
    items: Items, choice: Choice, views: Sequence[FieldView], reading: Reading
) -> tuple[PastInteraction, ...]:
    """Return the last interactions, the latest first, as far as the team may see them."""
    shown = []
    for began_at, id in choice.of(items) if views else ():
        read = _read(id, items[id], views, reading)
        if read is not None:
            shown.append(make(PastInteraction, {**_INTERACTION, **read[0], "age": reading.age(began_at)}))
    return tuple(shown)


def _read(
    id: str, records: Sequence[Record], views: Sequence[FieldView], reading: Reading
) -> tuple[dict[str, Any], datetime] | None:
    """Return what is shown of an item, and when it was last observed; None when there is nothing to show."""
    found = reading.find(records, views, id)
    if not found:
        return None
    shown: dict[str, Any] = {"id": id}
    more: dict[str, str] = {}
    _, _, newest_at, newest = found[0]
    for view, value, at, system in found:
        words = in_words(value, view.type, view.vocabulary)[0]
        if view.is_own:
            more[view.label] = words
        else:
            shown[view.name] = words
        if at > newest_at:
            newest_at, newest = at, system
    shown |= {"more": more, "source": reading.name_of(newest), "observed_at": newest_at}
    return shown, newest_at
