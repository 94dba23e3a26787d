"""Packets that wait for what the sending team owes: what holds one back, and how it goes out after all.

A packet that went out stays out: what comes to light later leads to a corrected one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from orchestrator.domain import events as e
from orchestrator.domain.clocks.settling import settle
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.lifecycle.packing import prepare_packet
from orchestrator.domain.lifecycle.story import Story

NOTES: Final = "notes"
"""The clock for whose time a packet is held: what the sending team owes before the receiving team begins."""


def is_held_for_nothing(story: Story) -> bool:
    """Whether a packet is held, and nothing holds it any more.

    What holds it is a required item that is not done while the time for the notes runs, or stands still.
    """
    handoff = story.handoff
    if handoff.status is not Status.HELD:
        return False
    kind = story.policy.kind_of(handoff.kind, handoff.policy_version)
    return not kind.holds or not _owed(handoff) or not _has_time(handoff)


def tell_held(story: Story) -> None:
    """Tell the sending team that its packet waits for it, and until when."""
    handoff = story.handoff
    owed, until = _owed(handoff), _until(handoff)
    by_then = f", or goes out incomplete at {until.isoformat(timespec='seconds')}" if until else ""
    story.notify_sender(
        "packet-held",
        f"the packet for case {handoff.case_id} is held: {handoff.receiving_team} gets it when you have "
        f"added {', '.join(owed)}{by_then}",
        missing=owed,
    )


def release(story: Story, request: RequestHandoff) -> None:
    """Give the packet to the receiving team, whose time begins now, however long ago it should have.

    The sending team is told what it still owes.
    """
    instant, story.at = story.at, story.now
    owed = _owed(story.handoff)
    story.tell_lifecycle(e.Released, missing=owed)
    settle(story)
    handoff = story.handoff
    prepare_packet(story, request, agent=handoff.offered_to)
    if owed:
        story.notify_sender(
            "items-missing",
            f"the packet for case {handoff.case_id} was held for the notes, and went to "
            f"{handoff.receiving_team} incomplete when their time was over: add {', '.join(owed)}",
            missing=owed,
        )
    story.at = instant


def _owed(handoff: Handoff) -> tuple[str, ...]:
    return tuple(item for item in handoff.required if item not in handoff.done)


def _has_time(handoff: Handoff) -> bool:
    return any(clock.kind == NOTES and clock.is_open and not clock.is_breached for clock in handoff.clocks)


def _until(handoff: Handoff) -> datetime | None:
    clock = handoff.clock(NOTES)
    return clock.due_at if clock is not None else None
