"""What the page of a handoff shows to one person: all that they may know, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.agent.lines import Line, Promise, checklist_lines, promises
from orchestrator.board.agent.suggestions import suggestions
from orchestrator.board.agent.timeline import Holder, holder
from orchestrator.board.discretion import knows_customer
from orchestrator.board.offers import Offer, offers
from orchestrator.board.parts import Parts
from orchestrator.board.problems import NotFound
from orchestrator.board.rules import kind_of
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.enrichment import enricher_of
from orchestrator.domain.events import Event
from orchestrator.domain.handoff import Handoff, Status
from orchestrator.domain.model import Customer, Turn
from orchestrator.domain.packet import Packet
from orchestrator.domain.policy import Kind
from orchestrator.domain.sentence import Sentence
from orchestrator.ledger import handoff_reading
from orchestrator.ledger.usual_words import UsualWords


@dataclass(frozen=True, slots=True)
class Shown:
    """A handoff as one person may see it."""

    handoff: Handoff
    kind: Kind
    knows_case: bool
    """Whether they may know whose case it is, and what is said of it."""
    customer: Customer | None
    """None for those who may not know."""
    packet_is_theirs: bool
    """Whether they may read the packet."""
    packet: Packet | None
    """None while there is none, and for those who may not read it."""
    turns: tuple[Turn, ...]
    """All of the conversation, as the receiving team may read it; none without the packet."""
    holder: Holder | None
    offers: dict[str, Offer] = field(hash=False)
    suggestions: UsualWords
    """For the forms of these offers."""
    lines: tuple[Line, ...]
    promises: tuple[Promise, ...]
    events: tuple[Event, ...]

    @property
    def id(self) -> UUID:
        """The handoff's id."""
        return self.handoff.id

    @property
    def next_due(self) -> Promise | None:
        """The promise that counts now: of the team that has to act, the one that is due first.

        That of the other team where this one owes none; None when none is open.
        """
        acting = (
            self.handoff.sending_team if self.handoff.status is Status.HELD else self.handoff.receiving_team
        )
        standing = [each for each in self.promises if each.ended_at is None]
        return next((each for each in standing if each.team == acting), next(iter(standing), None))

    def place_of(self, cited: str) -> int | None:
        """Return which of the turns a sentence cites, counting from 1; None when it cites something else."""
        return next((n for n, turn in enumerate(self.turns, 1) if turn.id == cited), None)


async def show(parts: Parts, viewer: Viewer, id: UUID) -> Shown:
    """Return a handoff for one person.

    Raises:
        NotFound: there is none, or none that they may know of.
        LedgerUnavailable: the database cannot be reached.
    """
    async with parts.readers.connection() as db:
        told = await handoff_reading.told(db, id)
        if told is None or not viewer.may_see(told.handoff):
            raise NotFound(Sentence("there is no handoff {id}", id=id))
        handoff = told.handoff
        kind = await kind_of(parts.policy, db, handoff)
        reads, knows = viewer.may_read(handoff), knows_customer(viewer, handoff)
        request = await handoff_reading.request_of(db, id) if knows else None
    now = parts.clock.now()
    offered = {each.action: each for each in offers(handoff, kind, viewer, now=now)}
    packet = told.packet if reads else None
    cut = _as_receiver_reads(parts, handoff, request) if request is not None and packet is not None else None
    return Shown(
        handoff=handoff,
        kind=kind,
        knows_case=knows,
        customer=request.customer if request is not None else None,
        packet_is_theirs=reads,
        packet=packet,
        turns=cut.turns if cut is not None else (),
        holder=holder(told.events),
        offers=offered,
        suggestions=await suggestions(parts, kind.name) if offered else UsualWords(),
        lines=checklist_lines(handoff, kind, viewer, now=now),
        promises=promises(handoff, now=now),
        events=told.events,
    )


def _as_receiver_reads(parts: Parts, handoff: Handoff, request: RequestHandoff) -> RequestHandoff:
    return enricher_of(parts.policy, handoff.policy_version).shown_to(handoff.receiving_team, request)
