"""Who was asked: as the log says, as the policy explains it, or else at the moment of the answer."""

from __future__ import annotations

from orchestrator.domain.calendars.calendar import WEEKDAYS, BusinessCalendar
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.clocks.spec import BREACH_RUNG, Rung
from orchestrator.domain.handoff import Status
from orchestrator.domain.model import Reason, Receiver
from orchestrator.domain.policy import Routing, Rules, Team
from tests import builders as b
from tests.unit.whatif.logs import accepted, asked, completed, told
from tests.unit.whatif.replayed import replayed
from whatif.offers import offers_again
from whatif.outcome import Outcome

END = b.T0 + 10 * b.HOUR
ACCEPT = b.ACCEPT.model_copy(
    update={
        "rungs": (
            BREACH_RUNG,
            Rung(name="lead-1", effect="notify", to="lead", before=-5 * b.MINUTE),
            Rung(name="reoffer-1", effect="reoffer", before=-10 * b.MINUTE),
            Rung(name="manager-1", effect="notify", to="manager", before=-30 * b.MINUTE),
        )
    }
)
NIGHTS = BusinessCalendar.model_validate(
    {"name": "nights", "zone": "UTC", "week": dict.fromkeys(WEEKDAYS, ("20:00-23:00",))}
)


def rules(**teams: dict[str, object]) -> Rules:
    known = {id: {"lead": f"lead-{id}"} | teams.get(id, {}) for id in b.TEAMS}
    kind = b.a_kind("any-to-any", clocks=(ACCEPT, b.RESOLVE), receiving_team="tier-2")
    return Rules(
        version="rules-1",
        kinds={kind.name: kind},
        teams={id: Team.model_validate({"id": id, "name": id, **more}) for id, more in known.items()},
        calendars={"nights": NIGHTS},
        routing=Routing(person_only_reasons=("legal",)),
    )


def standing(outcome: Outcome) -> list[tuple[str, str, str | None]]:
    return [
        (each.run.spec.kind, each.run.team, "breached" if each.is_breached else each.run.outcome)
        for each in outcome.verdicts
    ]


def test_an_offer_that_the_ladder_made_is_taken_as_made_where_the_fallback_answered() -> None:
    known = rules(**{"tier-2": {"fallback": "engineering"}})
    events = told((0, "request-1", asked()), (35, "a", accepted(team="engineering")))

    tale, [outcome] = replayed(known, events, b.SOURCE, END)

    assert standing(outcome) == [
        ("accept", "tier-2", "breached"),
        ("accept", "engineering", "met"),
        ("resolve", "engineering", "breached"),
    ]
    offers = [mark for mark in outcome.handoff.marks if mark.what == Occasion.OFFERED]
    assert [(mark.team, mark.at) for mark in offers] == [
        ("tier-2", b.T0),
        ("engineering", b.T0 + 25 * b.MINUTE),
    ]
    assert tale.taken_over == 0


def test_an_offer_that_nobody_took_is_only_counted() -> None:
    known = rules(**{"tier-2": {"fallback": "engineering"}})
    events = told((0, "request-1", asked()), (40, "a", accepted()))

    tale, [outcome] = replayed(known, events, b.SOURCE, END)

    assert standing(outcome) == [("accept", "tier-2", "breached"), ("resolve", "tier-2", "breached")]
    [held] = tale.handoffs
    [(asked_first, offer)] = offers_again(
        outcome.handoff, outcome.verdicts, held._book, needs_person=held.needs_person
    )
    assert (asked_first, offer.team, offer.at) == ("tier-2", "engineering", b.T0 + 25 * b.MINUTE)


def test_the_fallback_that_was_asked_at_once_had_it_from_the_beginning() -> None:
    known = rules(**{"tier-2": {"fallback": "engineering", "calendar": "nights"}})
    events = told((0, "request-1", asked()), (10, "a", accepted(team="engineering")))

    tale, [outcome] = replayed(known, events, b.SOURCE, END)

    assert standing(outcome)[0] == ("accept", "engineering", "met")
    assert outcome.handoff.marks[1].team == "engineering"
    assert tale.routed_elsewhere == {("tier-2", "engineering"): 1}


def test_who_answered_without_being_asked_had_it_from_that_moment() -> None:
    events = told(
        (0, "request-1", asked()), (50, "a", accepted(team="billing")), (60, "b", completed(team="billing"))
    )

    tale, [outcome] = replayed(rules(), events, b.SOURCE, END)

    assert standing(outcome) == [
        ("accept", "tier-2", "breached"),
        ("accept", "billing", "met"),
        ("resolve", "billing", "met"),
    ]
    assert tale.taken_over == 1


def test_a_request_that_names_nobody_went_to_whoever_answered() -> None:
    open_request = b.a_request(receiver=Receiver())
    events = told((0, "request-1", open_request), (5, "a", accepted(team="billing")))

    tale, [outcome] = replayed(rules(), events, b.SOURCE, END)

    assert (outcome.handoff.receiving_team, outcome.handoff.status) == ("billing", Status.ACCEPTED)
    assert tale.routed_elsewhere == {("billing", "tier-2"): 1}
    assert tale.taken_over == 0


def test_a_team_that_gives_the_case_away_had_it_by_the_ladder() -> None:
    known = rules(**{"tier-2": {"fallback": "engineering"}})
    events = told(
        (0, "request-1", asked()), (90, "request-2", asked(sending="engineering", receiving="billing"))
    )

    _, [first, second] = replayed(known, events, b.SOURCE, END)

    assert (first.handoff.receiving_team, first.handoff.status) == ("engineering", Status.HANDED_ON)
    assert standing(second) == [("accept", "billing", "breached")]


def test_a_fallback_without_people_is_passed_over_where_a_person_is_needed() -> None:
    known = rules(**{"tier-2": {"fallback": "chat"}, "chat": {"is_automated": True, "fallback": "phone"}})
    request = asked(reason=Reason(code="legal"))

    tale, [outcome] = replayed(known, told((0, "request-1", request)), b.SOURCE, END)

    [held] = tale.handoffs
    offers = offers_again(outcome.handoff, outcome.verdicts, held._book, needs_person=held.needs_person)
    assert [offer.team for _, offer in offers] == ["phone"]


def test_teams_that_the_policy_does_not_know_are_taken_as_they_are() -> None:
    events = told(
        (0, "request-1", asked(sending="Desk 9", receiving="Desk 10")), (5, "a", accepted(team="Desk 10"))
    )

    tale, [outcome] = replayed(rules(), events, b.SOURCE, END)

    assert not tale.refused
    assert standing(outcome) == [("accept", "Desk 10", "met"), ("resolve", "Desk 10", "breached")]
    assert tale.handoffs[0]._book.strangers == {"Desk 9", "Desk 10"}


def test_what_the_policy_refuses_is_counted_with_its_reason_and_without_its_replies() -> None:
    events = told(
        (0, "request-1", asked(kind="no-such-kind")),
        (1, "a", accepted()),
        (2, "request-2", asked(receiving="tier-1")),
        (3, "b", accepted("request-9")),
        (4, "request-3", asked()),
        (5, "c", accepted("request-3", team="tier-1")),
    )

    tale, outcomes = replayed(rules(), events, b.SOURCE, END)

    assert tale.refused == {"unknown-kind": 1, "same-team": 1}
    assert tale.unanswerable == {"unknown-handoff": 1, "wrong-team": 1}
    assert len(outcomes) == 1


def test_a_reply_from_before_its_request_is_kept_for_it() -> None:
    events = told((-30, "a", accepted()), (0, "request-1", asked()))

    tale, [outcome] = replayed(rules(), events, b.SOURCE, END)

    assert standing(outcome)[0] == ("accept", "tier-2", "met")
    assert not tale.unanswerable


def test_an_acknowledgement_stops_the_ladder_for_a_while() -> None:
    lead = b.an_actor("tier-2", kind="lead")
    acknowledge = b.c.Acknowledge(request_source=b.SOURCE, request_id="request-1", actor=lead)

    _, [without] = replayed(rules(), told((0, "request-1", asked())), b.SOURCE, END)
    _, [outcome] = replayed(
        rules(), told((0, "request-1", asked()), (5, "x", acknowledge), (18, "y", acknowledge)), b.SOURCE, END
    )

    assert [reached.at - b.T0 for reached in without.verdicts[0].ladder] == [20 * b.MINUTE]
    assert [reached.at - b.T0 for reached in outcome.verdicts[0].ladder] == [50 * b.MINUTE]
    assert outcome.idle == 1
