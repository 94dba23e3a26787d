"""`/map` on a real board: what stops, whom to call, how every flow does, and what is wrong with the file."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from handoff_templates import load
from handoff_templates.folder import HOME
from orchestrator.domain.flow_health.noted import Noted
from orchestrator.domain.flow_health.tally import Tally
from orchestrator.domain.flow_health.watching import watched_flows
from orchestrator.domain.integration_map.impact import impact_of
from orchestrator.domain.policy import Policy
from orchestrator.ledger import schema
from orchestrator.ledger.flow_health import PostgresFlows
from streams.board.app import serving
from streams.settings import Postgres, Settings
from tests.board.arrivals import send
from tests.board.people import customer
from tests.board.story import Story, a_request
from tests.board.working import working
from tests.fakes import ManualClock
from tests.integration.live.tabs import a_tab

pytestmark = pytest.mark.postgres
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MAP = "integration_map.yaml"
WORDS = ["failed", "late", "well", "not watched yet"]
"""Of flows, the worst first."""
ALERT = r'<section[^>]* role="alert"'


@dataclass
class Shown:
    """A board that shows the map of a folder."""

    client: httpx.AsyncClient
    address: str
    folder: Path
    policy: Policy
    clock: ManualClock
    dsn: str

    async def page(self, query: str = "") -> str:
        """Return the text of the page, and see that it works."""
        answer = await self.client.get(f"/map{query}", headers={"Accept": "text/html"})
        assert answer.status_code == 200
        return unescape(answer.text)

    def change(self, old: str, new: str) -> None:
        """Change the file of the map."""
        path = self.folder / MAP
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


@asynccontextmanager
async def shown(dsn: str, tmp_path: Path) -> AsyncIterator[Shown]:
    """Show a copy of the packaged map on an empty database."""
    await schema.upgrade(dsn)
    ignored = shutil.ignore_patterns("*.py", "__pycache__")
    folder = shutil.copytree(HOME, tmp_path / "templates", ignore=ignored)
    clock, policy = ManualClock(NOW), load(folder)
    settings = Settings(postgres=Postgres(dsn=SecretStr(dsn)), templates=folder)
    async with (
        serving(settings, policy, clock=clock) as address,
        httpx.AsyncClient(base_url=address, timeout=30) as client,
    ):
        yield Shown(client, address.rstrip("/"), folder, policy, clock, dsn)


@asynccontextmanager
async def watched(it: Shown) -> AsyncIterator[PostgresFlows]:
    """Watch the flows of the map from an hour ago on, as a worker does."""
    flows = PostgresFlows(it.dsn, shards=1)
    await flows.open()
    try:
        rules = it.policy.rules
        await flows.watch(
            watched_flows(rules.integration_map, rules.translations), now=NOW - timedelta(hours=1)
        )
        yield flows
    finally:
        await flows.close()


async def heard(it: Shown, flows: PostgresFlows, system: str, at: datetime) -> None:
    """Let something of a system have come at `at`, and judge all flows now."""
    rules = it.policy.rules
    known = watched_flows(rules.integration_map, rules.translations)
    subject = next(flow.feeds[0].partition(".")[0] for flow in known if flow.source.id == system)
    tally = Tally(known)
    tally.add(Noted(subject, system, at, at, None), now=at)
    await flows.note(tally.take(), now=it.clock.now())
    await flows.judge_due({flow.id: flow for flow in known}, now=it.clock.now())


def rows(page: str) -> list[str]:
    """Return the flows of the table of freshness, in its order."""
    return re.findall(r'<tr id="flow-health-([^"]+)"', page)


async def test_picking_a_system_tells_what_stops_and_whom_to_call(database: str, tmp_path: Path) -> None:
    async with shown(database, tmp_path) as it:
        map = it.policy.rules.integration_map
        for id in ("billing", next(flow.id for flow in map.flows.values() if flow.source == "billing")):
            impact, page = impact_of(map, id), await it.page(f"?of={id}")
            assert f"<h2>{impact.name}</h2>" in page
            assert impact.workflows
            assert impact.contacts
            for hit in impact.workflows:
                assert hit.workflow.name in page
                assert hit.workflow.impact in page
            for contact in impact.contacts:
                assert contact.owner.name in page
                assert (contact.owner.contact or "") in page
            for field in impact.fields:
                assert field.name in page
        assert "no system and no flow called fax" in await it.page("?of=fax")
        hostile = (await it.client.get("/map", params={"of": '"><script>alert(1)</script>'})).text
        assert "<script>alert(1)" not in hostile


async def test_open_handoffs_that_stand_on_it_are_counted_and_linked(database: str, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        it = await stack.enter_async_context(shown(database, tmp_path))
        assert "None is open now." in await it.page("?of=billing")
        desk = await stack.enter_async_context(working(database, it.policy, it.clock, sweeps=False))
        for number in (1, 2):
            why = ("refund", "Paid twice")
            request = a_request(f"C-{number}", customer(number), "chat", "billing", why, "Paid twice.")
            for happening in Story(f"s{number}", NOW, 1, request).happenings():
                await send(desk, happening)
        page = await it.page("?of=billing")
        link = re.search(r'<a href="(/board\?[^"]*to=billing)">2 ×', page)
        assert link is not None
        for _ in range(100):
            listed = await it.client.get(link[1].replace("/board?", "/api/v1/handoffs?"))
            if len(listed.json()["items"]) == 2:
                break
            await asyncio.sleep(0.05)
        assert [each["receiving_team"] for each in listed.json()["items"]] == ["billing", "billing"]


async def test_a_wrong_file_is_told_with_its_place_and_the_page_still_works(
    database: str, tmp_path: Path
) -> None:
    async with shown(database, tmp_path) as it:
        assert not re.search(ALERT, await it.page())
        it.change("owner: ", "ownr: ")
        lines = (it.folder / MAP).read_text(encoding="utf-8").splitlines()
        line, text = next((n, text) for n, text in enumerate(lines, 1) if "ownr: " in text)
        page = await it.page("?of=billing")
        assert re.search(ALERT, page)
        assert f"<code>{MAP}:{line}:{text.index('ownr') + 1}:" in page
        # All of the map in force is still there.
        assert 'id="map-drawing"' in page
        assert f"<h2>{it.policy.rules.integration_map.systems['billing'].name}</h2>" in page
        assert rows(page)
        (it.folder / MAP).write_text("systems: [", encoding="utf-8")
        assert f"<code>{MAP}:1:" in await it.page()


async def test_a_newer_file_is_told_with_its_revision(database: str, tmp_path: Path) -> None:
    async with shown(database, tmp_path) as it:
        assert "The map on disk is another one" not in await it.page()
        it.change("purpose: ", "purpose: Now ")
        page = await it.page()
        assert f"The map on disk is another one, of revision {load(it.folder).rules.version}" in page


async def test_the_worst_flow_comes_first(database: str, tmp_path: Path) -> None:
    async with shown(database, tmp_path) as it, watched(it) as flows:
        fed = [flow for flow in it.policy.rules.integration_map.flows.values() if flow.feeds]
        assert rows(await it.page()) == [flow.id for flow in fed]
        late = next(flow for flow in reversed(fed) if flow.source == "billing")
        assert late.error_after is not None
        it.clock.advance(late.error_after)
        await heard(it, flows, "billing", NOW)
        page = await it.page()
        table = [re.search(rf'id="flow-health-{id}".*?</tr>', page, re.DOTALL) for id in rows(page)]
        words = [re.search(r"(failed|late|well|not watched yet)</span>", each[0]) for each in table if each]
        said = [WORDS.index(word[1]) for word in words if word]
        assert len(said) == len(fed)
        assert said == sorted(said)
        assert WORDS[said[0]] == "failed"


async def test_a_flow_that_becomes_worse_changes_its_row_in_an_open_tab(
    database: str, tmp_path: Path
) -> None:
    async with shown(database, tmp_path) as it, watched(it) as flows, a_tab(it.address, "map") as tab:
        assert (await tab.next()).event == "hello"
        fed = [flow for flow in it.policy.rules.integration_map.flows.values() if flow.feeds]
        late = next(flow for flow in fed if flow.source == "billing")
        assert late.warn_after is not None
        it.clock.advance(late.warn_after + timedelta(minutes=1))
        await heard(it, flows, "billing", NOW)
        put: dict[str, str] = {}
        while f"flow-health-{late.id}" not in put:
            patch = await tab.next("patch", within_s=10)
            put |= {each["id"]: each["html"] for each in patch.data["put"]}
            assert patch.data["say"]
        row = put[f"flow-health-{late.id}"]
        assert "late</span>" in row
        # What the tab was told is what the page says now, whose times are those of the reader's zone.
        times = re.findall(r'<time datetime="([^"]+)"', row)
        shown_now = re.search(rf'<tr id="flow-health-{late.id}".*?</tr>', await it.page(), re.DOTALL)
        assert shown_now is not None
        assert "late</span>" in shown_now[0]
        assert re.findall(r'<time datetime="([^"]+)"', shown_now[0]) == times != []
        drawing = (await it.client.get("/map/drawing")).text
        assert drawing.startswith("<svg")
