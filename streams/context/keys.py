"""The keys of messages on the topics of context: the address of a record, and a part of it behind a `#`.

`account:acct-1/crm` is the account as the CRM has it. A source that sends some of a record's fields at one
time and some at another gives each group of fields a part, `account:acct-1/crm#owner`: compaction keeps the
last message of each key, so that what is sent under one key has to hold the same fields every time.
"""

from __future__ import annotations

from orchestrator.domain.context.address import Address
from orchestrator.domain.context.subjects import Subject
from orchestrator.domain.errors import Refused

_LONGEST_PART = 200


def address_of(subject: Subject, key: bytes) -> Address:
    """Return the address of the record that a message's key names.

    Raises:
        Refused: `bad-key`, it names none.
    """
    try:
        text, _, part = key.decode().partition("#")
    except UnicodeDecodeError:
        raise Refused("bad-key", "the key is not UTF-8") from None
    if len(part) > _LONGEST_PART:
        raise Refused("bad-key", f"the part of the key has more than {_LONGEST_PART} characters")
    return Address.parse(subject, text)


def names(key: bytes, address: Address) -> bool:
    """Tell whether a message's key is that of a record, whatever its part and however it is encoded."""
    if key.partition(b"#")[0] == address.text.encode():
        return True
    try:
        return address_of(address.subject, key) == address
    except Refused:
        return False
