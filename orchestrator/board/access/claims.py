"""From what a provider says of somebody to who looks here, and what they may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from orchestrator.board.access.options import ALL_TEAMS, Oidc
from orchestrator.board.access.refusals import SignInFailed
from orchestrator.board.access.tokens import only
from orchestrator.board.access.viewer import Role, Viewer
from orchestrator.domain.model import Id
from orchestrator.domain.sentence import Sentence

_ID = TypeAdapter(Id)


def viewer_of(claims: Mapping[str, Any], oidc: Oidc) -> Viewer:
    """Return who signed in; a group that is mapped to nothing gives nothing.

    Raises:
        SignInFailed: it is not said who they are, or they have no role here.
    """
    id = claims.get(oidc.id_claim)
    try:
        known_as = _ID.validate_python(id)
    except ValidationError:
        raise SignInFailed(
            Sentence(
                "the provider does not say who you are: the claim {claim} is missing", claim=oidc.id_claim
            )
        ) from None
    if known_as.startswith("token:"):
        raise SignInFailed(
            Sentence("the claim {claim} begins with token:, as no person's does", claim=oidc.id_claim)
        )
    roles = _roles(_values(claims, oidc.roles_claim), oidc)
    if not roles:
        raise SignInFailed(
            Sentence(
                "you are signed in, and have no role here: none of your groups in the claim {claim} "
                "gives one; ask whoever gives out roles",
                claim=oidc.roles_claim,
            )
        )
    name = claims.get(oidc.name_claim)
    teams = _teams(_values(claims, oidc.teams_claim), oidc)
    shown = name.strip()[:200] if isinstance(name, str) and name.strip() else known_as
    return Viewer(known_as, shown, roles, teams, home=only(teams))


def _roles(groups: frozenset[str], oidc: Oidc) -> frozenset[Role]:
    if oidc.roles:
        return frozenset(role for group, role in oidc.roles.items() if group in groups)
    return frozenset(role for role in Role if role.value in groups)


def _teams(groups: frozenset[str], oidc: Oidc) -> frozenset[str] | None:
    if not oidc.teams:
        return groups
    teams = frozenset(team for group, team in oidc.teams.items() if group in groups)
    return None if ALL_TEAMS in teams else teams


def _values(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """Return the words of a claim, or of one inside another: `realm_access.roles`."""
    found: Any = claims.get(name)
    if found is None and "." in name:
        found = claims
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    words = found.split() if isinstance(found, str) else found
    if not isinstance(words, list):
        return frozenset()
    return frozenset(word for word in words if isinstance(word, str))
