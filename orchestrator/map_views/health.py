"""How flows do, as far as it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from orchestrator.domain.sentence import Sentence

Health = Mapping[str, str]
"""Flow -> `ok`, `warn` or `error`, as its last change of state said; a flow that is not watched is absent."""

UNKNOWN: Final[Health] = MappingProxyType({})
SIGNS: Final = {"warn": "▲ ", "error": "■ "}
"""Put before the name of a flow, for those who do not tell the colours apart."""
WORDS: Final = {"ok": Sentence("well"), "warn": Sentence("late"), "error": Sentence("failed")}


def state_of(health: Health, flow: str) -> str:
    """Return the state of a flow: `ok`, `warn`, `error`, or `unknown`."""
    state = str(health.get(flow, "unknown"))
    return state if state in WORDS else "unknown"
