"""What is asked of a report, and how the addresses of its pages ask for more or less."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from orchestrator.board.reports.place import Place
from orchestrator.board.reports.question import Question, question_of
from orchestrator.board.said import Unclear
from orchestrator.domain.figures.asked import Asked
from tests.builders import T0

UTC = ZoneInfo("UTC")


def question(**said: str) -> Question:
    named = {name.rstrip("_"): value for name, value in said.items()}
    return question_of(named, UTC, frozenset({"billing"}), now=T0)


def said_by(address: str) -> dict[str, str]:
    return {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}


def test_every_filter_reaches_what_is_asked() -> None:
    asked = question(
        window="7d", team="billing", kind="escalation", clock="accept", from_="tier-1", to="billing"
    )
    assert asked.asked() == Asked(
        since=T0 - timedelta(days=7),
        until=T0,
        teams=frozenset({"billing"}),
        team="billing",
        kind="escalation",
        clock="accept",
        sending="tier-1",
        receiving="billing",
    )


def test_an_address_asks_the_same_but_for_what_is_changed() -> None:
    first = question(window="7d", team="billing", by="pair", many="5", from_="tier-1")
    assert said_by(first.address("/reports", team=None)) == {
        "window": "7d",
        "by": "pair",
        "many": "5",
        "from": "tier-1",
    }
    again = question_of(said_by(first.address("/reports")), UTC, first.teams, now=T0)
    assert again == first


def test_a_list_keeps_the_window_that_was_counted() -> None:
    link = question(window="24h").fixed("/reports/cases", figure="met", clock="accept")
    later = question_of(said_by(link), UTC, None, now=T0 + timedelta(hours=5))
    assert (later.window.since, later.window.until) == (T0 - timedelta(hours=24), T0)
    assert later.clock == "accept"


@pytest.mark.parametrize(
    "said",
    [
        {"by": "customer"},
        {"many": "0"},
        {"many": "٣"},
        {"many": "1e9"},
        {"team": "x" * 201},
        {"to": "a\x00b"},
    ],
)
def test_what_is_not_there_is_refused_by_name(said: dict[str, str]) -> None:
    with pytest.raises(Unclear) as unclear:
        question(**said)
    assert [problem.field for problem in unclear.value.problems] == list(said)


def test_a_place_in_a_list_is_read_as_it_was_written() -> None:
    place = Place(timedelta(seconds=3, microseconds=7), T0, "id/accept/1/tier~2")
    assert Place.of(place.as_text()) == place


@pytest.mark.parametrize("text", ["", "x", "1~2~3", "1~2026-03-02T09:00:00~tie", "9" * 500 + "~2026~x"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(Unclear, match="after is no place of this list"):
        Place.of(text)
