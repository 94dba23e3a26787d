"""Saved views in the ledger."""

from __future__ import annotations

import pytest

from orchestrator.ledger.readers import Readers
from orchestrator.ledger.saved_views import SavedView, forget_view, save_view, saved_views_of
from tests.builders import T0
from tests.integration.lead.conftest import Boards

pytestmark = pytest.mark.postgres


def test_views_are_kept_by_owner_page_and_name_up_to_a_limit(boards: Boards) -> None:
    async def story() -> None:
        readers = Readers(boards.floor.dsn)
        try:
            async with readers.for_people() as db:

                async def save(name: str, query: str) -> bool:
                    return await save_view(db, "lena", "board", SavedView(name, query), now=T0, most=2)

                assert await save("b", "risk=breached")
                assert await save("A", "")
                assert await save("b", "risk=at-risk"), "one of the same name takes its place"
                assert not await save("c", ""), "there are two already"
                kept = [SavedView("A", ""), SavedView("b", "risk=at-risk")]
                assert await saved_views_of(db, "lena", "board") == kept
                assert await saved_views_of(db, "lena", "queue") == []
                assert await saved_views_of(db, "ana", "board") == []
                await forget_view(db, "lena", "board", "A")
                await forget_view(db, "lena", "board", "never there")
                assert await saved_views_of(db, "lena", "board") == kept[1:]
        finally:
            await readers.close()

    boards.floor.loop.run(story())
