"""From team to team: what is open, at risk and accepted in time, and a click that filters."""

from __future__ import annotations

from uuid import UUID

from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.board.filters import Filters
from orchestrator.board.lead.matrix import Matrix, matrix_of
from orchestrator.board.lead.rates import Rates
from orchestrator.board.lead.selection import Selection
from orchestrator.board.live.card import Risk
from orchestrator.board.live.floor import Floor
from orchestrator.domain.figures.in_time import InTime
from tests import builders as b
from tests.live_builders import a_card, a_card_clock

AUDITOR = Viewer("audit", "Audit", frozenset({Role.AUDITOR}), None)
LEAD = Viewer("lena", "Lena", frozenset({Role.LEAD}), frozenset({"billing"}))
RATES = Rates(b.T0, b.T0 + b.HOUR, {("tier-1", "tier-2"): InTime(3, 1), ("chat", "phone"): InTime(1, 0)})


def _floor() -> Floor:
    floor = Floor()
    floor.put(
        [
            a_card(id=UUID(int=1)),
            a_card(id=UUID(int=2), clocks=(a_card_clock(risk=Risk.BREACHED),)),
            a_card(id=UUID(int=3), clocks=(a_card_clock(risk=Risk.AT_RISK),)),
            a_card(id=UUID(int=4), receiving_team="billing"),
        ]
    )
    return floor


def _matrix(filters: Filters, viewer: Viewer = AUDITOR) -> Matrix:
    around = Selection(_floor(), filters.changed(sender=None, receiver=None), viewer)
    around.sync()
    return matrix_of(around, filters, RATES)


def test_a_cell_says_what_goes_from_one_team_to_another() -> None:
    matrix = _matrix(Filters())
    assert [column.receiver for column in matrix.columns] == ["billing", "phone", "tier-2"]
    assert [line.sender for line in matrix.lines] == ["chat", "tier-1"]
    cell = matrix.lines[1].cells[2]
    assert cell is not None
    assert (cell.open, cell.at_risk, cell.breached, cell.in_time) == (3, 1, 1, InTime(3, 1))
    assert matrix.lines[0].cells[0] is None
    assert matrix.lines[0].cells[1] is not None, "nothing is open, and something was decided lately"


def test_a_click_chooses_a_cell_and_another_one_lets_go() -> None:
    cell = _matrix(Filters(risk=("breached",))).lines[1].cells[-1]
    assert cell is not None
    assert (cell.query, cell.is_chosen) == ("from=tier-1&to=tier-2&risk=breached", False)
    chosen = _matrix(Filters(sender=("tier-1",), receiver=("tier-2",), risk=("breached",)))
    cell = chosen.lines[1].cells[-1]
    assert cell is not None
    assert (cell.query, cell.is_chosen) == ("risk=breached", True)


def test_choosing_a_cell_leaves_the_others_to_be_seen() -> None:
    chosen = _matrix(Filters(sender=("tier-1",), receiver=("tier-2",)))
    assert [column.receiver for column in chosen.columns] == ["billing", "phone", "tier-2"]


def test_a_lead_sees_the_rates_of_the_own_teams_alone() -> None:
    assert RATES.between(Filters(), LEAD) == {}
    assert RATES.of(Filters(), AUDITOR) == InTime(4, 1)
    assert RATES.of(Filters(receiver=("phone",)), AUDITOR) == InTime(1, 0)
    assert [line.sender for line in _matrix(Filters(), LEAD).lines] == ["tier-1"]
