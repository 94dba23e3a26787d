"""What a handoff's page, a queue and a screen pop show, and to whom."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from functools import partial
from html import unescape
from uuid import UUID, uuid4

import httpx
import pytest

from orchestrator.board.agent import queue_page
from orchestrator.board.agent.queue_list import QueueList
from orchestrator.board.agent.queue_rows import Part
from tests.board.cast import ADA
from tests.board.story import Story, a_request
from tests.integration.agent.conftest import PAGE, SCRIPT, Desk

pytestmark = pytest.mark.postgres


def handoff(client: httpx.Client, id: UUID, **query: str) -> str:
    answer = client.get(f"/handoffs/{id}", params=query)
    assert answer.status_code == 200
    return answer.text


def test_the_receiving_team_reads_the_packet_in_the_order_in_which_it_needs_it(desk: Desk) -> None:
    page = handoff(desk.by("tier-2", **PAGE), desk.floor.world.id("ada-exports"))
    order = ["handoff-head", "handoff-actions", "opening-line", "bundle-title", "summary-title"]
    order += ["handoff-checklist", "risk-title", "open-work-title", "knowledge-title", "handoff-timeline"]
    places = [page.index(f'id="{name}"') for name in order]
    assert places == sorted(places)
    assert "Ada Lovelace" in page
    assert "Stale" in page
    assert 'href="#turn-1"' in page
    assert 'id="turn-1"' in page


def test_the_sending_team_sees_where_it_stands_but_not_the_packet(desk: Desk) -> None:
    id = desk.floor.world.id("ada-refund")
    page = handoff(desk.by("chat", **PAGE), id)
    assert 'id="handoff-checklist"' in page
    assert 'id="handoff-questions"' in page
    assert "opening-line" not in page
    assert "bundle-title" not in page
    assert "third time I explain it" not in page
    assert "third time I explain it" in handoff(desk.by("billing", **PAGE), id)


def test_ops_sees_no_customer_and_nothing_of_the_case(desk: Desk) -> None:
    for name in ("ada-refund", "completed", "declined"):
        page = handoff(desk.by("ops", **PAGE), desk.floor.world.id(name))
        assert "Ada" not in page
        assert "data-deed" not in page
        assert "customer-ada" not in page
        assert desk.now(desk.floor.world.id(name)).reason not in page


def test_an_auditor_reads_all_and_does_nothing(desk: Desk) -> None:
    page = handoff(desk.by("auditor", **PAGE), desk.floor.world.id("ada-exports"))
    assert "bundle-title" in page
    assert "data-deed" not in page


def test_who_may_not_see_a_handoff_is_told_what_is_told_of_one_that_is_not_there(desk: Desk) -> None:
    client = desk.by("chat", **PAGE)
    hidden, missing = desk.floor.world.id("at-risk"), uuid4()
    if client.get(f"/handoffs/{hidden}").status_code == 200:
        client = desk.by("billing", **PAGE)
    told = [client.get(f"/handoffs/{id}{rest}") for rest in ("", "/pieces") for id in (hidden, missing)]
    assert [answer.status_code for answer in told] == [404] * 4
    assert told[0].text.replace(str(hidden), "").count("at-risk") == 0


def test_what_a_customer_wrote_is_text_in_every_piece(desk: Desk) -> None:
    client = desk.by("everybody", **PAGE)
    for name in ("hostile-offered", "hostile-accepted", "hostile-declined"):
        id = desk.floor.world.id(name)
        pieces = client.get(f"/handoffs/{id}/pieces", headers=SCRIPT).json()
        for html in (
            handoff(client, id),
            handoff(client, id, embed="1"),
            *(each["html"] for each in pieces["put"]),
        ):
            assert "<script>window" not in html
            assert "<img" not in html
            assert "<svg onload" not in html
            assert 'href="javascript:' not in html.lower()


def test_a_screen_pop_has_no_way_out_of_itself(desk: Desk) -> None:
    client = desk.by("tier-2", **PAGE)
    id = desk.offered()
    page = handoff(client, id, embed="1")
    assert "<nav" not in page
    assert f'action="/handoffs/{id}/accept?embed=1"' in page
    answer = client.post(
        f"/handoffs/{id}/accept?embed=1", data={"press": "e-1", "next": f"/handoffs/{id}?embed=1"}
    )
    assert answer.headers["location"] == f"/handoffs/{id}?embed=1&done=accept#first-open-item"


def in_queue(desk: Desk, client: httpx.Client, id: UUID, *, part: str, query: str = "") -> bool:
    """Whether the queue shows a handoff in a list, once the board has read of it."""
    for _ in range(50):
        if f'id="{part}-{id}"' in client.get(f"/queue/tier-2{query}").text:
            return True
        time.sleep(0.1)
    return False


def test_a_handoff_moves_through_the_lists_of_the_queue(desk: Desk) -> None:
    mine, theirs = desk.by("tier-2", **PAGE), desk.by("everybody", **PAGE)
    id = desk.offered()
    assert in_queue(desk, mine, id, part="offered")
    mine.post(f"/handoffs/{id}/accept", data={"press": "q-1"})
    assert in_queue(desk, mine, id, part="mine")
    assert in_queue(desk, theirs, id, part="others")


def test_the_rest_of_a_long_list_is_reached_by_links_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_page, "QueueList", partial(QueueList, limit=2))
    client = desk.by("tier-2", **PAGE)
    made = [desk.offered() for _ in range(5)]
    assert all(in_queue(desk, client, id, part="offered", query=f"?q={id}") for id in made)
    seen, pages, address = [], 0, "/queue/tier-2?q=Lovelace"
    while address:
        page = client.get(address)
        assert page.status_code == 200
        assert f'data-live="/live/queue?of=tier-2{"&amp;list=offered" if pages else ""}&amp;' in page.text
        [count] = re.findall(r'id="queue-count-offered"[^>]*>(?:\d+–\d+ of )?(\d+)<', page.text)
        rows = re.findall(r'<li id="offered-([0-9a-f-]+)"', page.text)
        assert f"{len(seen) + 1}–{len(seen) + len(rows)} of {count}, by time left" in page.text
        seen, pages = seen + rows, pages + 1
        others = [part for part in Part if f'id="queue-{part}"' in page.text]
        assert others == (list(Part) if pages == 1 else [Part.OFFERED])
        links = re.findall(r'href="([^"]*list=offered[^"]*)" rel="next"', page.text)
        address = unescape(links[0]) if links else ""
    assert len(seen) == len(set(seen)) == int(count)
    assert {str(id) for id in made} <= set(seen)
    assert '<a class="button" href="/queue/tier-2?q=lovelace#queue-title-offered">' in page.text


def test_a_place_in_a_queue_that_there_is_not_is_named(desk: Desk) -> None:
    answer = desk.by("tier-2", **PAGE).get("/queue/tier-2", params={"list": "theirs"})
    assert answer.status_code == 422
    assert "is one of: mine, offered, sent, others, coming" in answer.text


def test_a_queue_is_for_its_team_and_for_those_who_see_all(desk: Desk) -> None:
    assert desk.by("billing", **PAGE).get("/queue/tier-2").status_code == 404
    assert desk.by("tier-2", **PAGE).get("/queue/no-such-team").status_code == 404
    ops = desk.by("ops", **PAGE).get("/queue/tier-2")
    assert ops.status_code == 200
    assert "Ada Lovelace" not in ops.text
    assert "data-deed" not in ops.text
    lead = desk.by("tier-2", **PAGE).get("/queue")
    assert (lead.status_code, lead.headers["location"]) == (303, "/queue/tier-2")


def test_a_case_a_conversation_and_a_number_lead_to_the_handoff(desk: Desk) -> None:
    links = {"conversation": "https://chat.example/rooms/r-771", "caller": "tel:+44-20-7946-0771"}
    request = a_request("P-1", ADA, "tier-1", "tier-2", ("bug", "x"), "y", links=links)
    id = desk.floor.let(Story("popped", desk.floor.clock.now(), 0, request))
    client = desk.by("tier-2", **PAGE)
    for query in ({"case": "P-1"}, {"conversation": "R-771"}, {"phone": "020 7946 0771"}, {"case": str(id)}):
        answer = client.get("/pop", params=query)
        assert (answer.status_code, answer.headers.get("location")) == (303, f"/handoffs/{id}"), query
    embedded = client.get("/pop", params={"phone": "0044 20 7946 0771", "embed": "1"})
    assert embedded.headers["location"] == f"/handoffs/{id}?embed=1"
    for caller in ("billing", "ops"):
        page = desk.by(caller, **PAGE).get("/pop", params={"case": "P-1"})
        assert page.status_code == 200
        assert str(id) not in page.text


def test_a_screen_pop_that_finds_nothing_says_what_was_looked_for(desk: Desk) -> None:
    answer = desk.by("tier-2", **PAGE).get("/pop", params={"conversation": "<b>r-772</b>"})
    assert answer.status_code == 200
    assert "No handoff of your teams was found." in answer.text
    assert "&lt;b&gt;r-772&lt;/b&gt;" in answer.text
    short = desk.by("tier-2", **PAGE).get("/pop", params={"phone": "12"})
    assert short.status_code == 400
    assert "at least 7 digits" in short.text


def test_a_form_offers_what_colleagues_chose_lately(desk: Desk) -> None:
    client = desk.by("everybody", **PAGE)
    id = desk.offered()
    client.post(f"/handoffs/{id}/decline", data={"press": "s-1", "reason_code": "not-ours-at-all"})
    desk.floor.clock.advance(timedelta(minutes=6))
    page = handoff(client, desk.offered())
    assert '<option value="not-ours-at-all"></option>' in page


def test_a_page_that_is_open_is_told_what_happened_since(desk: Desk) -> None:
    client = desk.by("tier-2", **SCRIPT)
    id = desk.offered()
    before = desk.now(id).version
    client.post(f"/handoffs/{id}/accept", data={"press": "n-1"})
    told = client.get(f"/handoffs/{id}/pieces", params={"since": before}).json()
    assert told["version"] > before
    assert told["packet"] == 1
    assert "Accepted tier-2" in told["say"]
    assert client.get(f"/handoffs/{id}/pieces", params={"since": told["version"]}).json()["say"] == []
