"""Small sets of articles."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from orchestrator.domain.knowledge import Article, Enquiry, Found
from orchestrator.knowledge import Library
from tests.builders import T0

REVIEWED = date(2026, 1, 31)


def an_article(id: str = "refunds", **over: Any) -> Article:
    """Return an article that says little and names nothing."""
    fields: dict[str, Any] = {"title": id.capitalize(), "body": f"All about {id}.", "reviewed_on": REVIEWED}
    return Article.model_validate({"id": id} | fields | over)


def some_articles() -> list[Article]:
    """Return articles of two languages, two of them with several passages."""
    return [
        an_article(
            "charged-twice",
            title="Charged twice",
            body="## First\n\nLook whether money moved twice, or whether it is an authorisation that goes "
            "away by itself within some days of working time.\n\n"
            "## Then\n\nRefund the second payment and never the whole invoice, and write the reference "
            "of it into the case that you have.",
            kinds=("support-to-billing",),
            reasons=("refund",),
            teams=("billing",),
        ),
        an_article("exports", title="Exports that stop", body="An export stops when the quota is used up."),
        an_article("reset", title="The reset mail", body="Resetting fails when the address is suppressed."),
        an_article("escalation", title="Who is on call", body="Page the engineer.", teams=("engineering",)),
        an_article(
            "mahnung",
            title="Mahnung trotz Zahlung",
            body="Eine Überweisung braucht zwei Werktage. Danach hilft eine Rechnungskorrektur.",
            language="de",
            kinds=("support-to-billing",),
        ),
    ]


def search(
    library: Library,
    text: str = "",
    *,
    kind: str | None = None,
    team: str | None = None,
    reason: str | None = None,
    language: str | None = None,
    now: datetime = T0,
    limit: int = 3,
) -> tuple[Found, ...]:
    """Ask a library."""
    enquiry = Enquiry(text=text, kind=kind, team=team, reason_code=reason, language=language)
    return library.search(enquiry, now=now, limit=limit)


def ids(found: tuple[Found, ...]) -> list[str]:
    """Return which articles were found, the best first."""
    return [each.id for each in found]
