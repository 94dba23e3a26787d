"""Makes the packet of a handoff as it is now, once, for the team that has to act on it."""

from __future__ import annotations

from orchestrator.domain import checklist, packet
from orchestrator.domain import events as e
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.enrichment import enricher_of
from orchestrator.domain.lifecycle.story import Story


def prepare_packet(
    story: Story,
    command: RequestHandoff,
    *,
    agent: str | None = None,
    note: str | None = None,
) -> None:
    """Render the packet anew from the handoff as it is now.

    Args:
        story: the handoff.
        command: the request it began with.
        agent: whom it is for within the team; None: the whole team.
        note: what is to be said of its route beside what was said when it began.
    """
    handoff = story.handoff
    kind = story.policy.kind_of(handoff.kind, handoff.policy_version)
    done = frozenset(handoff.done)
    enricher, team = enricher_of(story.policy, handoff.policy_version), handoff.receiving_team
    shown = enricher.shown_to(team, command)
    prepared = packet.prepare(
        shown,
        handoff_id=handoff.id,
        version=handoff.packet_version + 1,
        kind=kind,
        receiver=command.receiver.model_copy(update={"team": team, "agent": agent}),
        done=done,
        missing=checklist.missing(kind.checklist, done),
        clocks=handoff.clocks,
        requested_at=handoff.requested_at,
        policy_version=handoff.policy_version,
        words=story.policy.words,
        entitlement=handoff.entitlement,
        notes=(*handoff.routing_notes, note) if note else handoff.routing_notes,
        enrichment=enricher.enrich(shown, kind, team, story.around, story.now),
    )
    story.tell(e.PacketPrepared, packet=prepared)
