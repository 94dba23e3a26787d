"""Programs read what the pages show, and nothing that is not theirs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.board.cast import ADA
from tests.integration.api.conftest import ApiFloor

pytestmark = pytest.mark.postgres


def every(floor: ApiFloor, caller: str, address: str) -> list[dict[str, Any]]:
    """Follow `next` to the end, and see that the Link header says the same."""
    client, found = floor.by(caller), []
    path: str | None = address
    for _ in range(200):
        assert path is not None
        answer = client.get(path.removeprefix("/api/v1"))
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        path = answer.json()["next"]
        assert answer.headers.get("link") == (f'<{path}>; rel="next"' if path else None)
        if path is None:
            return found
    raise AssertionError("the list has no end")


def test_open_handoffs_come_page_by_page_by_time_left_each_once(floor: ApiFloor) -> None:
    paged: list[dict[str, Any]] = []
    whole = None
    # What another test did may reach the board in between.
    while whole != (whole := every(floor, "everybody", "/handoffs?limit=200")):
        paged = every(floor, "everybody", "/handoffs?limit=3")
    assert [each["id"] for each in paged] == [each["id"] for each in whole]
    assert len(whole) > 10
    due = [each["due_at"] or "9999" for each in whole]
    assert due == sorted(due)
    assert {each["status"] for each in whole} <= {"held", "offered", "accepted"}


def test_handoffs_that_are_over_come_the_newest_first(floor: ApiFloor) -> None:
    closed = every(floor, "everybody", "/handoffs?status=closed&limit=20")
    assert not {each["status"] for each in closed} & {"held", "offered", "accepted"}
    requested = [each["requested_at"] for each in closed]
    assert requested == sorted(requested, reverse=True)
    assert len({each["id"] for each in closed}) == len(closed) > 20
    whole = every(floor, "everybody", "/handoffs?status=all&limit=200")
    opened = every(floor, "everybody", "/handoffs?limit=200")
    assert {each["id"] for each in whole} == {each["id"] for each in (*closed, *opened)}


def test_a_line_says_the_same_from_memory_and_from_the_ledger(floor: ApiFloor) -> None:
    client = floor.by("everybody")
    [of_memory] = client.get("/handoffs", params={"case": "C-1001"}).json()["items"]
    [of_ledger] = client.get("/handoffs", params={"case": "C-1001", "status": "all"}).json()["items"]
    assert of_memory == of_ledger
    assert of_memory["customer"] == {"id": ADA.id, "account_id": ADA.account_id, "name": ADA.name}


def test_filters_are_those_of_the_board(floor: ApiFloor) -> None:
    found = every(floor, "everybody", "/handoffs?to=billing&to=engineering&risk=breached")
    assert {each["receiving_team"] for each in found} <= {"billing", "engineering"}
    assert {each["risk"] for each in found} == {"breached"}
    assert every(floor, "everybody", "/handoffs?q=4417")[0]["case_id"] == "C-1001"


def test_the_queue_of_a_team_is_what_it_receives(floor: ApiFloor) -> None:
    answer = floor.by("billing").get("/queues/billing").json()
    assert (answer["team"], bool(answer["name"])) == ("billing", True)
    assert {each["receiving_team"] for each in answer["items"]} == {"billing"}
    assert str(floor.world.id("ada-refund")) in {each["id"] for each in answer["items"]}


def test_what_is_not_theirs_is_as_if_it_were_not_there(floor: ApiFloor) -> None:
    theirs, nowhere = floor.world.id("breached"), uuid4()
    for path in ("", "/packet", "/journal"):
        hidden = floor.by("billing").get(f"/handoffs/{theirs}{path}")
        absent = floor.by("billing").get(f"/handoffs/{nowhere}{path}")
        assert (hidden.status_code, absent.status_code) == (404, 404)
        told = hidden.json() | {"instance": ""}, absent.json() | {"instance": ""}
        assert str(told[0]).replace(str(theirs), "") == str(told[1]).replace(str(nowhere), "")
    assert floor.act("billing", theirs, "accept").status_code == 404
    assert floor.by("billing").get("/queues/tier-2").status_code == 404
    assert floor.by("billing").get("/queues/no-such-team").status_code == 404
    for address in ("/handoffs?limit=200", "/handoffs?status=all&limit=200"):
        teams = [{each["sending_team"], each["receiving_team"]} for each in every(floor, "billing", address)]
        assert teams
        assert all("billing" in each for each in teams)


def test_a_packet_is_for_the_receiving_team_and_auditors(floor: ApiFloor) -> None:
    address = f"/handoffs/{floor.world.id('ada-refund')}/packet"
    packet = floor.by("billing").get(address).json()
    assert packet["customer"]["name"] == ADA.name
    assert packet["opening_line"]
    assert floor.by("auditor").get(address).json() == packet
    for caller in ("chat", "ops"):
        refused = floor.by(caller).get(address)
        assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
        assert ADA.name not in refused.text


def test_a_packet_that_is_held_is_not_there_yet(floor: ApiFloor) -> None:
    answer = floor.by("everybody").get(f"/handoffs/{floor.world.id('held')}/packet")
    assert (answer.status_code, answer.json()["code"]) == (404, "no-packet")


def test_a_handoff_says_where_it_stands_and_what_one_can_do(floor: ApiFloor) -> None:
    id = floor.world.id("ada-refund")
    state = floor.by("billing").get(f"/handoffs/{id}").json()
    assert (state["status"], state["receiving_team"]) == ("accepted", "billing")
    assert {clock["kind"] for clock in state["clocks"]} >= {"accept"}
    assert [question["answer"] is None for question in state["questions"]] == [False, True]
    assert {each["action"] for each in state["actions"]} >= {"return", "complete", "ask"}
    sender = floor.by("chat").get(f"/handoffs/{id}").json()
    assert "answer" in {each["action"] for each in sender["actions"]}
    assert (sender["has_packet"], state["has_packet"]) == (False, True)


def test_ops_see_where_things_stand_and_not_whose_case_it_is(floor: ApiFloor) -> None:
    id = floor.world.id("ada-refund")
    texts = [
        floor.by("ops").get(address).text
        for address in (
            f"/handoffs/{id}",
            f"/handoffs/{id}/journal?limit=200",
            "/handoffs?limit=200",
            "/handoffs?status=all&limit=200",
            "/breaches",
            "/board",
        )
    ]
    assert str(id) in texts[0]
    for text in texts:
        assert ADA.name not in text
        assert ADA.id not in text


def test_a_journal_comes_in_its_order_and_the_sender_is_not_told_the_packet(floor: ApiFloor) -> None:
    address = f"/handoffs/{floor.world.id('ada-refund')}/journal"
    whole = every(floor, "billing", f"{address}?limit=4")
    assert [entry["version"] for entry in whole] == list(range(1, len(whole) + 1))
    by_type = {entry["type"]: entry for entry in whole}
    assert by_type["support.handoff.packet.prepared.v1"]["data"]["packet"]["customer"]["name"] == ADA.name
    sender = {entry["type"]: entry for entry in every(floor, "chat", address)}
    assert sender["support.handoff.packet.prepared.v1"]["data"] is None
    assert sender["support.handoff.lifecycle.accepted.v1"]["data"] is not None


def test_the_figures_of_the_board_are_those_of_its_lists(floor: ApiFloor) -> None:
    client = floor.by("everybody")
    board = client.get("/board").json()
    whole = every(floor, "everybody", "/handoffs?limit=200")
    cards = board["cards"]
    assert cards["open"] == len(whole)
    assert cards["breached"] == sum(each["risk"] == "breached" for each in whole)
    assert cards["at_risk"] == sum(each["risk"] == "at-risk" for each in whole)
    assert cards["accepted_in_time"]["met"] > 0
    assert sum(pair["open"] for pair in board["matrix"]) == cards["open"]
    of_billing = client.get("/board", params={"to": "billing"}).json()["cards"]
    assert 0 < of_billing["open"] < cards["open"]


def test_breaches_stand_until_they_are_answered(floor: ApiFloor) -> None:
    standing = every(floor, "everybody", "/breaches?limit=200")
    assert every(floor, "everybody", "/breaches?limit=1") == standing
    due = [each["due_at"] for each in standing]
    assert due == sorted(due, reverse=True)
    whole = every(floor, "everybody", "/handoffs?risk=breached&limit=200")
    assert {each["handoff_id"] for each in standing} == {each["id"] for each in whole}
    seen = next(each for each in standing if each["case_id"] == "C-1011")
    assert seen["acknowledged"]["by"] == "Erik Lund"
    assert seen["may_acknowledge"]
    over = floor.by("everybody").get("/breaches").json()["over"]
    assert over
    assert all(each["ended_at"] for each in over)


def test_the_map_says_what_stops_and_whom_to_call(floor: ApiFloor) -> None:
    client = floor.by("ops")
    drawn = client.get("/map").json()
    assert drawn["is_on_disk"]
    assert drawn["problems"] == []
    system = next(iter(drawn["map"]["systems"]))
    impact = client.get(f"/map/impact/{system}").json()["impact"]
    assert impact["id"] == system
    assert impact["contacts"]
    flows = client.get("/map/health").json()["flows"]
    assert {each["flow"] for each in flows} <= set(drawn["map"]["flows"])
    ranks = [{"error": 0, "warn": 1}.get(each["state"] or "unknown", 2) for each in flows]
    assert ranks == sorted(ranks)
    assert client.get("/map/impact/no-such-system").status_code == 404
    for path in ("/map", "/map/health", f"/map/impact/{system}"):
        assert floor.by("billing").get(path).status_code == 403
    # The page is for the same readers.
    for path in ("/map", "/map/drawing", "/live/map"):
        headers = {"Authorization": f"Bearer {floor.tokens['billing']}"}
        assert httpx.get(floor.address + path, headers=headers).status_code == 403


def test_me_says_who_asks(floor: ApiFloor) -> None:
    me = floor.by("billing").get("/me").json()
    assert (me["name"], me["roles"], me["teams"], me["csrf"]) == ("billing", ["agent"], ["billing"], None)


def test_a_cursor_of_another_list_is_refused(floor: ApiFloor) -> None:
    client = floor.by("everybody")
    following = client.get("/handoffs", params={"limit": 1}).json()["next"]
    cursor = urlsplit(following).query.partition("cursor=")[2]
    for address, given in (
        (f"/handoffs/{floor.world.id('ada-refund')}/journal", cursor),
        ("/handoffs?status=all", cursor),
        ("/handoffs", "no-cursor"),
        ("/handoffs", "x" * 600),
    ):
        answer = client.get(address, params={**dict.fromkeys(["cursor"], given), **_of(address)})
        assert answer.status_code == 422, address
        assert answer.json()["errors"][0]["parameter"] == "cursor"


def _of(address: str) -> dict[str, str]:
    return {"status": "all"} if "status=all" in address else {}
