"""How `handoff clocks explain` and `handoff show` look: on a terminal of 80 columns, piped, and in ASCII."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from rich.console import Console
from typer.testing import CliRunner

from orchestrator.domain.explanation.explained_clock import Span
from orchestrator.domain.explanation.explanation import explain
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.model import Receiver
from orchestrator.ledger import reading
from orchestrator.ledger.reading import Entry
from streams.cli import app, clocks, show
from streams.cli.clock_story import print_explanation
from streams.cli.moments import instant, length, spans, stretch, whole
from streams.cli.page import Page
from tests import builders as b
from tests.fakes import ManualClock
from tests.unit.domain.case_story import (
    BERLIN,
    OFFERED,
    SOLVE,
    Case,
    a_long_case,
    at,
    office,
    office_rules,
)

NOW = at(4, 10, 30)
AT_80_COLUMNS = """\
case case-1, as of Wed 2026-03-04 09:30Z

held by
  Mon 2026-03-02 15:50Z  tier-1  waited for acceptance 17h50m
  Tue 2026-03-03 09:40Z  tier-2  worked 2h20m, paused 2h30m
  Tue 2026-03-03 14:30Z  nobody  completed for 18h
  Wed 2026-03-04 08:30Z  tier-2  worked 30m, paused 30m
  Wed 2026-03-04 09:30Z          now

  team       working  waiting  paused  together
  tier-1          0s   17h50m      0s    17h50m
  tier-2       2h50m       0s      3h     5h50m
  nobody                                    18h
  the whole    2h50m   17h50m      3h  1d17h40m

handoff 07e84071-0eba-59e8-8b2d-30a814658060
  from, to    tier-1 to tier-2, accepted
  kind        tier-1-to-tier-2, the first that matches: sending team is tier-1,
              receiving team is tier-2
  policy      gold, the first that matches: priority is normal (one of normal,
              high), tier is gold
              not sev1: severity is none, not sev1
  customer    tier gold, as the sender stated it
  rules       rules-1, since Mon 2026-03-02 15:50Z

  accept, owed by tier-2: met late, 2h20m of 2h used, 20m over
    calendar    berlin (Europe/Berlin): Mon-Thu 09:00-12:30 13:15-17:30, Fri
                09:00-12:30
    started     Mon 2026-03-02 15:50Z (16:50 CET), offered to tier-2, by Sarah
    no ladder   Tue 2026-03-03 09:25Z (10:25 CET) to 09:55Z (10:55 CET),
                acknowledged by Lea: on it
    ended       Tue 2026-03-03 09:40Z (10:40 CET), accepted, by Sarah
    80%         fired Tue 2026-03-03 08:56Z (09:56 CET)
                80% of 2h = 1h36m of working time: 40m on Mon 16:50-17:30, 56m
                from Tue 09:00 → Tue 09:56
    breach      fired Tue 2026-03-03 09:20Z (10:20 CET), noticed 1m later
                the whole 2h of working time: 40m on Mon 16:50-17:30, 1h20m from
                Tue 09:00 → Tue 10:20
    lead        tells the lead: fired Tue 2026-03-03 09:20Z (10:20 CET), noticed
                1m later
                at 2h of working time: 40m on Mon 16:50-17:30, 1h20m from Tue
                09:00 → Tue 10:20
    priority    raises the priority: never came: the clock had ended before Tue
                2026-03-03 10:20Z (11:20 CET)
                1h after 2h, moved up by 30m = 2h30m of working time: 40m on Mon
                16:50-17:30, 1h25m on Tue 09:00-10:25, 25m from Tue 10:55 → Tue
                11:20
    skipped     manager: Tier 2 has no manager

  resolve, owed by tier-2: met, 2h20m of 4h used, 1h40m left
    calendar    berlin (Europe/Berlin): Mon-Thu 09:00-12:30 13:15-17:30, Fri
                09:00-12:30
    started     Tue 2026-03-03 09:40Z (10:40 CET), accepted, by Sarah
    stood still Tue 2026-03-03 10:00Z (11:00 CET) to 12:30Z (13:30 CET): 2h30m,
                1h45m of it working time; waits-for-customer, by Sarah; until
                resumed
    ended       Tue 2026-03-03 14:30Z (15:30 CET), completed, by Sarah: solved
    half        fired Tue 2026-03-03 14:10Z (15:10 CET), noticed 20m later
                50% of 4h = 2h of working time: 20m on Tue 10:40-11:00, 1h40m
                from Tue 13:30 → Tue 15:10
    80%         never came: the clock had ended before Tue 2026-03-03 15:22Z
                (16:22 CET)
                80% of 4h = 3h12m of working time: 20m on Tue 10:40-11:00, 2h52m
                from Tue 13:30 → Tue 16:22
    breach      never came: the clock had ended before Tue 2026-03-03 16:10Z
                (17:10 CET)
                the whole 4h of working time: 20m on Tue 10:40-11:00, 3h40m from
                Tue 13:30 → Tue 17:10

  resolve, run 2, owed by tier-2: stands still, 2h50m of 4h used, 1h10m left
    calendar    berlin (Europe/Berlin): Mon-Thu 09:00-12:30 13:15-17:30, Fri
                09:00-12:30
    started     Wed 2026-03-04 08:30Z (09:30 CET), reopened, by Sarah: it came
                back
    carried     2h20m were used in earlier runs
    stood still since Wed 2026-03-04 09:00Z (10:00 CET), till Wed 2026-03-04
                13:00Z (14:00 CET) at the latest: 30m, 30m of it working time;
                waits-for-customer, by Sarah
    half        fired in an earlier run
                50% of 4h = 2h
    80%         has no instant while the clock stands still
                80% of 4h = 3h12m, 2h20m of it carried
    breach      has no instant while the clock stands still
                the whole 4h, 2h20m of it carried
"""


def printed(case: Case, now: datetime, *, encoding: str = "utf-8", **options: Any) -> str:
    raw = io.BytesIO()
    console = Console(file=io.TextIOWrapper(raw, encoding=encoding), highlight=False, **options)
    print_explanation(explain(case.histories, policy=case.policy, now=now), Page(console))
    console.file.flush()
    return raw.getvalue().decode(encoding)


def on_a_terminal(case: Case, now: datetime, width: int = 80, **options: Any) -> str:
    return printed(case, now, force_terminal=True, width=width, no_color=True, color_system=None, **options)


def test_a_long_case_at_80_columns() -> None:
    case, _ = a_long_case(OFFERED, SOLVE)

    assert on_a_terminal(case, NOW) == AT_80_COLUMNS


@pytest.mark.parametrize("width", [60, 80, 120])
def test_nothing_is_wider_than_the_terminal(width: int) -> None:
    case, _ = a_long_case()

    assert max(map(len, on_a_terminal(case, NOW, width).splitlines())) <= width


def test_piped_and_in_ascii_each_fact_is_one_line() -> None:
    case, _ = a_long_case(OFFERED, SOLVE)

    lines = printed(case, NOW, encoding="ascii").splitlines()

    how = "80% of 2h = 1h36m of working time: 40m on Mon 16:50-17:30, 56m from Tue 09:00 -> Tue 09:56"
    assert f"                {how}" in lines
    assert "  rules       rules-1, since Mon 2026-03-02 15:50Z" in lines
    assert not any("\x1b" in line for line in lines)


def after(text: str, heading: str) -> list[str]:
    """Return the rows below a heading, as far as they go."""
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.strip().startswith(heading))
    rows = lines[start:]
    return [line.strip() for line in rows[: rows.index("") if "" in rows else None]]


def test_a_breach_that_was_taken_back_is_told() -> None:
    case = office(OFFERED)
    handoff = case.request(b.a_request(), at(3, 9))
    case.fire(at(3, 11))
    case.take(b.a_pause(handoff), at(3, 10), told=at(3, 11, 10))
    case.take(b.a_resume(handoff), at(3, 11, 30))

    rows = after(printed(case, at(3, 11, 45)), "accept")

    was = "fired Tue 2026-03-03 10:00Z (11:00 CET), and was taken back: waits-for-customer"
    assert (
        "no breach   no due instant instead of Tue 2026-03-03 10:00Z (11:00 CET): waits-for-customer" in rows
    )
    assert f"breach      next, Tue 2026-03-03 11:30Z (12:30 CET), in 45m; {was}" in rows


def test_a_change_of_the_rules_is_told_with_what_it_moved() -> None:
    case = office(OFFERED)
    case.request(b.a_request(), at(3, 12))
    closed = BERLIN.model_copy(update={"holidays": (at(4, 9).date(),)})
    closed = closed.model_copy(update={"week": closed.week.model_copy(update={"tue": ()})})
    rules = office_rules(OFFERED, version="rules-2", calendars={"berlin": closed})
    case.reproject(rules, at(3, 12, 10), "closed today", calendars_only=True)

    text = printed(case, at(3, 12, 20))

    changed = "rules-2, its calendars only, since Tue 2026-03-03 11:10Z by Olga: closed today"
    assert changed in after(text, "handoff")
    was = "Tue 2026-03-03 13:45Z (14:45 CET)"
    week = "Mon 09:00-12:30 13:15-17:30, Wed-Thu 09:00-12:30 13:15-17:30, Fri 09:00-12:30"
    assert after(text, "accept")[1:6] == [
        "calendar    berlin (Europe/Berlin): Mon-Thu 09:00-12:30 13:15-17:30, Fri 09:00-12:30",
        f"calendar    from Tue 2026-03-03 11:10Z (12:10 CET) on: berlin (Europe/Berlin): {week}",
        "closed Wed 2026-03-04: holiday",
        "started     Tue 2026-03-03 11:00Z (12:00 CET), offered to tier-2, by Sarah",
        f"moved       due Thu 2026-03-05 09:50Z (10:50 CET) instead of {was}: closed today",
    ]


def test_what_others_wrote_is_not_obeyed() -> None:
    case = office(OFFERED)
    actor = b.an_actor(name="\x1b[31mEve")
    case.request(b.a_request(actor=actor), at(3, 9))

    assert "\x1b" not in printed(case, at(3, 9))
    assert "by \ufffd[31mEve" in printed(case, at(3, 9))


# The command


class Ledger:
    """Answers what the commands ask of the database."""

    def __init__(self, case: Case) -> None:
        self.case = case

    @asynccontextmanager
    async def reading(self, dsn: str) -> AsyncIterator[None]:
        yield None

    async def handoff(self, db: None, id: UUID) -> Handoff | None:
        return next((h for h, _ in self.case.histories if h.id == id), None)

    async def handoffs_of_case(self, db: None, case_id: str) -> list[Handoff]:
        return [h for h, _ in self.case.histories if h.case_id == case_id]

    async def newest_cases(self, db: None, limit: int) -> list[str]:
        return ["case-1"]

    async def journal_of(self, db: None, id: UUID) -> list[Entry]:
        events = next(events for h, events in self.case.histories if h.id == id)
        entries = [Entry(e.version, e.type, e.at, json.loads(e.model_dump_json())) for e in events]
        return [*entries, Entry(len(entries) + 1, "support.handoff.of-a-later-version.v9", NOW, {})]

    async def rules_of(self, db: None, version: str) -> Any:
        return self.case.policy.rules_of(version)


def run(case: Case, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Any:
    ledger = Ledger(case)
    for name in ("reading", "handoff", "handoffs_of_case", "newest_cases", "journal_of", "rules_of"):
        monkeypatch.setattr(reading, name, getattr(ledger, name))
    for module in (clocks, show):
        monkeypatch.setattr(module, "SystemClock", lambda: ManualClock(NOW))
    monkeypatch.setenv("HANDOFF_POSTGRES__DSN", "postgresql://nowhere/none")
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def case(logging_stays_as_it_was: None) -> Case:
    case = office()
    one = case.request(b.a_request(), at(3, 9))
    case.take(b.an_accept(one), at(3, 10))
    on = b.a_request(sender=b.a_sender("tier-2"), receiver=Receiver(team="engineering"))
    case.request(on, at(3, 13))
    return case


def test_a_case_is_explained_with_all_its_handoffs(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(case, monkeypatch, "clocks", "explain", "case-1", "--json")

    assert done.exit_code == 0, done.output
    expected = explain(case.histories, policy=case.policy, now=NOW)
    assert json.loads(done.stdout) == expected.model_dump(mode="json")


def test_a_handoff_is_explained_alone_with_the_custody_of_its_case(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    handoff = case.histories[1].handoff.id

    done = run(case, monkeypatch, "clocks", "explain", str(handoff).upper(), "--json")

    told = json.loads(done.stdout)
    assert [each["id"] for each in told["handoffs"]] == [str(handoff)]
    assert [share["team"] for share in told["custody"]["shares"]] == ["tier-1", "tier-2"]
    assert run(case, monkeypatch, "clocks", "explain", str(handoff)).stdout.startswith("case case-1, as of ")


@pytest.mark.parametrize("command", [["show"], ["clocks", "explain"]])
def test_an_unknown_name_is_answered_with_the_newest_cases(
    case: Case, monkeypatch: pytest.MonkeyPatch, command: Sequence[str]
) -> None:
    done = run(case, monkeypatch, *command, "nobody")

    assert done.exit_code == 1
    assert "no handoff and no case is called 'nobody'; the newest cases are case-1" in done.stderr


def test_show_has_the_next_rung_the_pauses_and_what_was_used_before(
    monkeypatch: pytest.MonkeyPatch, logging_stays_as_it_was: None
) -> None:
    case, _ = a_long_case(OFFERED, SOLVE)

    lines = [line.rstrip() for line in run(case, monkeypatch, "show", "case-1").stdout.splitlines()]

    start = lines.index("clocks")
    assert lines[start : start + 7] == [
        "clocks",
        "clock       owed by  state     due           in  next",
        "accept      tier-2   met late  03-03 09:20Z",
        "resolve     tier-2   met       03-03 16:10Z",
        "resolve #2  tier-2   paused                      resume 13:00:00Z",
        "  resolve     stood still for 2h30m",
        "  resolve #2  2h20m used in earlier runs; stood still for 30m, waits-for-customer since 09:00:00Z",
    ]


# Times


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("UTC", "Tue 2026-03-03 22:05Z"),
        ("Europe/Berlin", "Tue 2026-03-03 22:05Z (23:05 CET)"),
        ("Asia/Kolkata", "Tue 2026-03-03 22:05Z (Wed 03:35 IST)"),
    ],
)
def test_an_instant_is_in_utc_and_in_the_calendars_zone(zone: str, said: str) -> None:
    assert instant(datetime(2026, 3, 3, 22, 5, tzinfo=UTC), zone) == said


def test_a_stretch_says_its_date_once() -> None:
    assert stretch(at(3, 9), at(3, 10)) == "Tue 2026-03-03 08:00Z to 09:00Z"
    assert stretch(at(3, 9), at(4, 10)) == "Tue 2026-03-03 08:00Z to Wed 2026-03-04 09:00Z"


def test_lengths_in_whole_seconds_still_add_up() -> None:
    parts = [timedelta(seconds=1.7), timedelta(seconds=1.7), timedelta(seconds=1.7)]

    assert whole(parts) == [timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=2)]
    assert [length(each) for each in (timedelta(hours=1), -timedelta(minutes=5))] == ["1h", "-5m"]


def test_of_many_openings_only_the_ends_are_told() -> None:
    days = [Span(since=at(day, 9), until=at(day, 12)) for day in range(2, 12)]

    assert spans(days[:1], "Europe/Berlin") == "from Mon 09:00 → Mon 12:00"
    assert spans(days, "Europe/Berlin") == (
        "3h on Mon 03-02 09:00-12:00, 3h on Tue 03-03 09:00-12:00, 21h in 7 more openings, "
        "3h from Wed 03-11 09:00 → Wed 03-11 12:00"
    )
