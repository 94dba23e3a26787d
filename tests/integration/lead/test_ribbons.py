"""`/handoffs/<id>/ribbon`: who held a case, for those who may see one of its handoffs."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.builders import MINUTE
from tests.integration.lead.conftest import Boards, Page

pytestmark = pytest.mark.postgres


def _main(page: Page) -> str:
    text = page.text
    return text[text.index("<main") : text.index("</main>")]


def test_a_ribbon_names_who_held_the_case_as_drawing_and_table(boards: Boards) -> None:
    id = boards.floor.world.id("handed-on")
    piece = boards.page(f"/handoffs/{id}/ribbon?piece=1").text
    assert piece.lstrip().startswith("<figure")
    assert piece.count('class="held series-') == piece.count('<tr><th scope="row">')
    assert piece.count('<tr><th scope="row">') >= 2
    page = boards.page(f"/handoffs/{id}/ribbon").text
    assert "<!doctype html>" in page
    assert piece.strip() in page
    words = piece[piece.index('<ol class="holders">') : piece.index("</ol>")]
    assert words.count("<li>") == piece.count('<tr><th scope="row">')


def test_a_paused_handoff_has_its_pause_drawn(boards: Boards) -> None:
    assert 'class="paused"' in boards.page(f"/handoffs/{boards.floor.world.id('paused')}/ribbon?piece=1").text


def test_who_may_not_see_a_handoff_has_no_ribbon_of_it(boards: Boards) -> None:
    id = boards.offered("tier-1", "tier-2")
    assert boards.page(f"/handoffs/{id}/ribbon", "tier-2").answer.status_code == 200
    hidden = boards.page(f"/handoffs/{id}/ribbon", "billing", status=404)
    missing = boards.page(f"/handoffs/{UUID(int=1)}/ribbon", "billing", status=404)
    assert _main(hidden).replace(str(id), "ID") == _main(missing).replace(str(UUID(int=1)), "ID")
    boards.page("/handoffs/none/ribbon", status=404)


def test_teams_that_somebody_does_not_know_of_are_not_named(boards: Boards) -> None:
    first = boards.offered("chat", "tier-2", case="L-handed-on")
    boards.floor.clock.advance(MINUTE)
    assert boards.floor.act("everybody", first, "accept").status_code == 200
    boards.floor.clock.advance(MINUTE)
    second = boards.offered("tier-2", "billing", case="L-handed-on")
    seen = boards.page(f"/handoffs/{second}/ribbon?piece=1", "billing").text
    assert "another team" in seen
    assert "Chat Support" not in seen
    assert "another team" not in boards.page(f"/handoffs/{second}/ribbon?piece=1", "tier-2").text
