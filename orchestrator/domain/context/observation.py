"""One message of another system about one subject: only the fields of which it speaks."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from math import isfinite
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, JsonValue, model_validator

from orchestrator.domain.ages import in_words
from orchestrator.domain.context.subjects import MANY, PER_CUSTOMER, Subject
from orchestrator.domain.errors import Refused
from orchestrator.domain.model import Customer, Frozen, Id

TYPES: Final[dict[str, Subject]] = {f"support.context.{each}.observed.v1": each for each in Subject}
"""CloudEvents type -> subject; the topic has the same name."""

MOST_FIELDS: Final = 100
LONGEST_TEXT: Final = 4_000
"""Characters of one value."""
LONGEST_LIST: Final = 100
MOST_TEXT: Final = 50_000
"""Characters of all values together."""
MOST_AHEAD: Final = timedelta(minutes=5)
"""How far the clock of a source may be ahead of ours."""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""What no database column takes; line breaks and tabs are text."""
_WHOLE_LIMIT: Final = 2**63


def _check_fields(fields: dict[str, JsonValue]) -> dict[str, JsonValue]:
    length = sum(_length_of(name, value) for name, value in fields.items())
    if length > MOST_TEXT:
        raise ValueError(f"all values together have {length} characters; send at most {MOST_TEXT}")
    return fields


def _length_of(name: str, value: JsonValue) -> int:
    """Return the characters of a value that may be kept.

    Raises:
        ValueError: it may not.
    """
    if isinstance(value, list):
        if len(value) > LONGEST_LIST:
            raise ValueError(f"{name} has {len(value)} items; send at most {LONGEST_LIST}")
        if any(isinstance(each, list) for each in value):
            raise ValueError(f"{name} has a list within a list; send scalars, or a list of scalars")
        return sum(_length_of(name, each) for each in value)
    if isinstance(value, dict):
        raise ValueError(f"{name} is an object; send scalars, or a list of scalars")
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise ValueError(f"{name} has {len(value)} characters; send at most {LONGEST_TEXT}")
        if not value.isprintable() and _CONTROL.search(value):
            raise ValueError(f"{name} has a control character; send text")
        return len(value)
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{name} is not a finite number")
    if isinstance(value, int) and abs(value) >= _WHOLE_LIMIT:
        raise ValueError(f"{name} does not fit into 64 bits; send a long identifier as text")
    return 0


class Observation(Frozen):
    """What a system says of one subject; the CloudEvents time is when it was so."""

    subject: Subject
    account_id: Id | None = None
    customer_id: Id | None = None
    item: Id | None = None
    """Which one of several: the id of an issue, an interaction, an invoice."""
    system: Id
    """The system that says so, as the integration map calls it."""
    fields: Annotated[
        dict[Id, JsonValue], Field(min_length=1, max_length=MOST_FIELDS), AfterValidator(_check_fields)
    ]
    """Name without its subject -> a scalar or a list of scalars; null takes the field away."""

    @model_validator(mode="after")
    def _is_about_something(self) -> Self:
        if self.account_id is None and self.customer_id is None:
            raise ValueError("name whom it is about: account_id or customer_id")
        if self.item is None and self.subject in MANY:
            raise ValueError(f"name the {self.subject} it is about: item")
        return self

    @property
    def key(self) -> str:
        """Whom it is about: `account:<id>`, or `customer:<id>`."""
        if self.customer_id is not None and (self.account_id is None or self.subject in PER_CUSTOMER):
            return f"customer:{self.customer_id}"
        return f"account:{self.account_id}"


def keys_of(customer: Customer) -> tuple[str, ...]:
    """Return the keys under which all that is known of a customer stands."""
    if customer.account_id is None:
        return (f"customer:{customer.id}",)
    return (f"customer:{customer.id}", f"account:{customer.account_id}")


def refuse_future(at: datetime, now: datetime) -> None:
    """Refuse what claims to have been so later than now.

    It would win over all that is observed until then.

    Raises:
        Refused: `from-the-future`.
    """
    if at - now > MOST_AHEAD:
        raise Refused(
            "from-the-future",
            f"its time {at.isoformat()} is {in_words(at - now)} from now; at most {in_words(MOST_AHEAD)} are "
            "accepted: set the clock of the source",
        )
