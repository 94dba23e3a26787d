"""Two that do the same: systems with one purpose, and flows that move the same data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestrator.domain.integration_map.findings import Finding
from orchestrator.domain.integration_map.model import Flow, IntegrationMap
from orchestrator.domain.sentence import Sentence

_WORD = re.compile(r"[^\W_]+")
_FILLERS = frozenset({"a", "an", "and", "for", "of", "or", "the", "to", "with"})


def duplicates(map: IntegrationMap) -> Iterator[Finding]:
    """Yield each system and each flow that does what an earlier one does."""
    purposes: dict[frozenset[str], str] = {}
    for system in map.systems.values():
        first = purposes.setdefault(_words(system.purpose), system.id)
        if first != system.id:
            yield Finding(
                "duplicate",
                ("systems", system.id),
                Sentence(
                    "{system} has the purpose of {other}; retire one of them, or say what is its own",
                    system=system.name,
                    other=map.name_of(first),
                ),
            )
    between: dict[tuple[str, ...], list[Flow]] = {}
    for flow in map.flows.values():
        # Either way round: the same data there and back is no better than twice there.
        others = between.setdefault(tuple(sorted(flow.ends)), [])
        for earlier in others:
            same = _data(earlier) & _data(flow)
            if same:
                yield Finding(
                    "duplicate",
                    ("flows", flow.id),
                    Sentence(
                        "{flow} moves what {earlier} moves too: {data}; retire one of them",
                        flow=flow.name,
                        earlier=earlier.name,
                        data=", ".join(sorted(same)),
                    ),
                )
        others.append(flow)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower())) - _FILLERS


def _data(flow: Flow) -> set[str]:
    return {" ".join(each.lower().split()) for each in flow.data} | set(flow.feeds)
