"""Who may do what to a handoff, for each role and each relation of its two teams to the viewer's."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from orchestrator.board.access.viewer import ALL_ROLES, Role, Viewer

DEEDS = ("see", "read", "act as receiver", "act as sender", "acknowledge")
RELATIONS: dict[str, frozenset[str] | None] = {
    "of the sender": frozenset({"chat"}),
    "of the receiver": frozenset({"billing"}),
    "of both": frozenset({"chat", "billing"}),
    "of neither": frozenset({"phone"}),
    "of none": frozenset(),
    "of all": None,
}
ALLOWED: dict[tuple[str, str], str] = {
    # (roles, relation): the deeds that are allowed, in the order of DEEDS; every other one is not.
    ("agent", "of the sender"): "x--x-",
    ("agent", "of the receiver"): "xxx--",
    ("agent", "of both"): "xxxx-",
    ("agent", "of neither"): "-----",
    ("agent", "of none"): "-----",
    ("agent", "of all"): "xxxx-",
    ("lead", "of the sender"): "x--xx",
    ("lead", "of the receiver"): "xxx-x",
    ("lead", "of both"): "xxxxx",
    ("lead", "of neither"): "-----",
    ("lead", "of none"): "-----",
    ("lead", "of all"): "xxxxx",
    ("ops", "of the sender"): "x----",
    ("ops", "of the receiver"): "x----",
    ("ops", "of both"): "x----",
    ("ops", "of neither"): "x----",
    ("ops", "of none"): "x----",
    ("ops", "of all"): "x----",
    ("auditor", "of the sender"): "xx---",
    ("auditor", "of the receiver"): "xx---",
    ("auditor", "of both"): "xx---",
    ("auditor", "of neither"): "xx---",
    ("auditor", "of none"): "xx---",
    ("auditor", "of all"): "xx---",
    ("", "of the sender"): "-----",
    ("", "of the receiver"): "-----",
    ("", "of both"): "-----",
    ("", "of neither"): "-----",
    ("", "of none"): "-----",
    ("", "of all"): "-----",
    ("agent ops", "of neither"): "x----",
    ("agent ops", "of the receiver"): "xxx--",
    ("agent auditor", "of the sender"): "xx-x-",
    ("lead auditor", "of neither"): "xx---",
    ("ops auditor", "of neither"): "xx---",
}


@dataclass(frozen=True)
class BetweenChatAndBilling:
    sending_team: str = "chat"
    receiving_team: str = "billing"


def a_viewer(roles: str, relation: str) -> Viewer:
    return Viewer("v", "V", frozenset(map(Role, roles.split())), RELATIONS[relation])


def may(viewer: Viewer) -> str:
    it = BetweenChatAndBilling()
    answers = (
        viewer.may_see(it),
        viewer.may_read(it),
        viewer.may_act(it.receiving_team),
        viewer.may_act(it.sending_team),
        viewer.may_acknowledge(it),
    )
    return "".join("x" if each else "-" for each in answers)


@pytest.mark.parametrize(("roles", "relation"), ALLOWED, ids=lambda each: each or "nobody")
def test_a_role_may_do_just_what_the_table_says(roles: str, relation: str) -> None:
    assert may(a_viewer(roles, relation)) == ALLOWED[roles, relation]


def test_the_table_has_every_role_with_every_relation() -> None:
    assert ALLOWED.keys() >= {(role.value, relation) for role in Role for relation in RELATIONS}


def test_the_team_that_opens_first_allows_nothing() -> None:
    viewer = Viewer("v", "V", frozenset({Role.AGENT}), frozenset({"phone"}), home="billing")
    assert may(viewer) == "-----"


def test_who_acts_is_told_with_their_team_and_as_agent_where_they_are_one() -> None:
    lead = Viewer("l", "Lea", frozenset({Role.LEAD}), None).acting_for("billing")
    assert (lead.kind, lead.id, lead.name, lead.team) == ("lead", "l", "Lea", "billing")
    assert Viewer("b", "Bo", ALL_ROLES, None).acting_for("chat").kind == "agent"
