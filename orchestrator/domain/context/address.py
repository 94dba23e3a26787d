"""Which record it is: what a message on a compacted topic is keyed by."""

from __future__ import annotations

import re
from typing import NamedTuple, Self
from urllib.parse import quote, unquote

from orchestrator.domain.context.observation import Observation
from orchestrator.domain.context.subjects import MANY, Subject
from orchestrator.domain.errors import Refused
from orchestrator.domain.model import Customer

_HELP = "write account:ID/SYSTEM or customer:ID/SYSTEM, and /ITEM behind it where there are several"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST = 200
"""Characters of each part, as of any identifier."""


def keys_of(customer: Customer) -> tuple[str, ...]:
    """Return the keys under which records of a customer and of their account are held."""
    own = f"customer:{customer.id}"
    return (f"account:{customer.account_id}", own) if customer.account_id is not None else (own,)


class Address(NamedTuple):
    """The identity of a record."""

    subject: Subject
    key: str
    """`account:<id>` or `customer:<id>`."""
    system: str
    item: str = ""
    """Empty where there is only one."""

    @classmethod
    def of(cls, observation: Observation) -> Self:
        """Return the address of the record of which an observation speaks."""
        return cls(observation.subject, observation.key, observation.system, observation.item or "")

    @property
    def text(self) -> str:
        """The key of its messages: `account:acct-1/status-page/INC-42`, each part percent-encoded."""
        kind, _, id = self.key.partition(":")
        parts = (self.system, self.item) if self.item else (self.system,)
        return "/".join((f"{kind}:{quote(id, safe='')}", *(quote(part, safe="") for part in parts)))

    @classmethod
    def parse(cls, subject: Subject, text: str) -> Self:
        """Return the address that `text` writes.

        Raises:
            Refused: `bad-key`, it writes none.
        """
        anchor, _, rest = text.partition("/")
        kind, _, id = anchor.partition(":")
        system, _, item = rest.partition("/")
        parts = [unquote(part) for part in (id, system, item)]
        if kind not in ("account", "customer") or "/" in item or not (parts[0] and parts[1]):
            raise Refused("bad-key", f"the key {text[:_LONGEST]!r} names no record; {_HELP}")
        if any(len(part) > _LONGEST or _CONTROL.search(part) for part in parts):
            raise Refused("bad-key", f"a part of the key is not text of 1 to {_LONGEST} characters; {_HELP}")
        if subject in MANY and not item:
            raise Refused("bad-key", f"the key {text!r} does not say which {subject}; {_HELP}")
        return cls(subject, f"{kind}:{parts[0]}", parts[1], parts[2])
