"""What may stand around a request, for the check of templates: with everything there is, and with nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.context.shown import (
    Bundle,
    BundleField,
    Conflict,
    KnownIssue,
    Mark,
    PastInteraction,
    Said,
)
from orchestrator.domain.enrichment import Enrichment
from orchestrator.domain.handoff import Status
from orchestrator.domain.knowledge import Found
from orchestrator.domain.model import Priority
from orchestrator.domain.open_work import EarlierHandoff, EarlierList, OpenWork, OpenWorkList
from orchestrator.domain.summary.engineering import brief_engineering
from orchestrator.domain.summary.summary import summarise

_FALLBACK = "Check in billing by e-mail"


def bare(request: RequestHandoff, now: datetime) -> Enrichment:
    """Return what a request alone gives."""
    brief = brief_engineering(request, severities={}) if request.logs else None
    return Enrichment(Bundle(), summarise(request, now=now), brief)


def whole(request: RequestHandoff, now: datetime) -> Enrichment:
    """Return a request's enrichment with everything there is, at its best and at its worst."""
    lines = ["chat to billing: returned (not ours)", "billing to tier 1: completed"]
    summary = summarise(request, earlier=lines, now=now + timedelta(days=3))
    mood = summary.mood.model_copy(update={"source": "lexicon", "risks": ("Asks for a manager",)})
    return Enrichment(
        context=_bundle(now),
        summary=summary.model_copy(update={"mood": mood}),
        engineering=brief_engineering(request, severities={}, log_lines=1),
        open_work=OpenWorkList(shown=(_work("It fails", now), _work("", now)), more=3),
        earlier=EarlierList(shown=(_hop("sorted out", "Sarah", now), _hop("", None, now)), more=1),
        articles=(_article(None), _article(date(2020, 2, 29), is_old=True), _article(now.date())),
    )


def _bundle(now: datetime) -> Bundle:
    at = {"source": "Billing", "observed_at": now, "age": "2 hours"}
    fresh = BundleField(name="contract.plan", label="Plan", value="Gold", code="gold", state="fresh", **at)
    stale = {"state": "stale", "fallback": _FALLBACK}
    said = Said(source="Billing", value="Paid", observed_at=now, age="2 hours")
    nothing = Said(source="CRM", value=None, observed_at=now, age="3 days")
    conflict = {"name": "billing.payment_state", "label": "Payment"}
    return Bundle(
        fields=(
            fresh,
            fresh.model_copy(update={"label": "Payment", "is_unknown_code": True, **stale}),
            fresh.model_copy(update={"label": "Usage", "state": "stale"}),
            BundleField(name="billing.currency", label="Currency", fallback=_FALLBACK),
            BundleField(name="nps.score", label="NPS"),
        ),
        issues=(
            KnownIssue(id="INC-1", title="Export stops", status="Open", workaround="Export by month", **at),
            KnownIssue(id="INC-2", state="stale", fallback=_FALLBACK),
        ),
        interactions=(
            PastInteraction(id="i-1", channel="chat", reason="Invoice", resolution="Explained", **at),
            PastInteraction(id="i-2"),
        ),
        conflicts=(
            Conflict(winner=said, others=(nothing,), decided_by="owner", **conflict),
            Conflict(winner=nothing, others=(said,), decided_by="newest", **conflict),
        ),
        marks=(
            Mark(code="first-days", text="In the first 90 days", name="account.since"),
            Mark(code="low-nps", text="NPS 3", name="nps.score", is_stale=True),
        ),
    )


def _work(reason: str, now: datetime) -> OpenWork:
    return OpenWork(
        handoff_id=UUID(int=2),
        case_id="case-2",
        title="Support to billing",
        team="billing",
        status=Status.OFFERED,
        since=now,
        priority=Priority.HIGH,
        reason=reason,
    )


def _hop(outcome: str, by: str | None, now: datetime) -> EarlierHandoff:
    return EarlierHandoff(
        handoff_id=UUID(int=3),
        title="Chat to phone",
        from_team="chat",
        to_team="phone",
        requested_at=now,
        reason="Invoice" if by else "",
        status=Status.COMPLETED,
        outcome=outcome,
        ended_at=now,
        by=by,
        is_side=False,
    )


def _article(reviewed_on: date | None, *, is_old: bool = False) -> Found:
    return Found(
        id="guide-1",
        title="Refunds",
        url="https://guides.example/refunds",
        passage="A charge that came twice goes back at once.",
        language="en",
        reviewed_on=reviewed_on,
        is_old=is_old or reviewed_on is None,
        because=("words", "reason"),
    )
