"""`/board`, its files and saved views: what is shown is what the ledger has, to whom it is for."""

from __future__ import annotations

import csv
import io
import re
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from orchestrator.domain.figures.asked import Asked
from orchestrator.domain.figures.in_time import InTime
from orchestrator.ledger import figures, reading
from orchestrator.ledger.tables import handoffs
from tests.integration.lead.conftest import Boards

pytestmark = pytest.mark.postgres
_OPEN = ("held", "offered", "accepted")


def _until(is_so: Callable[[], object], within_s: float = 10) -> None:
    ends = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < ends, f"it is not so after {within_s} s"
        time.sleep(0.1)


def _open(boards: Boards) -> dict[str, tuple[str, str]]:
    """Return the id of each open handoff in the ledger -> its teams."""

    async def load() -> dict[str, tuple[str, str]]:
        async with reading.reading(boards.floor.dsn) as db:
            query = select(handoffs.c.id, handoffs.c.sending_team, handoffs.c.receiving_team)
            rows = await db.execute(query.where(handoffs.c.status.in_(_OPEN)))
            return {str(row.id): (row.sending_team, row.receiving_team) for row in rows}

    return boards.floor.loop.run(load())


def test_all_that_is_open_is_shown_by_time_left(boards: Boards) -> None:
    told = boards.handoffs()
    assert {each["handoff_id"] for each in told} == _open(boards).keys()
    due = [each["due_at"] or "~" for each in told]
    assert due == sorted(due)
    page = boards.page("/board")
    assert page.rows == [each["handoff_id"] for each in told][:100]
    assert f'<span class="figure">{len(told)}</span>' in page.text


def test_the_cells_of_the_matrix_add_up_to_what_is_open(boards: Boards) -> None:
    pairs = Counter(_open(boards).values())
    text = boards.page("/board").text
    matrix = text[text.index('id="matrix"') : text.index("</table>", text.index('id="matrix"'))]
    opened = [int(each) for each in re.findall(r"Open </span>(\d+)", matrix)]
    assert sum(opened) == sum(pairs.values())
    (sender, receiver), most = pairs.most_common(1)[0]
    chosen = boards.page(f"/board?from={sender}&to={receiver}")
    assert len(chosen.rows) == most
    assert 'aria-current="true"' in chosen.text


def test_accepted_in_time_is_the_figure_of_the_reports(boards: Boards) -> None:
    until = boards.floor.clock.now()
    asked = Asked(until - timedelta(hours=24), until, clock="accept")

    async def count() -> InTime:
        async with reading.reading(boards.floor.dsn) as db:
            found = await figures.in_time_by(db, asked, "pair")
            assert sum(found.values(), start=InTime()) == await figures.in_time(
                db, since=asked.since, until=asked.until
            )
            return sum(found.values(), start=InTime())

    rate = boards.floor.loop.run(count())
    assert rate.share is not None, "the world has a past"
    assert f"{rate.met} of {rate.decided}, last 24 h" in boards.page("/board").text


def test_filters_narrow_rows_and_files_alike(boards: Boards) -> None:
    for query in ("?risk=breached", "?from=tier-1&to=tier-2", "?status=accepted&with=bounces", "?q=charts"):
        told = boards.handoffs(query)
        assert boards.page(f"/board{query}").rows == [each["handoff_id"] for each in told][:100]
        table = list(csv.DictReader(io.StringIO(boards.by("everybody").get(f"/board.csv{query}").text)))
        assert [row["handoff_id"] for row in table] == [each["handoff_id"] for each in told]
    assert all(each["risk"] == "breached" for each in boards.handoffs("?risk=breached"))


def test_a_filter_that_makes_no_sense_is_said_in_words(boards: Boards) -> None:
    assert "is &#39;soon&#39;, and is one of: breached" in boards.page("/board?risk=soon", status=422).text
    assert boards.page("/board?after=x", status=422).text.count("follow the link of a page") == 1


def test_an_agent_sees_the_handoffs_of_the_own_team_alone(boards: Boards) -> None:
    theirs = {id for id, teams in _open(boards).items() if "tier-2" in teams}
    assert {each["handoff_id"] for each in boards.handoffs(caller="tier-2")} == theirs
    assert set(boards.page("/board", "tier-2").rows) <= theirs
    assert theirs < _open(boards).keys()


def test_ops_see_every_handoff_and_no_customer(boards: Boards) -> None:
    names = {each["customer"] for each in boards.handoffs() if len(each["customer"] or "") > 5}
    assert names
    told = boards.handoffs(caller="ops")
    assert len(told) == len(boards.handoffs())
    assert {each["customer"] for each in told} | {each["customer_id"] for each in told} == {None}
    text = boards.page("/board", "ops").text
    assert not [name for name in names if name in text]
    name = next(iter(names)).split()[0]
    assert boards.page(f"/board?q={name}", "ops").rows == [
        each["handoff_id"]
        for each in told
        if name.casefold() in f"{each['reason']}{each['case_id']}".casefold()
    ]


def test_no_cell_of_a_file_is_a_formula(boards: Boards) -> None:
    table = csv.reader(io.StringIO(boards.by("everybody").get("/board.csv").text))
    cells = [cell for row in table for cell in row]
    assert len(cells) > 100
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]


def test_what_a_hostile_customer_wrote_is_text(boards: Boards) -> None:
    for path in ("/board", "/wall", "/board?q=script"):
        assert "<script>" not in boards.page(path).text


def test_saved_views_are_of_the_one_who_saved_them(boards: Boards) -> None:
    everybody, page = boards.by("everybody"), boards.page("/board?risk=breached")
    named = f"Burning {uuid4().hex[:6]}"
    said = {"name": named, "query": "risk=breached&junk=1", "csrf": page.csrf}
    saved = everybody.post("/board/views", data=said)
    assert (saved.status_code, saved.headers["location"]) == (303, "/board?risk=breached")
    assert (
        f'<a href="/board?risk=breached" aria-current="true">{named}</a>'
        in boards.page("/board?risk=breached").text
    )
    assert named not in boards.page("/board", "auditor").text
    everybody.post("/board/views/forget", data={"name": named, "query": "", "csrf": page.csrf})
    assert named not in boards.page("/board").text


def test_a_view_without_a_name_or_of_no_sense_is_not_saved(boards: Boards) -> None:
    everybody, page = boards.by("everybody"), boards.page("/board")
    for said in ({"name": " ", "query": ""}, {"name": "x", "query": "risk=soon"}, {"name": "x" * 81}):
        assert everybody.post("/board/views", data=said | {"csrf": page.csrf}).status_code == 422


def test_more_is_shown_behind_the_last_row(boards: Boards) -> None:
    told = [each["handoff_id"] for each in boards.handoffs()]
    text = boards.page("/board").text
    place = re.search(rf'id="card-{told[4]}" data-order="([^"]+)"', text)
    assert place is not None
    rest = boards.page(f"/board?after={place[1]}")
    assert rest.rows == told[5:105]
    assert "From the most urgent" in rest.text


def test_a_breach_is_acknowledged_with_a_note_that_the_feed_shows(boards: Boards) -> None:
    breached = next(
        each
        for each in boards.handoffs("?risk=breached")
        if any(clock["risk"] == "breached" and not clock["acknowledged_until"] for clock in each["clocks"])
    )
    id, page = UUID(breached["handoff_id"]), boards.page("/board")
    assert f'action="/handoffs/{id}/acknowledge"' in page.text
    note = f"Grace takes it, {uuid4().hex[:6]}"
    said = {"csrf": page.csrf, "press": uuid4().hex, "note": note, "next": "/board?risk=breached"}
    done = boards.by("everybody").post(f"/handoffs/{id}/acknowledge", data=said)
    assert (done.status_code, done.headers["location"]) == (303, "/board?risk=breached&done=acknowledge")
    _until(lambda: note in boards.page("/board").text)
    assert note not in boards.page("/board", "billing" if "billing" not in str(breached) else "chat").text


def test_who_may_not_acknowledge_is_offered_no_form(boards: Boards) -> None:
    for caller in ("tier-2", "ops", "auditor"):
        assert "/acknowledge" not in boards.page("/board", caller).text


def test_a_wall_shows_the_ten_most_urgent_and_names_nobody(boards: Boards) -> None:
    told = boards.handoffs()
    text = boards.page("/wall").text
    assert re.findall(r'<li id="card-([0-9a-f-]{36})"', text) == [each["handoff_id"] for each in told[:10]]
    assert not [
        each["customer"] for each in told[:10] if len(each["customer"]) > 5 and each["customer"] in text
    ]
    assert "<form" not in text[text.index('class="wall"') :]
