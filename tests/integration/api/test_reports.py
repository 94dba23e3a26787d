"""Reports for programs: every number has an address, and the list there has as many things."""

from __future__ import annotations

import pytest

from tests.integration.api.conftest import ApiFloor
from tests.integration.api.test_reads import every

pytestmark = pytest.mark.postgres


def test_the_list_behind_a_number_has_as_many_things(floor: ApiFloor) -> None:
    client = floor.by("auditor")
    report = client.get("/reports", params={"window": "7d"}).json()
    forms = {
        (table["id"], column["id"]): column["form"]
        for table in report["tables"]
        for column in table["columns"]
    }
    numbers = [
        (row["links"][name], row["values"][name])
        for table in report["tables"]
        for row in table["rows"][:2]
        for name in row["links"]
        if forms[table["id"], name] == "count"
    ]
    assert len(numbers) >= 5
    for link, number in numbers[:12]:
        assert link.startswith("/api/v1/reports/cases?")
        found = client.get(link.removeprefix("/api/v1"))
        assert found.status_code == 200, (link, found.text)
        assert found.json()["count"] == number, link


def test_what_a_number_counts_comes_page_by_page_each_once(floor: ApiFloor) -> None:
    for figure in ("decided", "requested", "held"):
        address = f"/reports/cases?window=7d&figure={figure}"
        whole = every(floor, "auditor", f"{address}&limit=200")
        assert every(floor, "auditor", f"{address}&limit=37") == whole
        assert len(whole) == floor.by("auditor").get(address).json()["count"] > 37


def test_reports_are_not_for_agents(floor: ApiFloor) -> None:
    for address in ("/reports", "/reports/cases"):
        answer = floor.by("billing").get(address)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")


@pytest.mark.parametrize(
    ("query", "name"),
    [("window=2d", "window"), ("since=yesterday", "since"), ("by=agent", "by"), ("figure=all", "figure")],
)
def test_a_window_that_is_none_is_told_by_its_name(floor: ApiFloor, query: str, name: str) -> None:
    answer = floor.by("auditor").get(f"/reports/cases?{query}")
    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.json()["errors"]] == [name]
