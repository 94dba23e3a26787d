"""What moves without a flow that says so, and columns of systems that no flow bears out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from orchestrator.domain.integration_map.findings import Finding, Sighting
from orchestrator.domain.integration_map.model import IntegrationMap, System
from orchestrator.domain.sentence import Sentence, listed


def unseen_by_the_map(map: IntegrationMap, seen: Iterable[Sighting]) -> Iterator[Finding]:
    """Yield what was found moving although no flow of the map moves it."""
    senders: dict[str, set[str]] = {}
    for flow in map.flows.values():
        for topic in flow.topics:
            senders.setdefault(topic, set()).update(flow.ends if flow.is_two_way else (flow.source,))
    for topic, system in sorted(set(seen), key=lambda each: (each.topic, each.system or "")):
        known = senders.get(topic, set())
        if system is None and not known:
            yield Finding(
                "undocumented",
                ("flows",),
                Sentence(
                    "the topic {topic} is there, and no flow comes in on it; document it, or delete it",
                    topic=topic,
                ),
            )
        elif system is not None and system not in known:
            who = (
                map.name_of(system)
                if system in map.systems
                else Sentence("{system}, which is not in the map,", system=system)
            )
            yield Finding(
                "undocumented",
                ("flows",),
                Sentence(
                    "{who} sends on {topic}, and no flow says so; document the flow, or stop it",
                    who=who,
                    topic=topic,
                ),
            )


def disagreements(map: IntegrationMap) -> Iterator[Finding]:
    """Yield, for each system, the neighbours that its columns and the flows do not agree on."""
    into: dict[str, set[str]] = {id: set() for id in map.systems}
    out: dict[str, set[str]] = {id: set() for id in map.systems}
    for flow in map.flows.values():
        out.get(flow.source, set()).add(flow.destination)
        into.get(flow.destination, set()).add(flow.source)
        if flow.is_two_way:
            out.get(flow.destination, set()).add(flow.source)
            into.get(flow.source, set()).add(flow.destination)
    for id, system in map.systems.items():
        unlisted = [
            f"{', '.join(sorted(moving - set(listed)))} in {column!r}"
            for column, listed, moving in _columns(system, into[id], out[id])
            if moving - set(listed)
        ]
        if unlisted:
            yield Finding(
                "disagreement",
                ("systems", id),
                Sentence(
                    "{system} has flows that its columns do not show: add {columns}",
                    system=system.name,
                    columns=listed(unlisted),
                ),
            )
        # What lies outside is named so that the map may end there.
        unmoved = [
            f"{', '.join(missing)} ({column})"
            for column, listed, moving in _columns(system, into[id], out[id])
            if (missing := [each for each in listed if each in map.systems and each not in moving])
        ]
        if unmoved:
            yield Finding(
                "disagreement",
                ("systems", id),
                Sentence(
                    "{system} names {columns}, and no flow says what moves; "
                    "document the flow, or take it out of the column",
                    system=system.name,
                    columns=listed(unmoved),
                ),
            )


def _columns(
    system: System, into: set[str], out: set[str]
) -> tuple[tuple[str, tuple[str, ...], set[str]], ...]:
    return ("upstream", system.upstream, into), ("downstream", system.downstream, out)
