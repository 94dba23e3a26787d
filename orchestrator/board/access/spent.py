"""What counts once: a second time it is refused."""

from __future__ import annotations

from datetime import datetime


class Spent:
    """Remembers what was used, for as long as it would otherwise count."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def spend(self, id: str, until: datetime, now: datetime) -> bool:
        """Use something that counts until then; return whether it had not been used."""
        if id in self:
            return False
        self._until = {each: end for each, end in self._until.items() if end > now}
        self._until[id] = until
        return True

    def __contains__(self, id: object) -> bool:
        return id in self._until
