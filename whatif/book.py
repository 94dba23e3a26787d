"""The rules of one policy as a replay looks things up in them."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Final, NamedTuple, NoReturn

from orchestrator.domain import checklist
from orchestrator.domain.checklist import ChecklistItem
from orchestrator.domain.clocks.ladder import climb
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.clocks.schedule import ElapsedTime, Keeper, Step
from orchestrator.domain.clocks.spec import ELAPSED_TIME, ClockSpec
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.errors import Refused
from orchestrator.domain.policy import Kind, Policy, Rules, Team
from orchestrator.domain.routing.routing import Route, choose
from orchestrator.domain.routing.trail import Trail
from whatif.log_events import WHOLE

_ENDS: Final = frozenset(
    {
        Occasion.DECLINED,
        Occasion.RETURNED,
        Occasion.WITHDRAWN,
        Occasion.HANDED_ON,
        Occasion.COMPLETED,
    }
)


_ELAPSED: Final = ElapsedTime()


class Measure(NamedTuple):
    """What measures a clock of one team: its time, and the rungs on the way."""

    keeper: Keeper
    steps: tuple[Step, ...]


class _NoWords:
    """A replay prepares no packet."""

    def render(self, kind: str, facts: dict[str, object]) -> NoReturn:
        """Fail: nobody asks."""
        raise NotImplementedError


class Book:
    """Rules that learn the teams of a log which they do not know."""

    def __init__(self, rules: Rules, told: Container[Occasion] | None = None) -> None:
        """Open it for a log that tells of these occasions, or of all."""
        self._told = told
        self.left_out: set[str] = set()
        """Kinds of clocks that nothing the log tells of can keep: they would only seem to be breached."""
        self.known = frozenset(rules.teams)
        self.rules = rules.model_copy(update={"teams": dict(rules.teams)})
        self.policy = Policy(self.rules, _NoWords())
        self._specs: dict[tuple[str, str], tuple[ClockSpec, ...]] = {}
        self._measures: dict[tuple[int, str, bool], Measure] = {}
        names = sorted({team.calendar for team in rules.teams.values()} & rules.calendars.keys())
        self._calendars = [rules.calendars[name] for name in names]
        self._routes: dict[tuple[int | bool, ...], Route] = {}
        self._kept: list[RequestHandoff] = []
        """Requests by whose ids things are found."""
        self._pausable: dict[tuple[str, str, str | None], bool] = {}
        self._shared: dict[tuple[str, str], bool] = {}
        self._filled: dict[tuple[str, int], tuple[str, ...]] = {}
        self._items: dict[str, dict[str, ChecklistItem]] = {}
        self._required: dict[str, tuple[str, ...]] = {}

    @property
    def strangers(self) -> frozenset[str]:
        """Teams of the log that the policy does not know: they work around the clock and have no lead."""
        return frozenset(self.rules.teams) - self.known

    def meet(self, team: str) -> None:
        """Take a team as it is."""
        if team not in self.rules.teams:
            self.rules.teams[team] = Team(id=team, name=team)

    def brought(self, kind: Kind, request: RequestHandoff) -> tuple[str, ...]:
        """Return the ids of the items that a request came with; requests that are alike are one object."""
        key = kind.name, id(request)
        found = self._filled.get(key)
        if found is None:
            done = checklist.fill(kind.checklist, request)
            is_whole = request.checklist.get(WHOLE, False)
            owed = set(self.required(kind)) if is_whole else set()
            found = tuple(item.id for item in kind.checklist if item.id in done or item.id in owed)
            self._filled[key] = found
            self._kept.append(request)
        return found

    def specs(self, kind: str, clock_policy: str) -> tuple[ClockSpec, ...]:
        """Return the clocks of a kind under a clock policy."""
        key = kind, clock_policy
        found = self._specs.get(key)
        if found is None:
            specs = self.rules.kinds[kind].clocks_of(clock_policy)
            found = self._specs[key] = tuple(spec for spec in specs if self._can_be_kept(spec))
            self.left_out |= {spec.kind for spec in specs} - {spec.kind for spec in found}
        return found

    def _can_be_kept(self, spec: ClockSpec) -> bool:
        return self._told is None or any(what in self._told for what in (*spec.stops, *spec.resets))

    def measure(self, spec: ClockSpec, team: str, is_bounced: bool) -> Measure:
        """Return what measures a clock of the team that owes.

        Raises:
            Refused: `clock-cannot-be-armed`.
        """
        # The rules hold every specification for as long as this book is open, so its id stays its own.
        key = id(spec), team, is_bounced
        found = self._measures.get(key)
        if found is None:
            steps = climb(spec, self.rules.teams.get(team), is_bounced)
            found = self._measures[key] = Measure(self._keeper(self.rules.calendar_name(spec, team)), steps)
        return found

    def _keeper(self, name: str) -> Keeper:
        if name == ELAPSED_TIME:
            return _ELAPSED
        if name not in self.rules.calendars:
            raise Refused("clock-cannot-be-armed", f"there is no calendar {name!r}")
        return self.rules.calendars[name]

    def route(self, request: RequestHandoff, at: datetime, trail: Trail) -> Route:
        """Return how the policy would have routed a request; how much open work teams had is not known.

        Raises:
            Refused: it does not take the request.
        """
        if trail.hops or request.customer.entitled_as_of is not None:
            return choose(request, self.rules, now=at, at=at, trail=trail)
        # All that counts of the time is who is open; requests that are alike are one object.
        key = id(request), *(calendar.is_open(at) for calendar in self._calendars)
        found = self._routes.get(key)
        if found is None:
            found = self._routes[key] = choose(request, self.rules, now=at, at=at)
            self._kept.append(request)
        return found

    def has_shared(self, kind: str, clock_policy: str) -> bool:
        """Whether one of the clocks is owed by all teams together, and so goes on with the case."""
        key = kind, clock_policy
        if key not in self._shared:
            self._shared[key] = any(spec.owes == "all" for spec in self.specs(kind, clock_policy))
        return self._shared[key]

    def can_pause(self, kind: str, clock_policy: str, why: str | None) -> bool:
        """Whether a clock of the receiver that runs from the accept to the end stands still for a reason."""
        key = kind, clock_policy, why
        if key not in self._pausable:
            self._pausable[key] = any(
                spec.owes == "receiving"
                and Occasion.ACCEPTED in spec.starts
                and _ENDS.issuperset((*spec.stops, *spec.cancels, *spec.resets))
                and (spec.pauses is None or why in spec.pauses)
                for spec in self.specs(kind, clock_policy)
            )
        return self._pausable[key]

    def required(self, kind: Kind) -> tuple[str, ...]:
        """Return the ids of the items that the sender owes."""
        found = self._required.get(kind.name)
        if found is None:
            found = self._required[kind.name] = checklist.missing(kind.checklist, frozenset())
        return found

    def item(self, kind: str, id: str) -> ChecklistItem | None:
        """Return an item of a kind's checklist; None when it has none of this id."""
        if kind not in self._items:
            self._items[kind] = {item.id: item for item in self.rules.kinds[kind].checklist}
        return self._items[kind].get(id)

    def counts_every_contact(self, kind: str, clock_policy: str) -> bool:
        """Whether each contact with the customer makes a promise anew."""
        return any(Occasion.CONTACTED in spec.resets for spec in self.specs(kind, clock_policy))
