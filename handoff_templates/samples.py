"""The requests that every template must be able to word: one that says all, one that says least.

The one that says all comes twice, plain and with all that its route and its entitlement can add.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from handoff_templates import sample_enrichment
from orchestrator.domain import checklist, packet
from orchestrator.domain.commands import RaiseEscalation, RequestHandoff
from orchestrator.domain.enrichment import Enrichment
from orchestrator.domain.model import Channel
from orchestrator.domain.policy import Kind, Wording
from orchestrator.domain.routing.entitlement import Entitlement

_AT = datetime(2025, 3, 3, 9, 30, tzinfo=UTC)
_ACTOR = {"kind": "agent", "id": "agent-7"}
_AS_STATED = Entitlement()
_STALE = Entitlement(
    tier="gold",
    basis="stale",
    note="tier gold as of 3 days ago: stale, treated as gold until somebody confirms it in billing",
)
_NOTES = (
    "Billing is closed until Monday 09:00 (America/New_York): Customer Success has it meanwhile",
    "agent-8 has turned this case down already: it is offered to the whole team",
)


class _Listener:
    """Takes the facts that a packet would be worded from."""

    facts: dict[str, object]

    def render(self, kind: str, facts: dict[str, object]) -> Wording:
        self.facts = facts
        return Wording(opening_line="", body="", customer_note="")


def sample_facts(kind: Kind) -> list[dict[str, object]]:
    """Return the facts of the sample requests of `kind` from each channel it may come from."""
    channels = kind.match.from_channels or tuple(Channel)
    requests = [request(kind, channel) for request in (full_request, minimal_request) for channel in channels]
    full = full_request(kind, channels[0])
    around = sample_enrichment.whole(full, _AT)
    noted = facts_of(full, kind, entitlement=_STALE, notes=_NOTES, enrichment=around)
    return [*(facts_of(request, kind) for request in requests), noted]


def facts_of(
    request: RequestHandoff,
    kind: Kind,
    *,
    entitlement: Entitlement = _AS_STATED,
    notes: tuple[str, ...] = (),
    enrichment: Enrichment | None = None,
) -> dict[str, object]:
    """Return the facts from which the packet of `request` is worded; it stands alone without `enrichment`."""
    listener = _Listener()
    done = checklist.fill(kind.checklist, request)
    team = request.receiver.team or kind.receiving_team
    packet.prepare(
        request,
        handoff_id=UUID(int=1),
        version=1,
        kind=kind,
        receiver=request.receiver.model_copy(update={"team": team}),
        done=done,
        missing=checklist.missing(kind.checklist, done),
        clocks=(),
        requested_at=_AT,
        policy_version="sample",
        words=listener,
        entitlement=entitlement,
        notes=notes,
        enrichment=enrichment or sample_enrichment.bare(request, _AT),
    )
    return listener.facts


def minimal_request(kind: Kind, channel: Channel) -> RequestHandoff:
    """Return a request of `kind` from `channel` with nothing but what every request has."""
    return _type_of(kind).model_validate(
        {
            "case_id": "case-1",
            "customer": {"id": "customer-1"},
            "sender": {"team": _sender(kind), "channel": channel},
            "receiver": {"team": _receiver(kind)},
            "actor": _ACTOR,
        }
    )


def full_request(kind: Kind, channel: Channel) -> RequestHandoff:
    """Return a request of `kind` from `channel` that carries every fact."""
    speakers = ("customer", "bot", "agent", "system", "customer", "agent", "customer", "agent")
    return _type_of(kind).model_validate(
        {
            "case_id": "case-1",
            "customer": {
                "id": "customer-1",
                "account_id": "account-1",
                "name": "Ada Lovelace",
                "tier": "gold",
                "language": "en",
            },
            "sender": {
                "team": _sender(kind),
                "agent": "agent-7",
                "agent_name": "Sarah",
                "channel": channel,
            },
            "receiver": {
                "team": _receiver(kind),
                "agent": "agent-8",
                "channel": (kind.match.to_channels or (Channel.PHONE,))[0],
            },
            "actor": {**_ACTOR, "name": "Sarah", "team": _sender(kind)},
            "kind": kind.name,
            "mode": "warm",
            "reason": {
                "code": (kind.match.reasons or ("invoice",))[0],
                "text": "Invoice 4417 was paid twice",
            },
            "priority": "high",
            "severity": "sev2",
            "incident": "INC-12",
            "logs": "09:31 POST /invoices 500\n09:32 POST /invoices 500",
            "summary": "Two charges for one invoice; asks for one of them back.",
            "sentiment": {"score": -0.6, "label": "frustrated"},
            "turns": [
                {"id": f"turn-{n}", "at": _AT, "speaker": speaker, "name": "Ada", "text": f"Words {n}."}
                for n, speaker in enumerate(speakers, start=1)
            ],
            "done_so_far": ["Checked the invoice", "Found both payments"],
            "links": {"crm": "https://crm.example/customer-1"},
        }
    )


def _type_of(kind: Kind) -> type[RequestHandoff]:
    return RaiseEscalation if kind.match.is_escalation else RequestHandoff


def _sender(kind: Kind) -> str:
    return (kind.match.sending_teams or ("sending-team",))[0]


def _receiver(kind: Kind) -> str:
    return kind.receiving_team or (kind.match.receiving_teams or ("receiving-team",))[0]
