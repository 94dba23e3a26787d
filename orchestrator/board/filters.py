"""Which open handoffs a page shows, as its address says: one field of `Filters` for each name there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Final, NamedTuple, Self
from urllib.parse import urlencode

from starlette.datastructures import ImmutableMultiDict

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.discretion import knows_customer
from orchestrator.board.live.card import Card, Risk
from orchestrator.board.order import order_of
from orchestrator.board.said import Problem, Unclear, none_of
from orchestrator.domain.handoff import Status
from orchestrator.domain.model import Priority
from orchestrator.domain.sentence import Sentence

NOBODY: Final = "-"
"""The owner of what nobody has accepted yet."""
MOST_VALUES: Final = 50
LONGEST: Final = 200


class Trait(StrEnum):
    """What is worth a look apart from time."""

    MISSING = "missing"
    """The sending team owes something."""
    QUESTIONS = "questions"
    """The receiving team waits for an answer."""
    BOUNCES = "bounces"
    """The case came back before."""


_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "status": tuple(each.value for each in Status if each.is_open),
    "priority": tuple(Priority),
    "risk": tuple(Risk),
    "trait": tuple(Trait),
}
_PARAMETERS: Final = {"sender": "from", "receiver": "to", "trait": "with"}
"""Field -> name in the address, where it is another one."""


class Chip(NamedTuple):
    """One thing that is filtered by."""

    name: str
    """In the address."""
    value: str
    without: str
    """The query string without it."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for: of each field any of its values will do; one without values lets all pass."""

    team: tuple[str, ...] = ()
    """Sends or receives."""
    sender: tuple[str, ...] = ()
    receiver: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    risk: tuple[str, ...] = ()
    tier: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    """Ids of agents, or `NOBODY`."""
    trait: tuple[str, ...] = ()
    q: tuple[str, ...] = ()
    """Words that all have to stand in it, in small letters."""

    @classmethod
    def of(cls, parameters: ImmutableMultiDict[str, str]) -> Self:
        """Read them from a query string; names that are no filter are left alone.

        Raises:
            Unclear: a value is none that there is.
        """
        found: dict[str, tuple[str, ...]] = {}
        problems: list[Problem] = []
        for field in FIELDS:
            name = parameter(field)
            given = [value.strip() for value in parameters.getlist(name)]
            if field == "q":
                given = [word for text in given for word in text.casefold().split()]
            values = tuple(sorted({value for value in given if value}))
            problems += _problems(field, name, values)
            found[field] = values
        if problems:
            raise Unclear(tuple(problems))
        return cls(**found)

    def matches(self, card: Card, *, with_customer: bool = True) -> bool:
        """Whether a card is asked for; `with_customer`: whether words are looked for in whose case it is."""
        return (
            self.is_between(card.sending_team, card.receiving_team)
            and (not self.kind or card.kind in self.kind)
            and (not self.status or card.status in self.status)
            and (not self.priority or card.priority in self.priority)
            and (not self.risk or card.risk in self.risk)
            and (not self.tier or card.tier in self.tier)
            and (not self.owner or (card.agent or NOBODY) in self.owner)
            and (not self.trait or any(_has(card, trait) for trait in self.trait))
            and (not self.q or self._reads(card, with_customer))
        )

    def is_between(self, sending_team: str, receiving_team: str) -> bool:
        """Whether handoffs between these teams are asked for."""
        return (
            (not self.sender or sending_team in self.sender)
            and (not self.receiver or receiving_team in self.receiver)
            and (not self.team or sending_team in self.team or receiving_team in self.team)
        )

    def shows(self, card: Card, viewer: Viewer) -> bool:
        """Whether a card is asked for, and theirs to see."""
        return viewer.may_see(card) and self.matches(
            card, with_customer=not self.q or knows_customer(viewer, card)
        )

    def select(self, cards: Iterable[Card], viewer: Viewer) -> list[Card]:
        """Return those of the cards that are asked for and theirs to see, by time left."""
        return sorted((card for card in cards if self.shows(card, viewer)), key=order_of)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Return name and value of all that is asked for."""
        for field in FIELDS:
            for value in getattr(self, field):
                yield parameter(field), value

    def query(self, **changed: str | Iterable[str] | None) -> str:
        """Return the query string, with some fields changed: to a value, to several, or to None."""
        return self.changed(**changed).as_text() if changed else self.as_text()

    def changed(self, **changed: str | Iterable[str] | None) -> Self:
        """Return them with some fields changed, named as here."""
        return replace(self, **{field: _values(value) for field, value in changed.items()})

    def as_text(self) -> str:
        """Return the query string."""
        return urlencode(list(self.pairs()))

    def chips(self) -> list[Chip]:
        """Return each thing that is filtered by, with the way to be rid of it."""
        return [
            Chip(
                parameter(field),
                value,
                self.query(**{field: [other for other in getattr(self, field) if other != value]}),
            )
            for field in FIELDS
            for value in getattr(self, field)
        ]

    def __bool__(self) -> bool:
        """Whether anything is filtered by."""
        return any(getattr(self, field) for field in FIELDS)

    def _reads(self, card: Card, with_customer: bool) -> bool:
        texts = [card.case_id, card.title, card.reason, card.agent or "", str(card.id)]
        if with_customer:
            texts += [card.customer, card.customer_id, card.account_id or ""]
        text = "\n".join(texts).casefold()
        return all(word in text for word in self.q)


FIELDS: Final = tuple(field.name for field in fields(Filters))


def parameter(field: str) -> str:
    """Return the name in the address of a field."""
    return _PARAMETERS.get(field, field)


def _has(card: Card, trait: str) -> bool:
    match trait:
        case Trait.MISSING:
            return bool(card.missing)
        case Trait.QUESTIONS:
            return card.questions > 0
        case _:
            return card.bounces > 0


def _values(value: str | Iterable[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(sorted({value} if isinstance(value, str) else set(value)))


def _problems(field: str, name: str, values: tuple[str, ...]) -> Iterator[Problem]:
    if len(values) > MOST_VALUES:
        yield Problem(name, Sentence("has more than {most} values", most=MOST_VALUES))
    if any(len(value) > LONGEST or not value.isprintable() for value in values):
        yield Problem(
            name, Sentence("has a value that is not 1 to {most} printable characters", most=LONGEST)
        )
    known = _CHOICES.get(field)
    for value in values[:MOST_VALUES]:
        if known is not None and value not in known:
            yield Problem(name, none_of(value, known))
