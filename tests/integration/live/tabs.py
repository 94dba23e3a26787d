"""A tab as a browser has it: it reads server-sent events, and comes back with the last id."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from orchestrator.board.live.change import Change, Fragment, Message


@dataclass(frozen=True)
class Told:
    """A server-sent event."""

    event: str
    data: Any
    id: str | None


class Probe:
    """A view that shows each open handoff by its case."""

    ticks = 0

    def messages(self, change: Change) -> Iterable[Message]:
        put = tuple(Fragment(f"h-{card.id}", card.case_id, into="all") for card in change.cards)
        drop = tuple(f"h-{id}" for id in change.gone)
        if put or drop:
            yield Message(put=put, drop=drop, say=(f"{len(change.happenings)} entries",))

    def tick(self) -> Iterable[Message]:
        self.ticks += 1
        yield Message(put=(Fragment("ticks", str(self.ticks)),))


class OpenTab:
    """A connection to a stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def next(self, *names: str, within_s: float = 5) -> Told:
        """Return the next event that is called one of `names`, or any."""
        async with asyncio.timeout(within_s):
            while True:
                told = await self._event()
                if not names or told.event in names:
                    return told

    async def cases(self, count: int) -> dict[str, str]:
        """Return element -> case of the next patches that show handoffs, until there are so many."""
        shown: dict[str, str] = {}
        while len(shown) < count:
            patch = await self.next("patch")
            shown |= {each["id"]: each["html"] for each in patch.data["put"] if each["id"] != "ticks"}
        return shown

    async def rest(self) -> list[Told]:
        """Return all that comes until the stream ends."""
        found: list[Told] = []
        try:
            while True:
                found.append(await self.next())
        except EOFError:
            return found

    async def _event(self) -> Told:
        fields: dict[str, str] = {}
        async for line in self._lines:
            if not line and fields.get("event"):
                return Told(fields["event"], json.loads(fields["data"]), fields.get("id"))
            name, _, value = line.partition(": ")
            if name:
                fields[name] = value
        raise EOFError("the stream has ended")


@asynccontextmanager
async def a_tab(
    address: str, view: str = "probe", *, last: str | None = None, query: str = ""
) -> AsyncIterator[OpenTab]:
    """Open a tab that watches a view; `last`: the id it was told last."""
    headers = {"accept": "text/event-stream"} | ({} if last is None else {"last-event-id": last})
    async with (
        httpx.AsyncClient(timeout=10) as client,
        client.stream("GET", f"{address}/live/{view}{query}", headers=headers) as response,
    ):
        yield OpenTab(response)
