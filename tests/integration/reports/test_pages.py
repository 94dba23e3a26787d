"""The pages of the reports: every number leads to just so many cases, and nobody sees more than is theirs."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from html import unescape
from io import StringIO
from typing import Any

import httpx
import pytest

from orchestrator.board.access.viewer import Viewer
from orchestrator.domain.figures.asked import Asked
from orchestrator.ledger.pasts import Pasts, TooMany
from tests.builders import T0
from tests.integration.reports import fold
from tests.integration.reports.browser import AGENT, AUDITOR, LEAD, OPS, PAGE, browsing
from tests.integration.reports.conftest import Played

pytestmark = pytest.mark.postgres

WHOLE = "window=7d"
LINKS = re.compile(r'href="(/reports/cases\?[^"]+)"')


@pytest.fixture(scope="module")
def played(play: Callable[[int], Played]) -> Played:
    """One floor is enough for pages."""
    return play(1)


async def report(client: httpx.AsyncClient, query: str = WHOLE) -> dict[str, Any]:
    answer = await client.get(f"/reports.json?{query}")
    assert answer.status_code == 200, answer.text
    tables: dict[str, Any] = {table["table"]: table for table in answer.json()["tables"]}
    return tables


def numbers(tables: dict[str, Any]) -> dict[str, int]:
    """Return the address of each list -> how much it has to list."""
    found: dict[str, int] = {}
    for table in tables.values():
        counts = [column["id"] for column in table["columns"] if column["form"] == "count"]
        for row in [*table["rows"], *([table["total"]] if table["total"] else [])]:
            found |= {row["links"][id]: row[id] for id in counts if row.get("links", {}).get(id)}
    return found


async def listed(client: httpx.AsyncClient, address: str) -> tuple[int, list[dict[str, Any]]]:
    """Return how many things a list says it has, and those on all of its pages."""
    items: list[dict[str, Any]] = []
    next: str | None = address.replace("/reports/cases?", "/reports/cases.json?")
    count = -1
    while next:
        answer = await client.get(next)
        assert answer.status_code == 200, answer.text
        count, next = answer.json()["count"], answer.json()["next"]
        items += answer.json()["items"]
    return count, items


@pytest.mark.parametrize(
    ("by", "viewer"),
    [("team", AUDITOR), ("pair", LEAD), ("kind", AUDITOR)],
    ids=["by team", "by pair for a lead", "by kind"],
)
async def test_every_number_leads_to_exactly_so_many(played: Played, by: str, viewer: Viewer) -> None:
    async with browsing(played, viewer) as client:
        tables = await report(client, f"{WHOLE}&by={by}")
        asked = numbers(tables)
        assert len(asked) > 30
        for address, number in asked.items():
            count, items = await listed(client, address)
            assert count == len(items) == number > 0, address
            assert len({tuple(item.values()) for item in items}) == number, f"twice in {address}"


async def test_what_the_page_shows_is_what_it_exports(played: Played) -> None:
    async with browsing(played) as client:
        tables = await report(client)
        page = unescape((await client.get(f"/reports?{WHOLE}", headers=PAGE)).text)
        for address in numbers(tables):
            assert f'href="{address}"' in page
        rows = list(csv.DictReader(StringIO((await client.get(f"/reports.csv?{WHOLE}")).text)))
        for table in tables.values():
            total = [table["total"]] if table["total"] else []
            columns = [c["id"] for c in table["columns"] if c["form"] in ("count", "share", "length")]
            shown = [
                str("" if row[id] is None else row[id]) for row in [*table["rows"], *total] for id in columns
            ]
            assert [row["value"] for row in rows if row["table"] == table["table"]] == shown
            alone = await client.get(f"/reports.csv?{WHOLE}&table={table['table']}")
            assert len(list(csv.reader(StringIO(alone.text)))) == 1 + len(table["rows"]) + len(total)
    assert len(rows) > 100


async def test_time_by_team_adds_up_to_the_second(played: Played) -> None:
    async with browsing(played) as client:
        held = (await report(client))["held"]
        expected = fold.time_by_team(played.told, Asked(T0, played.now))
        assert {row["team"]: row["whole"] for row in held["rows"]} == {
            team: time.total_seconds() for team, time in expected.items()
        }
        assert sum(row["whole"] for row in held["rows"]) == held["total"]["whole"] > 0
        for row in [*held["rows"], held["total"]]:
            assert row["working"] + row["waiting"] == row["whole"]
            _, items = await listed(client, row["links"]["cases"])
            assert sum(item["held"] for item in items) == row["whole"]
            assert items == sorted(items, key=lambda item: -item["held"])


async def test_filters_narrow_every_table_and_are_kept_by_the_links(played: Played) -> None:
    async with browsing(played) as client:
        tables = await report(client, f"{WHOLE}&team=billing&clock=accept&kind=any-to-any")
        assert {row["team"] for row in tables["clocks"]["rows"]} == {"billing"}
        assert {row["clock"] for row in tables["clocks"]["rows"]} == {"accept"}
        for address in numbers(tables):
            assert "team=billing" in address
            assert "kind=any-to-any" in address
        link = tables["clocks"]["rows"][0]["links"]["decided"]
        _, items = await listed(client, link)
        told = {(item["team"], item["clock"], item["kind"]) for item in items}
        assert told == {("billing", "accept", "any-to-any")}


async def test_a_lead_sees_only_what_their_teams_send_or_receive(played: Played) -> None:
    async with browsing(played, LEAD) as client, browsing(played) as auditor:
        for figure in ("decided", "requested", "bounced", "accepted"):
            _, items = await listed(client, f"/reports/cases?{WHOLE}&figure={figure}")
            hidden = [item for item in items if item["case"] is None]
            shown = [item for item in items if item["case"] is not None]
            assert shown
            assert all("billing" in (item["from"], item["to"]) for item in shown)
            # An offer that moved on counts where it was, and says nothing of where it is.
            assert all(item["handoff"] is None and item["to"] is None for item in hidden)
            whole, _ = await listed(auditor, f"/reports/cases?{WHOLE}&figure={figure}")
            assert len(items) < whole
        teams = {row["team"] for row in (await report(client))["held"]["rows"]}
        assert teams == {"billing"}


async def test_agents_may_not_and_operations_see_no_customers(played: Played) -> None:
    async with browsing(played, AGENT) as client:
        for path in ("/reports", "/reports.csv", "/reports.json", "/reports/cases", "/reports/cases.csv"):
            assert (await client.get(path)).status_code == 403
    names = {each.handoff.customer_id for each in played.told}
    async with browsing(played, OPS) as client:
        for path in (f"/reports?{WHOLE}", f"/reports/cases?{WHOLE}&figure=requested"):
            answer = await client.get(path, headers=PAGE)
            assert answer.status_code == 200
            assert "Ada Lovelace" not in answer.text
            assert not any(name in answer.text for name in names)


async def test_a_list_is_read_page_by_page_without_a_script(played: Played) -> None:
    async with browsing(played) as client:
        count, items = await listed(client, f"/reports/cases?{WHOLE}&figure=decided")
        assert count > 100
        seen: list[str] = []
        next: str | None = f"/reports/cases?{WHOLE}&figure=decided"
        while next:
            page = (await client.get(next, headers=PAGE)).text
            seen += re.findall(r'class="handoff" href="/handoffs/([0-9a-f-]+)"', page)
            found = re.search(r'rel="next" href="([^"]+)"', page)
            next = unescape(found[1]) if found else None
        assert seen == [item["handoff"] for item in items]
        rows = list(
            csv.DictReader(StringIO((await client.get(f"/reports/cases.csv?{WHOLE}&figure=decided")).text))
        )
        assert [row["handoff"] for row in rows] == seen


async def test_nothing_that_a_spreadsheet_computes_leaves_as_it_came(played: Played) -> None:
    async with browsing(played) as client:
        answer = await client.get(f"/reports/cases.csv?{WHOLE}&figure=bounced")
        rows = list(csv.DictReader(StringIO(answer.text)))
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert {row["reason"] for row in rows} >= {"'=1+1", "no-capacity", ""}
        assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row["at"]) for row in rows)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("window=yesterday", "window is"),
        ("since=tomorrow", "since is"),
        ("since=2026-03-03T00:00&until=2026-03-02T00:00", "not before the end"),
        ("by=customer", "by is one of"),
        ("many=-1", "many is a number"),
        ("team=a%00b", "team is not"),
    ],
)
async def test_what_cannot_be_meant_is_named(played: Played, query: str, says: str) -> None:
    async with browsing(played) as client:
        page = await client.get(f"/reports?{query}", headers=PAGE)
        assert page.status_code == 422
        assert says in unescape(page.text)
        assert "Open now" in page.text, "the usual report is shown all the same"
        told = await client.get(f"/reports.json?{query}")
        assert told.status_code == 422
        assert told.json()["code"] == "unclear"
        assert says in told.json()["detail"]


@pytest.mark.parametrize(
    "query", ["figure=nothing", "figure=met&after=x", "figure=met&after=1~2026-03-02T00:00:00Z~%00"]
)
async def test_a_list_that_there_is_not_is_refused_by_name(played: Played, query: str) -> None:
    async with browsing(played) as client:
        answer = await client.get(f"/reports/cases.json?{query}")
        assert answer.status_code == 422
        assert answer.json()["problems"][0]["field"] in ("figure", "after")


async def test_an_empty_window_says_what_to_do(played: Played) -> None:
    async with browsing(played) as client:
        page = await client.get("/reports?since=2020-01-01T00:00&until=2020-01-02T00:00", headers=PAGE)
        assert page.status_code == 200
        assert "choose a longer one, or fewer filters" in page.text
        nothing = "/reports/cases?figure=met&since=2020-01-01T00:00&until=2020-01-02T00:00"
        assert "Go back to the report" in (await client.get(nothing, headers=PAGE)).text


async def test_a_window_with_too_much_says_so_and_shows_what_can_be_counted(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise TooMany("more than 30000 handoffs")

    monkeypatch.setattr(Pasts, "of", refuse)
    async with browsing(played) as client:
        page = await client.get(f"/reports?{WHOLE}", headers=PAGE)
        assert page.status_code == 200
        assert "This window has more than 30000 handoffs" in page.text
        tables = await report(client)
        assert tables["clocks"]["rows"]
        assert "held" not in tables
        answer = await client.get(f"/reports/cases.json?{WHOLE}&figure=held")
        assert (answer.status_code, answer.json()["code"]) == (422, "too-much")


async def test_the_bars_lead_to_what_was_decided_in_them(played: Played) -> None:
    async with browsing(played) as client:
        page = (await client.get(f"/reports?{WHOLE}", headers=PAGE)).text
        chart = page[page.index('<svg class="bars') : page.index("</svg>", page.index('<svg class="bars'))]
        counted = 0
        for link, met, decided in re.findall(
            r'href="([^"]+)" aria-label="[^"]*: (\d+) of (\d+) in time', chart
        ):
            count, items = await listed(client, unescape(link))
            assert count == int(decided)
            assert sum(item["what"] == "met" for item in items) == int(met)
            counted += count
        assert counted == (await report(client))["clocks"]["total"]["decided"] > 100
