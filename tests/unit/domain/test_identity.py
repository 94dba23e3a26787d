"""Golden values: never update them. A failure means that every past event would get a second identity."""

from __future__ import annotations

from uuid import UUID

import pytest

from orchestrator.domain import identity
from tests.builders import a_decision, an_accept

HANDOFF = UUID("00000000-0000-4000-8000-000000000001")


def test_the_namespace_never_changes() -> None:
    assert UUID("6f1d2f0e-6a55-5d0c-9b1e-0c2f7a1d4e83") == identity.NAMESPACE


@pytest.mark.parametrize(
    ("actual", "golden"),
    [
        (identity.event_id("//chat.example/desk", "request-1"), "3a324c73-88cf-5d7e-9480-083c289ee7e4"),
        (identity.handoff_id("//chat.example/desk", "request-1"), "07e84071-0eba-59e8-8b2d-30a814658060"),
        (identity.packet_id(HANDOFF, 2), "6c4cc3ed-ff65-5ed7-9ff8-aae8269d75a4"),
        (identity.clock_id(HANDOFF, "accept", 1), "231bd91f-2edd-5f27-a758-ebf9e99fa579"),
        (identity.rung_id(HANDOFF, "accept", 1, "breach"), "f01d75fb-248d-5922-a4f6-ee1a9b4c5cad"),
        (identity.journal_id(HANDOFF, 3), "29f2cb73-77dc-5d9b-a2f4-1cb3dac05ea8"),
        (identity.handoff_id("//téléphone.example", "№ 7"), "69e29bfa-26a6-5bf0-87ac-30cf195dbbac"),
    ],
    ids=["event", "handoff", "packet", "clock", "rung", "journal", "beyond-ascii"],
)
def test_an_id_never_changes(actual: UUID, golden: str) -> None:
    assert str(actual) == golden


def test_the_parts_of_an_id_are_kept_apart() -> None:
    assert identity.handoff_id("ab", "c") != identity.handoff_id("a", "bc")
    assert identity.clock_id(HANDOFF, "accept", 11) != identity.clock_id(HANDOFF, "accept1", 1)
    assert identity.event_id("a", "b") != identity.handoff_id("a", "b")


def test_every_id_of_a_handoff_is_its_own() -> None:
    ids = [
        *(identity.packet_id(HANDOFF, n) for n in (1, 2)),
        *(identity.clock_id(HANDOFF, k, n) for k in ("notes", "accept") for n in (1, 2)),
        *(identity.rung_id(HANDOFF, k, 1, r) for k in ("notes", "accept") for r in ("half", "breach")),
        *(identity.journal_id(HANDOFF, n) for n in (1, 2)),
    ]
    assert len(set(ids)) == len(ids)


def test_a_reply_finds_its_handoff_by_the_event_that_requested_it() -> None:
    assert an_accept(request_source="//chat.example/desk", request_id="request-1").handoff == (
        a_decision().handoff.id
    )
