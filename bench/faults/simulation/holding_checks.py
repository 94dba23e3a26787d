"""What became of packets that were held: none goes out without a reason, none stays once there is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.faults.simulation.remains import Step
from bench.faults.simulation.walls import us
from orchestrator.domain import events as e
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.policy import Rules


def check_holding(
    journal: Sequence[Step], versions: Mapping[str, Rules], *, is_at_rest: bool
) -> Iterator[str]:
    """Yield what is wrong with the packets of a handoff; at rest the time for every note is over."""
    first = journal[0].event
    assert isinstance(first, e.HandoffRequested)
    is_waiting, is_late = first.is_held, False
    if is_waiting != (_holds(first, first.policy_version, versions) and bool(first.missing)):
        yield f"held: {is_waiting}, with {first.missing} missing"
    for event, now, state in journal:
        match event:
            case e.PacketPrepared() if is_waiting:
                yield f"a packet at version {event.version}, though it is held"
            case e.ClockBreached() if event.kind == "notes":
                is_late = True
            case e.BreachUndone() if event.kind == "notes":
                is_late = False
            case e.Accepted() | e.Declined() | e.Contacted() | e.Completed() if is_waiting:
                yield f"{event.type} at version {event.version}, though the packet is held"
            case e.Released():
                has_notes = any(clock.kind == "notes" and clock.is_open for clock in state.clocks)
                is_free = not _holds(first, state.policy_version, versions) or not has_notes
                if not is_waiting:
                    yield f"released at version {event.version}, though nothing is held"
                if _owed(first, state) and not (is_late or is_free):
                    yield f"released at version {event.version} without {_owed(first, state)}, in time"
                if us(event.at) != now:
                    yield f"released for {event.at} at another time"
                is_waiting = False
            case _:
                pass
    last = journal[-1].state
    is_waiting = is_waiting and last.status == "held"
    if is_waiting and (is_at_rest or is_late or not _owed(first, last)):
        yield f"held for nothing: {_owed(first, last)} is missing, late: {is_late}"


def _holds(first: e.HandoffRequested, version: str, versions: Mapping[str, Rules]) -> bool:
    return versions[version].kinds[first.kind].when_incomplete == "hold"


def _owed(first: e.HandoffRequested, state: Handoff) -> set[str]:
    """Return which items the sender owes, by the ticks in the order of their times."""
    owed = set(first.required) - set(first.done)
    for mark in sorted(state.marks, key=lambda each: each.place):
        if mark.what == "ticked":
            owed.discard(mark.detail or "")
        elif mark.what == "unticked" and mark.detail in first.required:
            owed.add(mark.detail)
    return owed
