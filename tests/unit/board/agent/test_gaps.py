"""What nobody knows of a customer."""

from __future__ import annotations

from orchestrator.board.agent.gaps import Gap, gaps
from orchestrator.domain.context.shown import BundleField


def test_missing_fields_with_the_same_way_out_are_said_together() -> None:
    fields = [
        BundleField(name="a", label="Plan", fallback="Ask billing"),
        BundleField(name="b", label="Tier", value="Gold", state="fresh"),
        BundleField(name="c", label="Phone", fallback="Look in the CRM"),
        BundleField(name="d", label="Invoice", fallback="Ask billing"),
        BundleField(name="e", label="Payment", value="Paid", state="stale", fallback="Ask billing"),
        BundleField(name="f", label="Health"),
    ]
    assert gaps(fields) == (
        Gap(("Plan", "Invoice"), "Ask billing"),
        Gap(("Phone",), "Look in the CRM"),
        Gap(("Health",), None),
    )
