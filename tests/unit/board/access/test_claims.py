"""What a provider says of somebody gives them just what was mapped to it."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.board.access.claims import viewer_of
from orchestrator.board.access.options import Oidc
from orchestrator.board.access.refusals import SignInFailed
from orchestrator.board.access.viewer import Role

MAPPED = Oidc.model_validate(
    {
        "issuer": "https://id.example",
        "client_id": "board",
        "roles": {"support": "agent", "support-leads": "lead", "ops": "ops"},
        "teams": {"billing-people": "billing", "phone-people": "phone", "everywhere": "*"},
    }
)
PLAIN = Oidc.model_validate(
    {"issuer": "https://id.example", "client_id": "board", "roles_claim": "roles", "teams_claim": "teams"}
)


def test_groups_become_roles_and_teams() -> None:
    said = {"sub": "7", "name": "Ana", "groups": ["support", "support-leads", "phone-people", "golf"]}
    viewer = viewer_of(said, MAPPED)
    assert (viewer.id, viewer.name, viewer.home) == ("7", "Ana", "phone")
    assert viewer.roles == {Role.AGENT, Role.LEAD}
    assert viewer.teams == {"phone"}
    assert not viewer.is_local


def test_a_group_may_stand_for_all_teams() -> None:
    assert viewer_of({"sub": "7", "groups": ["support", "everywhere"]}, MAPPED).teams is None


def test_without_a_team_somebody_has_none_rather_than_all() -> None:
    assert viewer_of({"sub": "7", "groups": ["support"]}, MAPPED).teams == frozenset()


def test_a_star_that_is_not_mapped_is_a_team_that_does_not_exist() -> None:
    assert viewer_of({"sub": "7", "roles": ["agent"], "teams": ["*"]}, PLAIN).teams == {"*"}


def test_claims_may_name_roles_and_teams_themselves() -> None:
    viewer = viewer_of({"sub": "7", "roles": "lead admin", "teams": ["billing"]}, PLAIN)
    assert viewer.roles == {Role.LEAD}
    assert viewer.teams == {"billing"}


@pytest.mark.parametrize("claim", ["realm_access.roles", "https://example.com/roles"])
def test_a_claim_may_be_inside_another_or_have_dots_in_its_name(claim: str) -> None:
    said = {
        "sub": "7",
        "realm_access": {"roles": ["auditor"]},
        "https://example.com/roles": ["auditor"],
    }
    oidc = PLAIN.model_copy(update={"roles_claim": claim})
    assert viewer_of(said, oidc).roles == {Role.AUDITOR}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"sub": "7"}, "no role here"),
        ({"sub": "7", "groups": []}, "no role here"),
        ({"sub": "7", "groups": ["lead", "agent"]}, "no role here"),
        ({"sub": "7", "groups": {"support": True}}, "no role here"),
        ({"sub": "7", "groups": [["support"]]}, "no role here"),
        ({"groups": ["support"]}, "does not say who you are"),
        ({"sub": "", "groups": ["support"]}, "does not say who you are"),
        ({"sub": 7, "groups": ["support"]}, "does not say who you are"),
        ({"sub": "a\x00b", "groups": ["support"]}, "does not say who you are"),
        ({"sub": "x" * 201, "groups": ["support"]}, "does not say who you are"),
        ({"sub": "token:7", "groups": ["support"]}, "begins with token:"),
    ],
)
def test_who_cannot_be_told_or_has_no_role_is_not_let_in(said: dict[str, Any], told: str) -> None:
    with pytest.raises(SignInFailed, match=told):
        viewer_of(said, MAPPED)


@pytest.mark.parametrize("name", [None, "", "  ", 7, {"a": 1}])
def test_who_has_no_name_is_called_by_their_id(name: Any) -> None:
    assert viewer_of({"sub": "7", "name": name, "groups": ["support"]}, MAPPED).name == "7"
