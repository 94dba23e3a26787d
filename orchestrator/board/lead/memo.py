"""What follows from something that changes: made once for each state of it, for all who ask."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

_T = TypeVar("_T")
_KEPT: Final = 256


class Memo:
    """Remembers the last value of each kind, and the state that it was made from."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()

    def get(self, of: Hashable, state: Hashable, make: Callable[[], _T]) -> _T:
        """Return what `make` makes: as it was made last, while `state` is the same."""
        held = self._known.get(of)
        if held is None or held[0] != state:
            held = self._known[of] = (state, make())
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        value: _T = held[1]
        return value
