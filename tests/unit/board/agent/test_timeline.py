"""All that happened, a line each."""

from __future__ import annotations

from orchestrator.board.agent.timeline import Step, holder, steps
from orchestrator.domain.clocks.deadlines import fire
from orchestrator.domain.commands import Reply
from orchestrator.domain.events import Event
from orchestrator.domain.handoff import Handoff
from orchestrator.domain.lifecycle.replies import reply
from tests import builders as b

POLICY = b.a_policy()


class Journal:
    """A handoff and what was told of it."""

    def __init__(self) -> None:
        decision = b.a_decision(b.a_request())
        self.handoff: Handoff = decision.handoff
        self.events: list[Event] = list(decision.events)

    def then(self, command: Reply, minutes: int) -> None:
        at = b.T0 + minutes * b.MINUTE
        decision = reply(self.handoff, command, cause=b.a_cause(at, f"r-{minutes}"), policy=POLICY, now=at)
        self.handoff, self.events = decision.handoff, [*self.events, *decision.events]

    def fire(self, minutes: int) -> None:
        decision = fire(self.handoff, policy=POLICY, now=b.T0 + minutes * b.MINUTE)
        self.handoff, self.events = decision.handoff, [*self.events, *decision.events]

    def steps(self) -> tuple[Step, ...]:
        kind = POLICY.kind_of(self.handoff.kind, self.handoff.policy_version)
        return steps(self.events, kind, "en", team=str.upper)


def test_the_newest_comes_first_with_who_did_it_and_what_they_said() -> None:
    journal = Journal()
    journal.then(b.an_accept(journal.handoff, actor=b.an_actor("tier-2", name="Ana Diaz")), 1)
    journal.then(b.a_tick(journal.handoff, "acknowledged", actor=b.an_actor("tier-2")), 2)
    journal.then(b.a_question(journal.handoff, question="Which <b>one</b>?"), 3)
    journal.then(b.an_answer(journal.handoff, answer="Both."), 4)
    journal.then(b.a_completion(journal.handoff, disposition="solved", note="by mail"), 5)
    told = [(step.what, step.by, step.said) for step in journal.steps()]
    assert told[0][0] in ("Completed", "Promise kept: Resolve")
    assert ("Completed", "Sarah", "solved: by mail") in told
    assert ("Answered", "Sarah", "Both.") in told
    assert ("Asked the sender", "Sarah", "Which <b>one</b>?") in told
    assert ("Ticked", "Sarah", "The receiver has read the packet") in told
    assert ("Accepted", "Ana Diaz", "") in told
    assert told[-1] == ("Requested of TIER-2", "Sarah", "The reset link does not arrive (second-opinion)")
    instants = [step.at for step in journal.steps()]
    assert instants == sorted(instants, reverse=True)


def test_warnings_and_breaches_stand_at_the_instant_at_which_they_were_due() -> None:
    journal = Journal()
    journal.fire(60)
    told = {step.what: step.at for step in journal.steps()}
    assert told["Breached: Accept"] == b.T0 + 15 * b.MINUTE
    assert told["Warned: Accept"] <= b.T0 + 15 * b.MINUTE


def test_who_accepted_last_holds_it() -> None:
    journal = Journal()
    assert holder(journal.events) is None
    journal.then(b.an_accept(journal.handoff, actor=b.an_actor("tier-2", name="Ana Diaz")), 1)
    found = holder(journal.events)
    assert found is not None
    assert (found.name, found.since) == ("Ana Diaz", b.T0 + b.MINUTE)
