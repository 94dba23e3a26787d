"""Tabs on a real server are told what happens, and miss nothing when they come back."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime
from time import perf_counter
from uuid import UUID

import pytest

from orchestrator.board import app
from orchestrator.board.live import hub as hub_module
from orchestrator.board.live import stream as stream_module
from orchestrator.board.live.change import Message
from streams.board.app import serving
from tests import builders as b
from tests.fakes import ManualClock
from tests.integration.live.floors import Floored, a_floor
from tests.integration.live.tabs import Probe, a_tab

pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def probe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register a view that shows each handoff by its case."""
    monkeypatch.setitem(app.VIEWS, "probe", lambda *_: Probe())


def a_case(number: int) -> object:
    return b.a_request(case_id=f"case-{number}", customer=b.a_customer(id=f"cust-{number}"))


async def requested(floor: Floored, *numbers: int) -> list[UUID]:
    return await floor.say(*(a_case(number) for number in numbers))  # type: ignore[arg-type]


async def test_an_event_reaches_every_tab_within_a_second(database: str) -> None:
    async with (
        a_floor(database) as floor,
        serving(database, floor.policy) as address,
        AsyncExitStack() as stack,
    ):
        tabs = [await stack.enter_async_context(a_tab(address)) for _ in range(10)]
        for tab in tabs:
            assert (await tab.next()).event == "hello"
        took = []
        for number in range(3):
            began = perf_counter()
            [id] = await requested(floor, number)
            shown = await asyncio.gather(*(tab.cases(1) for tab in tabs))
            took.append(perf_counter() - began)
            assert shown == [{f"h-{id}": f"case-{number}"}] * 10
        # The quickest, for a machine that has other work as well.
        assert min(took) < 1


async def test_a_hello_says_what_time_it_is_and_which_board_it_is(database: str) -> None:
    async with (
        a_floor(database) as floor,
        serving(database, floor.policy, clock=ManualClock(b.T0)) as address,
        a_tab(address) as tab,
    ):
        hello = await tab.next()
        assert datetime.fromisoformat(hello.data["now"]) == b.T0
        assert hello.data["seq"] == 0
        assert UUID(hello.data["boot"])
        assert hello.id is None, "nothing has been told, so nothing may be skipped"
        headers = tab.response.headers
        assert headers["content-type"].startswith("text/event-stream")
        assert headers["cache-control"] == "no-store"
        assert headers["x-accel-buffering"] == "no"


async def test_a_page_is_told_what_happened_since_it_was_made(database: str) -> None:
    async with a_floor(database) as floor, serving(database, floor.policy) as address:
        async with a_tab(address) as tab:
            [first] = await requested(floor, 1)
            told = await tab.next("patch")
            while told.data["put"][0]["id"] == "ticks":
                told = await tab.next("patch")
        [second] = await requested(floor, 2)
        async with a_tab(address, query=f"?since={told.id}") as tab:
            hello = await tab.next()
            assert (hello.event, hello.id) == ("hello", told.id), "it says so when it comes back from here"
            assert await tab.cases(1) == {f"h-{second}": "case-2"}
        async with a_tab(address, query="?since=0", last=told.id) as tab:
            assert await tab.cases(1) == {f"h-{second}": "case-2"}, "what came last counts"
        async with a_tab(address, query="?since=0") as tab:
            assert set(await tab.cases(2)) == {f"h-{first}", f"h-{second}"}


async def test_a_tab_that_comes_back_after_the_board_was_started_again_misses_nothing(database: str) -> None:
    async with a_floor(database) as floor:
        async with serving(database, floor.policy) as address, a_tab(address) as tab:
            boot = (await tab.next()).data["boot"]
            gone, kept = await requested(floor, 1, 2)
            shown = await tab.next("patch")
            while shown.data["put"][0]["id"] == "ticks":
                shown = await tab.next("patch")
        [new] = await requested(floor, 3)
        await floor.say(b.a_withdrawal(gone))
        async with serving(database, floor.policy) as address, a_tab(address, last=shown.id) as tab:
            assert (await tab.next()).data["boot"] != boot
            patch = await tab.next("patch")
            assert patch.data["put"] == [{"id": f"h-{new}", "html": "case-3", "into": "all"}]
            assert patch.data["drop"] == [f"h-{gone}"]
            assert f"h-{kept}" not in str(patch.data)


@pytest.mark.parametrize("last", ["999999999", "-1", "abc", "٣", "1" * 30])
async def test_an_id_that_is_none_of_ours_lets_the_page_begin_anew(database: str, last: str) -> None:
    async with (
        a_floor(database) as floor,
        serving(database, floor.policy) as address,
        a_tab(address, query=f"?since={last}") as tab,
    ):
        assert [told.event for told in await tab.rest()] == ["hello", "reset"]


async def test_pings_say_the_time_and_how_far_the_tab_was_told(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_module, "_PING_S", 0.2)
    async with a_floor(database) as floor, serving(database, floor.policy) as address, a_tab(address) as tab:
        await requested(floor, 1)
        await tab.cases(1)
        ping = await tab.next("ping")
        assert int(ping.id or "0") > 0
        assert datetime.fromisoformat(ping.data["now"]).tzinfo is not None


async def test_ticks_come_although_nothing_happens_and_although_much_does(database: str) -> None:
    async with a_floor(database) as floor, serving(database, floor.policy) as address, a_tab(address) as tab:
        ticks = set()
        for number in range(12):
            await requested(floor, number)
            shown = await tab.next("patch")
            ticks |= {each["html"] for each in shown.data["put"] if each["id"] == "ticks"}
            await asyncio.sleep(0.15)
        assert ticks


async def test_too_many_tabs_are_refused_with_a_problem(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module.Hub.__init__, "__kwdefaults__", {"most": 2, "most_each": 2})
    async with a_floor(database) as floor, serving(database, floor.policy) as address:
        async with a_tab(address) as one, a_tab(address) as two, a_tab(address) as third:
            await one.next()
            await two.next()
            assert third.response.status_code == 503
            assert third.response.headers["retry-after"] == "10"
            await third.response.aread()
            problem = third.response.json()
            assert problem["status"] == 503
            assert "2 pages are watching" in problem["detail"]
        async with asyncio.timeout(5):
            status = 503
            while status == 503:
                async with a_tab(address) as again:
                    status = again.response.status_code
        assert status == 200


async def test_what_nobody_shows_is_not_found(database: str) -> None:
    async with (
        a_floor(database) as floor,
        serving(database, floor.policy) as address,
        a_tab(address, "nothing") as tab,
    ):
        assert tab.response.status_code == 404


async def test_the_board_ends_within_seconds_although_tabs_are_open(database: str) -> None:
    async with a_floor(database) as floor, AsyncExitStack() as stack:
        async with serving(database, floor.policy) as address:
            tabs = [await stack.enter_async_context(a_tab(address)) for _ in range(5)]
            for tab in tabs:
                await tab.next()
            began = perf_counter()
        assert perf_counter() - began < 5
        for tab in tabs:
            assert "reset" not in [told.event for told in await tab.rest()]


async def test_a_tab_that_takes_nothing_holds_up_nobody(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "_QUEUED", 2)
    fat = "x" * 3_000_000

    class Fat(Probe):
        def messages(self, change):  # type: ignore[no-untyped-def]
            for message in super().messages(change):
                yield message
                yield Message(say=(fat,))

    monkeypatch.setitem(app.VIEWS, "fat", lambda *_: Fat())
    async with a_floor(database) as floor, serving(database, floor.policy) as address:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        try:
            host = address.removeprefix("http://")
            writer.write(f"GET /live/fat HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            await reader.readuntil(b"hello")
            async with a_tab(address) as tab:
                for number in range(6):
                    [id] = await requested(floor, number)
                    assert f"h-{id}" in await tab.cases(1)
            text = b""
            async with asyncio.timeout(20):
                while b"event: reset" not in text[-400:]:
                    piece = await reader.read(1_000_000)
                    assert piece, "it was told to begin anew before the end"
                    text = text[-400:] + piece
        finally:
            writer.close()
