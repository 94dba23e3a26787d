"""Who looks at a page, and what they may."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, Protocol

from orchestrator.domain.model import Actor


class Role(StrEnum):
    """What somebody does here."""

    AGENT = "agent"
    """Sees and answers the handoffs of their teams."""
    LEAD = "lead"
    """Also acknowledges breaches of their teams, and sees their figures."""
    OPS = "ops"
    """Keeps the map: sees it, and the board without customers' data, of all teams."""
    AUDITOR = "auditor"
    """Sees everything of all teams, and does nothing."""


class BetweenTeams(Protocol):
    """A handoff, a card, a packet: whatever has two teams."""

    @property
    def sending_team(self) -> str: ...

    @property
    def receiving_team(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks."""

    id: str
    name: str
    roles: frozenset[Role]
    teams: frozenset[str] | None
    """The teams that an agent or a lead belongs to; None: all."""
    is_local: bool = False
    """Whether it is whoever sits at this machine, who did not have to say who they are."""
    home: str | None = None
    """The team that they chose to work for: what opens first. It allows nothing."""

    def has(self, *roles: Role) -> bool:
        """Whether they have one of these roles."""
        return not self.roles.isdisjoint(roles)

    def is_of(self, team: str) -> bool:
        """Whether they belong to a team, as agent or lead."""
        return self.has(Role.AGENT, Role.LEAD) and (self.teams is None or team in self.teams)

    def may_see(self, it: BetweenTeams) -> bool:
        """Whether they may know that it is there, and where it stands."""
        is_of_one = self.is_of(it.sending_team) or self.is_of(it.receiving_team)
        return is_of_one or self.has(Role.OPS, Role.AUDITOR)

    def may_read(self, it: BetweenTeams) -> bool:
        """Whether they may read its packet, which was cut to what the receiving team may know."""
        return self.has(Role.AUDITOR) or self.is_of(it.receiving_team)

    def may_act(self, team: str) -> bool:
        """Whether they may answer for a team."""
        return self.is_of(team)

    def may_acknowledge(self, it: BetweenTeams) -> bool:
        """Whether they may acknowledge its breaches."""
        is_of_one = self.is_of(it.sending_team) or self.is_of(it.receiving_team)
        return self.has(Role.LEAD) and is_of_one

    def acting_for(self, team: str) -> Actor:
        """Return them as who answers for `team`."""
        kind: Literal["agent", "lead"] = "agent" if self.has(Role.AGENT) else "lead"
        return Actor(kind=kind, id=self.id, name=self.name, team=team)


ALL_ROLES: Final = frozenset(Role)
