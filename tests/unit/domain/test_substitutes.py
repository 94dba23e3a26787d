"""Where work goes that its team cannot take: closed, full, not made of people, or tossed around."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.calendars.calendar import BusinessCalendar, ExtraOpening, Week, Window
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.errors import Refused
from orchestrator.domain.handoff import Status
from orchestrator.domain.model import Reason, Receiver
from orchestrator.domain.policy import KindMatch, Routing, Rules, Team
from orchestrator.domain.routing.routing import Route, choose
from orchestrator.domain.routing.trail import Hop, Trail
from tests.builders import HOUR, MINUTE, T0, a_kind, a_request, a_sender, some_rules
from tests.unit.domain.properties import PROPERTY

NINE_TO_FIVE = (Window(opens="09:00", closes="17:00"),)
OFFICE = BusinessCalendar(
    name="office",
    zone="America/New_York",
    week=Week(**dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), NINE_TO_FIVE)),
)
ONCE = BusinessCalendar(
    name="once",
    zone="UTC",
    extra_openings=(ExtraOpening(on=T0.date() - timedelta(days=9), windows=NINE_TO_FIVE),),
)
SATURDAY = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)
OPEN = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)


def a_team(id: str, **over: Any) -> Team:
    return Team.model_validate({"id": id, "name": id.capitalize()} | over)


def rules_of(*teams: Team, **routing: Any) -> Rules:
    """Return rules in which anybody asks anybody, with these teams instead of the usual ones."""
    rules = some_rules(a_kind("any-to-any"))
    return rules.model_copy(
        update={
            "teams": rules.teams | {team.id: team for team in teams},
            "calendars": {"office": OFFICE, "once": ONCE},
            "routing": Routing(**routing),
        }
    )


def to(team: str, sender: str = "tier-1", **over: Any) -> RequestHandoff:
    return a_request(**({"sender": a_sender(sender), "receiver": Receiver(team=team)} | over))


def closed(id: str, fallback: str | None = None, **over: Any) -> Team:
    return a_team(id, calendar="office", fallback=fallback, **over)


# Closed and full


def test_an_open_team_keeps_its_work() -> None:
    rules = rules_of(closed("billing", "phone"))
    assert choose(to("billing"), rules, now=OPEN)[1:] == choose(to("billing"), some_rules(), now=OPEN)[1:]


def test_a_closed_team_gives_its_work_to_its_fallback_and_the_packet_says_why() -> None:
    route = choose(to("billing"), rules_of(closed("billing", "phone")), now=SATURDAY)
    assert route.team == "phone"
    assert route.notes == ("Billing is closed until Monday 09:00 (America/New_York): Phone has it meanwhile",)


def test_a_team_is_full_at_its_limit_not_before() -> None:
    rules = rules_of(a_team("billing", fallback="phone", most_open=20))
    assert choose(to("billing"), rules, now=T0).team == "billing"
    assert choose(to("billing"), rules, now=T0, open_counts={"billing": 19}).notes == ()
    full = choose(to("billing"), rules, now=T0, open_counts={"billing": 20})
    assert full.team == "phone"
    assert full.notes == ("Billing is full (20 open): Phone has it meanwhile",)


def test_work_goes_along_the_fallbacks_to_the_first_that_can() -> None:
    rules = rules_of(closed("billing", "phone"), a_team("phone", most_open=3, fallback="email"))
    route = choose(to("billing"), rules, now=SATURDAY, open_counts={"phone": 7, "email": 99})
    assert route.team == "email"
    why = "Billing is closed until Monday 09:00 (America/New_York); Phone is full (7 open)"
    assert route.notes == (f"{why}: Email has it meanwhile",)


@pytest.mark.parametrize(
    "teams",
    [
        [closed("billing")],
        [closed("billing", "tier-1")],
        [closed("billing", "no-such-team")],
        [closed("billing", "billing")],
    ],
    ids=["no-fallback", "only-the-sender", "unknown", "itself"],
)
def test_work_that_nobody_else_can_take_waits_with_its_team(teams: list[Team]) -> None:
    route = choose(to("billing"), rules_of(*teams), now=SATURDAY)
    assert route.team == "billing"
    assert route.notes == ("Billing is closed until Monday 09:00 (America/New_York): it waits for Billing",)


def test_fallbacks_in_a_circle_end_where_they_began() -> None:
    rules = rules_of(closed("billing", "phone"), closed("phone", "email"), closed("email", "billing"))
    route = choose(to("billing"), rules, now=SATURDAY)
    assert route.team == "billing"
    assert route.notes[0].count("closed") == 3


def test_the_senders_own_team_is_passed_over() -> None:
    rules = rules_of(closed("billing", "tier-1"), a_team("tier-1", fallback="email"))
    assert choose(to("billing"), rules, now=SATURDAY).team == "email"


def test_an_opening_further_away_than_a_week_is_said_with_its_date() -> None:
    shut = OFFICE.model_copy(
        update={"holidays": tuple(SATURDAY.date() + timedelta(days=n) for n in range(8))}
    )
    rules = rules_of(closed("billing")).model_copy(update={"calendars": {"office": shut}})
    (note,) = choose(to("billing"), rules, now=SATURDAY).notes
    assert note == "Billing is closed until Monday 2026-03-16 09:00 (America/New_York): it waits for Billing"


def test_a_team_that_never_opens_again_is_closed_all_the_same() -> None:
    (note,) = choose(to("billing"), rules_of(a_team("billing", calendar="once")), now=T0).notes
    assert note == "Billing is closed: it waits for Billing"


# Reasons that need a person

REFUND = {"reason": Reason(code="refund")}
PERSON = {"person_only_reasons": ("refund",)}
PASSED_OVER = "reason refund needs a person: Chat was passed over"


def bot(fallback: str | None = None, **over: Any) -> Team:
    return a_team("chat", is_automated=True, fallback=fallback, **over)


def test_a_reason_that_needs_a_person_never_goes_to_an_automated_team() -> None:
    route = choose(to("chat", **REFUND), rules_of(bot("phone"), **PERSON), now=T0)
    assert (route.team, route.notes) == ("phone", (PASSED_OVER,))


def test_a_reason_that_needs_a_person_goes_to_people_as_ever() -> None:
    route = choose(to("phone", **REFUND), rules_of(bot("phone"), **PERSON), now=T0)
    assert (route.team, route.notes) == ("phone", ())


def test_any_other_reason_may_go_to_an_automated_team() -> None:
    assert choose(to("chat"), rules_of(bot("phone"), **PERSON), now=T0).team == "chat"


def test_the_team_of_the_kind_is_next_when_no_fallback_has_people() -> None:
    kind = a_kind("any-to-any", receiving_team="email")
    rules = rules_of(bot("phone"), a_team("phone", is_automated=True), **PERSON)
    rules = rules.model_copy(update={"kinds": {kind.name: kind}})
    assert choose(to("chat", **REFUND), rules, now=T0).team == "email"


@pytest.mark.parametrize(
    "teams", [[bot()], [bot("tier-1")], [bot("phone"), a_team("phone", is_automated=True, fallback="chat")]]
)
def test_what_needs_a_person_is_refused_when_there_is_none(teams: list[Team]) -> None:
    with pytest.raises(
        Refused, match="reason refund needs a person, but team 'chat' is automated"
    ) as refusal:
        choose(to("chat", **REFUND), rules_of(*teams, **PERSON), now=T0)
    assert refusal.value.code == "needs-a-person"


def test_people_who_are_closed_are_not_replaced_by_an_automated_team() -> None:
    rules = rules_of(closed("billing", "chat"), bot("phone"), **PERSON)
    assert choose(to("billing", **REFUND), rules, now=SATURDAY).team == "phone"
    assert choose(to("billing"), rules, now=SATURDAY).team == "chat"


# A case that was tossed around


def gave(sending: str, receiving: str, **over: Any) -> Trail:
    fields: dict[str, Any] = {
        "handoff_id": UUID(int=1),
        "sending_team": sending,
        "receiving_team": receiving,
        "requested_at": SATURDAY - 25 * MINUTE,
        "status": Status.ACCEPTED,
    }
    return Trail((Hop(**(fields | over)),))


def ask(rules: Rules, trail: Trail, request: RequestHandoff | None = None, **over: Any) -> Route:
    return choose(request or to("billing"), rules, **({"now": SATURDAY, "trail": trail} | over))


def test_a_bounced_case_stays_with_the_team_that_was_asked() -> None:
    route = ask(rules_of(closed("billing", "phone")), gave("billing", "tier-1"))
    reason = "it comes back to Billing, which gave it to Tier-1 25 minutes ago"
    assert (route.team, route.is_bounced, route.bounce) == ("billing", True, reason)
    assert route.notes == (
        f"bounced: {reason}; the leads of both teams decide who keeps it",
        "Billing is closed until Monday 09:00 (America/New_York): it waits for Billing",
    )


def test_a_case_with_a_past_but_no_ping_pong_is_routed() -> None:
    route = ask(rules_of(closed("billing", "phone")), gave("email", "tier-1"))
    assert (route.team, route.is_bounced, route.bounce) == ("phone", False, None)


def test_a_fallback_that_gave_the_case_away_itself_is_passed_over() -> None:
    rules = rules_of(closed("billing", "phone"), a_team("phone", fallback="email"))
    route = ask(rules, gave("phone", "tier-1"))
    assert (route.team, route.is_bounced) == ("email", False)


def test_a_side_handoff_never_bounces() -> None:
    kind = a_kind("any-to-any", sender_keeps_case=True)
    rules = rules_of().model_copy(update={"kinds": {kind.name: kind}})
    assert not ask(rules, gave("billing", "tier-1")).is_bounced


def test_a_request_that_arrives_late_is_judged_by_the_time_at_which_it_was_made() -> None:
    trail = gave("billing", "tier-1")
    assert not ask(rules_of(), trail, now=SATURDAY + 9 * HOUR).is_bounced
    assert ask(rules_of(), trail, now=SATURDAY + 9 * HOUR, at=SATURDAY).is_bounced


def test_even_a_bounced_case_never_goes_to_an_automated_team() -> None:
    rules = rules_of(bot("phone"), **PERSON)
    route = ask(rules, gave("phone", "tier-1"), to("chat", **REFUND))
    assert (route.team, route.is_bounced) == ("phone", True)
    assert route.notes[0] == PASSED_OVER


# The agent


def for_agent(agent: str = "ann") -> RequestHandoff:
    return to("billing", receiver=Receiver(team="billing", agent=agent))


def test_the_agent_who_was_asked_for_is_kept() -> None:
    assert ask(rules_of(), gave("email", "tier-1"), for_agent()).agent == "ann"
    assert choose(to("billing"), rules_of(), now=T0).agent is None


def test_an_agent_who_refused_the_case_is_not_asked_again() -> None:
    route = ask(rules_of(), gave("email", "tier-1", declined_by=("ann",)), for_agent())
    assert (route.team, route.agent) == ("billing", None)
    assert route.notes == ("ann has turned this case down already: it is offered to the whole team",)


def test_an_agent_does_not_come_along_to_another_team() -> None:
    route = choose(for_agent(), rules_of(closed("billing", "phone")), now=SATURDAY)
    assert (route.team, route.agent) == ("phone", None)


def test_an_agent_may_be_named_without_a_team() -> None:
    kind = a_kind("care", match=KindMatch(), receiving_team="billing")
    asked = a_request(receiver=Receiver(agent="ann"))
    assert choose(asked, some_rules(kind), now=T0).agent == "ann"


# Whatever the fallbacks

IDS = ("billing", "phone", "email", "chat", "tier-1", "tier-2")
TEAMS = st.fixed_dictionaries(
    {
        id: st.builds(
            a_team,
            st.just(id),
            fallback=st.none() | st.sampled_from(IDS),
            calendar=st.sampled_from(["elapsed", "office"]),
            most_open=st.sampled_from([None, 5]),
            is_automated=st.booleans(),
        )
        for id in IDS
    }
)


@PROPERTY
@given(
    teams=TEAMS,
    counts=st.dictionaries(st.sampled_from(IDS), st.sampled_from([4, 5, 6])),
    named=st.sampled_from(IDS[:-2]),
    giver=st.sampled_from(IDS),
    code=st.sampled_from(["refund", "other"]),
)
def test_work_never_runs_in_circles_or_back_to_its_sender(
    teams: dict[str, Team], counts: dict[str, int], named: str, giver: str, code: str
) -> None:
    rules = rules_of(*teams.values(), **PERSON)
    trail = gave(giver, "tier-1")
    asked = to(named, reason=Reason(code=code))
    is_person_missing = code == "refund" and teams[named].is_automated
    first = _first_person(teams, named) if is_person_missing else named
    if first is None:
        with pytest.raises(Refused):
            ask(rules, trail, asked, open_counts=counts)
        return
    route = ask(rules, trail, asked, open_counts=counts)
    expected = first if giver == first else _first_able(teams, first, counts, giver, code)
    assert route.team == expected != "tier-1"
    assert route.is_bounced == (giver == first)
    assert code != "refund" or not teams[route.team].is_automated


def _first_person(teams: dict[str, Team], id: str) -> str | None:
    return next((i for i in _chain(teams, id)[1:] if not teams[i].is_automated and i != "tier-1"), None)


def _first_able(teams: dict[str, Team], id: str, counts: dict[str, int], giver: str, code: str) -> str:
    for i in _chain(teams, id):
        is_shut = teams[i].calendar == "office" or (teams[i].most_open and counts.get(i, 0) >= 5)
        is_unfit = i in ("tier-1", giver) or (code == "refund" and teams[i].is_automated)
        if not is_shut and (i == id or not is_unfit):
            return i
    return id


def _chain(teams: dict[str, Team], id: str | None) -> list[str]:
    chain: list[str] = []
    while id is not None and id not in chain:
        chain.append(id)
        id = teams[id].fallback
    return chain
