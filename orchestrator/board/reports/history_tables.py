"""The tables about handoffs: who held them, how long they waited, and how often they came back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta

from orchestrator.board.reports.clock_tables import LIST, group_parameters
from orchestrator.board.reports.formulas import formula_of
from orchestrator.board.reports.question import Question
from orchestrator.board.reports.table import Cell, Column, Form, Table
from orchestrator.board.reports.words import Words, columns_of, word_of
from orchestrator.domain.figures.bounces import Bounce
from orchestrator.domain.figures.history import History
from orchestrator.domain.figures.listed import Figure
from orchestrator.domain.figures.past import Past
from orchestrator.domain.figures.time_held import TimeHeld
from orchestrator.domain.figures.waits import Acceptance, percentile
from orchestrator.ledger.figures import Group

NO_CODE = "-"
"""Stands in an address for the reason of what was given back without a code."""


def held(history: History, question: Question, _: Words) -> Table:
    """Return how long each team held cases."""
    times: defaultdict[str, list[TimeHeld]] = defaultdict(list)
    for _past, team, time in history.held:
        times[team].append(time)
    sums = {team: sum(each, start=TimeHeld()) for team, each in times.items()}
    whole = sum(sums.values(), start=TimeHeld())

    def lengths(time: TimeHeld, link: str | None) -> list[Cell]:
        share = time.whole / whole.whole if whole.whole else None
        return [*(Cell(each, link) for each in (time.working, time.waiting, time.whole)), Cell(share)]

    rows = []
    for team, time in sorted(sums.items(), key=lambda item: (-item[1].whole, item[0])):
        link = question.fixed(LIST, figure=Figure.HELD.value, team=team)
        rows.append([Cell(team), Cell(len(times[team]), link), *lengths(time, link)])
    everything = question.fixed(LIST, figure=Figure.HELD.value)
    return Table(
        "held",
        _("Time by team"),
        formula_of("held", _),
        [
            Column("team", _("Team"), Form.TEAM),
            Column("cases", _("Cases"), Form.COUNT),
            Column("working", _("Had it"), Form.LENGTH),
            Column("waiting", _("Waited for an answer"), Form.LENGTH),
            Column("whole", _("In all"), Form.LENGTH),
            Column("share", _("Share"), Form.SHARE),
        ],
        rows,
        empty=_("No case was handed over in this window: choose a longer one, or fewer filters."),
        total=[Cell(_("All")), Cell(len(history.held), everything), *lengths(whole, everything)]
        if rows
        else (),
    )


def waits(history: History, question: Question, _: Words) -> Table:
    """Return how long it took until work was accepted, by group."""
    found: defaultdict[Group, list[timedelta]] = defaultdict(list)
    for past, taken in history.accepted:
        found[_group(question, past, taken)].append(taken.waited)

    def cells(waited: list[timedelta], **narrowed: str) -> list[Cell]:
        link = question.fixed(LIST, figure=Figure.ACCEPTED.value, **narrowed)
        lengths = (percentile(waited, share) for share in (0.5, 0.9))
        return [Cell(len(waited), link), *(Cell(each, link) for each in lengths)]

    named = columns_of(question.by, _)
    rows = [
        [*map(Cell, group), *cells(waited, **group_parameters(question.by, group))]
        for group, waited in sorted(found.items())
    ]
    everything = [taken.waited for _past, taken in history.accepted]
    return Table(
        "waits",
        _("Time to accept"),
        formula_of("waits", _),
        [
            *named,
            Column("accepted", _("Accepted"), Form.COUNT),
            Column("p50", _("Half within"), Form.LENGTH),
            Column("p90", _("9 of 10 within"), Form.LENGTH),
        ],
        rows,
        empty=_("Nothing that was requested in this window is accepted: choose a longer one."),
        total=[Cell(_("All")), *[Cell(None)] * (len(named) - 1), *cells(everything)] if rows else (),
    )


def bounces(history: History, question: Question, _: Words) -> Table:
    """Return how much of what was requested came back, by pair of teams."""
    requested = Counter((past.sending_team, past.receiving_team) for past in history.requested)
    back = Counter((past.sending_team, bounce.team, bounce.what) for past, bounce in history.bounced)

    def cells(asked: int, back: Sequence[int], **narrowed: str) -> list[Cell]:
        declined, returned = back
        counts = {
            Figure.REQUESTED: asked,
            Figure.DECLINED: declined,
            Figure.RETURNED: returned,
            Figure.BOUNCED: declined + returned,
        }
        links = {
            figure: question.fixed(LIST, figure=figure.value, **narrowed) if count else None
            for figure, count in counts.items()
        }
        share = (declined + returned) / asked if asked else None
        return [*(Cell(n, links[figure]) for figure, n in counts.items()), Cell(share, links[Figure.BOUNCED])]

    rows = []
    for sending, receiving in sorted({*requested, *(pair[:2] for pair in back)}):
        counts = [back[sending, receiving, figure.value] for figure in (Figure.DECLINED, Figure.RETURNED)]
        narrowed = {"from": sending, "to": receiving}
        asked = requested[sending, receiving]
        rows.append([Cell(sending), Cell(receiving), *cells(asked, counts, **narrowed)])
    sums = [sum(n for pair, n in back.items() if pair[2] == what) for what in ("declined", "returned")]
    return Table(
        "bounces",
        _("Work that came back"),
        formula_of("bounces", _),
        [
            Column("from", _("From"), Form.TEAM),
            Column("to", _("To"), Form.TEAM),
            Column("requested", _("Requested"), Form.COUNT),
            Column("declined", _("Declined"), Form.COUNT),
            Column("returned", _("Returned"), Form.COUNT),
            Column("bounced", _("Came back"), Form.COUNT),
            Column("share", _("Share"), Form.SHARE),
        ],
        rows,
        empty=_("Nothing was requested in this window: choose a longer one, or fewer filters."),
        total=[Cell(_("All")), Cell(None), *cells(len(history.requested), sums)] if rows else (),
    )


def reasons(history: History, question: Question, _: Words) -> Table:
    """Return why work came back."""
    found = Counter((bounce.what, past.reason) for past, bounce in history.bounced)
    rows = []
    for (what, code), count in sorted(found.items(), key=lambda item: (-item[1], item[0])):
        link = question.fixed(LIST, figure=what, reason=code or NO_CODE)
        rows.append([Cell(word_of(Figure(what), _)), Cell(code or _("no code")), Cell(count, link)])
    return Table(
        "reasons",
        _("Why it came back"),
        formula_of("reasons", _),
        [
            Column("what", _("What"), Form.TEXT),
            Column("reason", _("Reason"), Form.TEXT),
            Column("count", _("Handoffs"), Form.COUNT),
        ],
        rows,
        empty=_("Nothing that was requested in this window came back."),
    )


def _group(question: Question, past: Past, it: Acceptance | Bounce) -> Group:
    match question.by:
        case "team":
            return (it.team,)
        case "pair":
            return (past.sending_team, it.team)
        case "kind":
            return (past.kind,)
