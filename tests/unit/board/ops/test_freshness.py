"""How every flow does now: the worst first, and told the same from the ledger and from the journal."""

from __future__ import annotations

from datetime import timedelta

from orchestrator.board.ops.freshness import freshness_of, freshness_told, states
from orchestrator.domain.flow_health.health import FlowHealth
from orchestrator.domain.flow_health.state import State
from tests.builders import HOUR, T0
from tests.unit.domain.flow_builders import Watch, a_note
from tests.unit.domain.maps import a_feed, a_flow, a_map, a_stack

SOON = timedelta(minutes=1)


def a_late_one() -> Watch:
    """Return a watch of billing's flow that heard something, and then nothing for an hour."""
    watch = Watch()
    watch.hear(T0 + SOON, a_note(T0 + SOON))
    watch.wait(T0 + HOUR + 2 * SOON)
    return watch


def test_the_worst_come_first_and_equals_in_the_order_of_the_map() -> None:
    map = a_map(*(a_feed(name, f"{name}.name") for name in ("crm", "billing", "usage", "qa", "chat")))
    health = {
        "billing-to-desk": State.ERROR,
        "crm-to-desk": State.OK,
        "qa-to-desk": State.WARN,
        "chat-to-desk": State.ERROR,
    }
    found = freshness_of(map, {id: _health(id, state) for id, state in health.items()})
    ids = [fresh.flow.id for fresh in found]
    # Of usage nobody knows anything yet, and nobody has to act on that.
    assert ids == ["billing-to-desk", "chat-to-desk", "qa-to-desk", "crm-to-desk", "usage-to-desk"]


def test_only_flows_that_feed_packets_are_watched() -> None:
    map = a_map(a_feed("crm", "account.name"), a_flow("desk", "warehouse"))
    assert [fresh.flow.id for fresh in freshness_of(map, {})] == ["crm-to-desk"]
    [fresh] = freshness_of(map, {})
    assert (fresh.state, fresh.since, fresh.newest_at) == (None, None, None)


def test_a_flow_reads_the_same_from_the_ledger_and_from_its_journal() -> None:
    watch = a_late_one()
    [event] = watch.told
    told = freshness_told(a_stack(), event.model_dump(mode="json"))
    [held] = [f for f in freshness_of(a_stack(), {"billing-to-desk": watch.health}) if f.state is not None]
    assert told == held
    assert (held.state, held.newest_at) == (State.WARN, T0 + SOON)
    assert held.since == T0 + SOON + HOUR


def test_a_flow_of_another_map_is_nothing() -> None:
    [event] = a_late_one().told
    elsewhere = event.model_copy(update={"flow": "fax-to-desk"})
    assert freshness_told(a_stack(), elsewhere.model_dump(mode="json")) is None


def test_a_drawing_takes_states_as_words() -> None:
    assert states([_health("a", State.WARN), _health("b", State.OK)]) == {"a": "warn", "b": "ok"}


def _health(flow: str, state: State) -> FlowHealth:
    standings = {"age": {"state": state, "since": T0}}
    return FlowHealth.model_validate({"flow": flow, "watched_since": T0, "standings": standings})
