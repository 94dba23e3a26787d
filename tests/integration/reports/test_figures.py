"""Every figure, in SQL or from what was kept, is what a plain fold over the handoffs gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.domain.clocks.custody import holds
from orchestrator.domain.figures.asked import Asked
from orchestrator.domain.figures.history import History
from orchestrator.domain.figures.in_time import InTime, decided
from orchestrator.domain.figures.listed import Figure
from orchestrator.domain.figures.past import Past
from orchestrator.ledger import figure_lists, figures
from orchestrator.ledger.figures import By
from orchestrator.ledger.pasts import Pasts, TooMany
from orchestrator.ledger.readers import Readers
from tests.builders import T0
from tests.integration.reports import fold
from tests.integration.reports.conftest import Played
from tests.integration.reports.floor import TEAMS

pytestmark = pytest.mark.postgres

KINDS = ("any-to-any", "held", "to-engineering")
CLOCKS = ("notes", "accept", "first_contact", "resolve", "customer")


def questions(played: Played, count: int = 24) -> list[Asked]:
    """Return windows and filters of every sort: the whole first, then any."""
    random, whole = Random(7), played.now - T0
    found = [Asked(T0 - whole, played.now), Asked(T0, played.now, clock="accept")]
    while len(found) < count:
        since = T0 + whole * random.random() * 0.8
        until = since + (played.now - since) * random.choice((0.3, 0.7, 1))
        filters = {
            "teams": random.choice((frozenset({"billing"}), frozenset({"tier-1", "engineering"}))),
            "team": random.choice(TEAMS),
            "kind": random.choice(KINDS),
            "clock": random.choice(CLOCKS),
            "sending": random.choice(TEAMS),
            "receiving": random.choice(TEAMS),
        }
        chosen = random.sample(sorted(filters), random.choice((0, 1, 1, 2)))
        found.append(Asked(since, until, **{name: filters[name] for name in chosen}))
    return found


@pytest.fixture
async def db(played: Played) -> AsyncIterator[AsyncConnection]:
    readers = Readers(played.dsn)
    async with readers.connection() as connection:
        yield connection
    await readers.close()


def test_the_floor_has_everything_that_could_be_counted_wrongly(played: Played) -> None:
    clocks = [clock for each in played.told for clock in each.handoff.clocks]
    assert {clock.state for clock in clocks} >= {"met", "breached", "cancelled", "running"}
    assert any(clock.withdrawn for clock in clocks)
    assert any("breach" in clock.inherited for clock in clocks)
    assert any(clock.is_breached and clock.outcome == "met" for clock in clocks)
    statuses = {each.handoff.status.value for each in played.told}
    assert statuses >= {"offered", "accepted", "declined", "returned", "completed", "handed-on"}
    assert any("\x00" in question.text for each in played.told for question in each.handoff.questions)


def test_the_definition_says_of_every_run_what_its_state_says(played: Played) -> None:
    for each in played.told:
        for clock in each.handoff.clocks:
            assert decided(clock, now=played.now) == fold.verdict(clock, played.now), clock


@pytest.mark.parametrize("by", ["team", "pair", "kind"])
async def test_promises_kept_are_those_of_the_fold(played: Played, db: AsyncConnection, by: By) -> None:
    seen = 0
    for asked in questions(played):
        expected: Counter[tuple[tuple[str, ...], str, str]] = Counter()
        for verdict, _, handoff, clock in fold.runs(played.told, asked, played.now):
            groups = {
                "team": (clock.team,),
                "pair": (handoff.sending_team, fold.owed_to(handoff, clock)),
                "kind": (handoff.kind,),
            }
            expected[groups[by], clock.kind, verdict] += 1
        found = await figures.in_time_by(db, asked, by)
        assert found == {
            key: InTime(expected[*key, "met"], expected[*key, "breached"])
            for key in {(group, clock) for group, clock, _ in expected}
        }, asked
        seen += len(found)
    assert seen > 50


async def test_the_live_figure_is_the_one_of_the_reports(played: Played, db: AsyncConnection) -> None:
    for teams in (None, frozenset({"tier-2"}), frozenset({"billing", "tier-1"})):
        asked = Asked(T0, played.now, teams=teams, clock="accept")
        live = await figures.in_time(db, since=T0, until=played.now, teams=teams)
        by_pair = await figures.in_time_by(db, asked, "pair")
        assert live == sum(by_pair.values(), start=InTime())
        verdicts = Counter(run[0] for run in fold.runs(played.told, asked, played.now))
        assert (live.met, live.breached) == (verdicts["met"], verdicts["breached"])
        assert live.decided > 10


async def test_the_trend_adds_up_to_the_whole(played: Played, db: AsyncConnection) -> None:
    bounds = [T0 + n * (played.now - T0) / 13 for n in range(14)]
    trend = await figures.in_time_trend(db, Asked(bounds[0], bounds[-1]), bounds)
    runs = fold.runs(played.told, Asked(bounds[0], bounds[-1]), played.now)
    for since, until, bar in zip(bounds, bounds[1:], trend, strict=False):
        verdicts = Counter(verdict for verdict, at, *_ in runs if since <= at < until)
        assert (bar.met, bar.breached) == (verdicts["met"], verdicts["breached"])
    assert sum(bar.decided for bar in trend) == len(runs) > 100


async def test_a_list_of_runs_is_exactly_what_was_counted_on_whatever_pages(
    played: Played, db: AsyncConnection
) -> None:
    for asked in questions(played, 12):
        for figure in (Figure.DECIDED, Figure.MET, Figure.BREACHED):
            expected = {
                (handoff.id, clock.kind, clock.generation, verdict, at)
                for verdict, at, handoff, clock in fold.runs(played.told, asked, played.now)
                if figure in ("decided", verdict)
            }
            count = await figure_lists.count_runs(db, figure, asked, now=played.now)
            items, after = [], None
            while page := await figure_lists.runs(db, figure, asked, now=played.now, after=after, limit=37):
                items += page
                after = page[-1].place
            assert len(items) == len(expected) == count
            assert {(i.id, i.clock, i.generation, i.what.value, i.at) for i in items} == expected
            assert [item.place for item in items] == sorted((i.place for i in items), reverse=True)


async def test_what_is_open_is_said_apart_and_listed_too(played: Played, db: AsyncConnection) -> None:
    asked = Asked(T0, T0 + timedelta(seconds=1))
    found = await figures.open_runs(db, asked, now=played.now)
    opened = [clock for each in played.told for clock in each.handoff.clocks if clock.is_open]
    assert sum(found.values()) == len(opened) > 20
    overdue = [
        clock for clock in opened if clock.is_breached or (clock.due_at and clock.due_at <= played.now)
    ]
    for figure, expected in (
        (Figure.OVERDUE, len(overdue)),
        (Figure.PAUSED, sum(clock.is_paused and clock not in overdue for clock in opened)),
    ):
        listed = await figure_lists.runs(db, figure, asked, now=played.now)
        counted = sum(n for (_, what), n in found.items() if what is figure)
        assert counted == len(listed) == expected


async def test_what_came_back_was_accepted_and_held_is_that_of_the_fold(
    played: Played, db: AsyncConnection
) -> None:
    pasts = Pasts()
    for asked in questions(played):
        asked = Asked(asked.since, asked.until, teams=asked.teams, kind=asked.kind)
        history = History(await pasts.of(db, asked), asked)
        assert {past.id for past in history.requested} == {
            each.handoff.id for each in fold.requested(played.told, asked)
        }
        back = Counter((past.id, bounce.what, past.reason) for past, bounce in history.bounced)
        assert back == fold.back(played.told, asked)
        assert {past.id for past, _ in history.accepted} == fold.accepted(played.told, asked)
        assert all(taken.waited >= timedelta() for _, taken in history.accepted)
        times = {team: timedelta() for _, team, _ in history.held}
        for _, team, time in history.held:
            times[team] += time.whole
        expected = fold.time_by_team(played.told, asked)
        visible = asked.teams or expected.keys()
        assert times == {team: time for team, time in expected.items() if team in visible}


async def test_pairs_and_teams_part_what_came_back_without_a_rest(
    played: Played, db: AsyncConnection
) -> None:
    asked = Asked(T0, played.now)
    pasts = await Pasts().of(db, asked)
    whole = History(pasts, asked)
    parted = [
        History(pasts, Asked(T0, played.now, sending=sending, receiving=receiving))
        for sending in TEAMS
        for receiving in TEAMS
    ]
    assert sum(len(part.bounced) for part in parted) == len(whole.bounced) > 5
    assert sum(len(part.requested) for part in parted) == len(whole.requested)
    by_team = [History(pasts, Asked(T0, played.now, team=team)) for team in TEAMS]
    assert sum(len(part.held) for part in by_team) == len(whole.held)
    assert sum(len(part.accepted) for part in by_team) == len(whole.accepted)


async def test_what_was_read_before_is_read_again_only_where_it_changed(
    played: Played, db: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    pasts, asked = Pasts(), Asked(T0, played.now)
    first = await pasts.of(db, asked)
    read: list[int] = []
    original = pasts._read

    async def counting(connection: AsyncConnection, ids: list[object]) -> object:
        read.append(len(ids))
        return await original(connection, ids)  # type: ignore[arg-type]

    monkeypatch.setattr(pasts, "_read", counting)
    assert sorted(await pasts.of(db, asked), key=_id) == sorted(first, key=_id)
    assert read == []
    cases = [[past] for past in first]
    assert [pasts.holds_of(case) for case in cases] == [holds(case) for case in cases]
    assert all(pasts.holds_of(case) is pasts.holds_of(case) for case in cases)
    changed = first[0].id
    pasts._kept[changed] = pasts._kept[changed]._replace(chain=b"another")
    assert sorted(await pasts.of(db, asked), key=_id) == sorted(first, key=_id)
    assert read == [1]


async def test_too_many_handoffs_are_refused_before_any_is_read(played: Played, db: AsyncConnection) -> None:
    pasts = Pasts()
    with pytest.raises(TooMany, match="more than 10 handoffs"):
        await pasts.of(db, Asked(T0, played.now), most=10)
    assert not pasts._kept


def _id(past: Past) -> str:
    return str(past.id)
