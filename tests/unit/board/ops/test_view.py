"""A flow that becomes worse changes its row in every tab that shows the map."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from orchestrator.board.access.viewer import ALL_ROLES, Role, Viewer
from orchestrator.board.live.change import Change, Happening
from orchestrator.board.look.preferences import Preferences
from orchestrator.board.ops.view import MapView, make
from orchestrator.board.problems import NotAllowed
from orchestrator.domain.policy import Policy
from tests import builders as b
from tests.live_builders import a_card, a_change, some_parts
from tests.unit.domain.flow_builders import Watch, a_note
from tests.unit.domain.maps import a_stack

SOON = timedelta(minutes=1)


def a_view(language: str = "en") -> MapView:
    policy = b.a_policy()
    rules = policy.rules.model_copy(update={"integration_map": a_stack()})
    return MapView(some_parts(policy=Policy(rules, policy.words)), language)


def worse() -> Change:
    """Return the change that billing's flow is late."""
    watch = Watch()
    watch.hear(b.T0 + SOON, a_note(b.T0 + SOON))
    [event] = watch.wait(b.T0 + b.HOUR + 2 * SOON)
    data = event.model_dump(mode="json")
    return Change(8, (), (), (Happening(8, event.journal, event.version, event.type, event.at, data),))


def test_the_row_of_the_flow_is_replaced_and_said_once() -> None:
    [message] = a_view().messages(worse())
    [row] = message.put
    assert (row.id, row.into) == ("flow-health-billing-to-desk", None)
    assert row.html.lstrip().startswith('<tr id="flow-health-billing-to-desk"')
    assert "late</span>" in row.html
    assert len(message.say) == 1
    assert "Billing" in message.say[0]


def test_what_happens_to_handoffs_and_to_flows_of_other_maps_changes_nothing() -> None:
    view, change = a_view(), worse()
    assert list(view.messages(a_change(7, a_card()))) == []
    [told] = change.happenings
    assert told.data is not None
    elsewhere = Happening(8, told.journal, 1, told.type, told.at, {**told.data, "flow": "fax-to-desk"})
    assert list(view.messages(Change(8, (), (), (elsewhere,)))) == []
    assert list(view.tick()) == []


def test_a_flow_that_changed_twice_is_put_once_as_it_is_now() -> None:
    change = worse()
    [late] = change.happenings
    assert late.data is not None
    failed = Happening(9, late.journal, 2, late.type, late.at, {**late.data, "state": "error"})
    [message] = a_view().messages(Change(9, (), (), (late, failed)))
    [row] = message.put
    assert "failed</span>" in row.html
    assert "late</span>" not in row.html
    assert len(message.say) == 2


def test_a_tab_is_for_those_who_may_see_the_map() -> None:
    parts = some_parts()
    request: Any = SimpleNamespace(state=SimpleNamespace(preferences=Preferences()))
    for role in ALL_ROLES:
        viewer = Viewer("v", "V", frozenset({role}), None)
        if role is Role.AGENT:
            with pytest.raises(NotAllowed, match="operations"):
                make(request, parts, viewer)
        else:
            assert isinstance(make(request, parts, viewer), MapView)
